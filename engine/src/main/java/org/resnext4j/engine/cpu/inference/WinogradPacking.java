package org.resnext4j.engine.cpu.inference;

import org.resnext4j.engine.cpu.kernel.MatrixProduct;
import org.resnext4j.engine.cpu.kernel.PairedProduct;
import org.resnext4j.engine.cpu.kernel.WinogradTransforms;
import org.resnext4j.engine.fusion.FoldedConvolution;
import org.resnext4j.engine.graph.Op;

/**
 * Packs 3×3 filters for Winograd's minimal filtering algorithm. Each filter g is transformed to
 * {@code G g Gᵀ}, and each value of the result belongs to a matrix of its own. The layout is {@code
 * [group][plane][panel][input][output of the panel]}.
 */
final class WinogradPacking {

  private static final double A = WinogradTransforms.A1;
  private static final double B = WinogradTransforms.B1;

  /** The matrix G for tiles of 2×2, with the points 0, 1, -1 and infinity. */
  private static final double[][] G2 = {{1, 0, 0}, {0.5, 0.5, 0.5}, {0.5, -0.5, 0.5}, {0, 0, 1}};

  /**
   * The matrix G for tiles of 4×4, with the points 0, ±a, ±b and infinity of {@link
   * WinogradTransforms}.
   */
  private static final double[][] G4 = {
    {1 / (A * A * B * B), 0, 0}, point(A, B), point(-A, B), point(B, A), point(-B, A), {0, 0, 1}
  };

  /** The sums of squares of the rows of Bᵀ for tiles of 2×2. Bᵀ transforms patches. */
  private static final double[] SQUARES2 = {2, 2, 2, 2};

  /**
   * The sums of squares of the rows of Bᵀ for tiles of 4×4. A row holds the coefficients of the
   * product of the distances from all other points.
   */
  private static final double[] SQUARES4 = {
    squares(A * A * B * B, A * A + B * B, 1, 0),
    squares(A * B * B, B * B, A, 1),
    squares(A * B * B, B * B, A, 1),
    squares(B * A * A, A * A, B, 1),
    squares(B * A * A, A * A, B, 1),
    squares(A * A * B * B, A * A + B * B, 1, 0)
  };

  private final Op.Conv2d convolution;
  private final int lanes;
  private final double[][] transform;
  private final double[] patchSquares;

  /**
   * Describes the packed matrices of a convolution.
   *
   * @param tile side of a tile of outputs, 2 or 4
   */
  WinogradPacking(Op.Conv2d convolution, int tile, int lanes) {
    this.convolution = convolution;
    this.lanes = lanes;
    this.transform = tile == 2 ? G2 : G4;
    this.patchSquares = tile == 2 ? SQUARES2 : SQUARES4;
  }

  private static double squares(double a, double b, double c, double d) {
    return a * a + b * b + c * c + d * d;
  }

  /**
   * The row of G for point p: 1, p and p², divided by the product of p's distances from 0, -p and
   * ±other.
   */
  private static double[] point(double p, double other) {
    double distances = 2 * p * p * (p * p - other * other);
    return new double[] {1 / distances, p / distances, p * p / distances};
  }

  /** The number of matrices of a group, for tiles of a given side. */
  static int products(int tile) {
    return (tile + 2) * (tile + 2);
  }

  private int products() {
    return transform.length * transform.length;
  }

  /** The number of floats of one matrix. */
  private int matrixLength() {
    return convolution.inputChannelsPerGroup() * convolution.outputChannelsPerGroup();
  }

  /** The number of floats of all groups. */
  long length() {
    return (long) convolution.groups() * products() * matrixLength();
  }

  /** Packs all groups. */
  void pack(FoldedConvolution folded, float[] packed, int offset) {
    int panel = MatrixProduct.PANEL_VECTORS * lanes;
    int inputs = convolution.inputChannelsPerGroup();
    int outputs = convolution.outputChannelsPerGroup();
    double[] transformed = new double[products()];
    for (int channel = 0; channel < convolution.outputChannels(); channel++) {
      int group = channel / outputs;
      int column = channel % outputs;
      // The rows of a panel are the inputs. All panels of these groups are full.
      int to =
          offset
              + group * products() * matrixLength()
              + column / panel * panel * inputs
              + column % panel;
      for (int input = 0; input < inputs; input++) {
        transform(folded.filters(), (channel * inputs + input) * 9, transformed);
        for (int i = 0; i < transformed.length; i++) {
          packed[to + i * matrixLength() + input * panel] =
              (float) (transformed[i] * folded.scale()[channel]);
        }
      }
    }
  }

  /** Whether products in pairs ({@link PairedProduct}) are faster. */
  boolean suitsPairs() {
    return PairPacking.pays(
        convolution.inputChannelsPerGroup(), convolution.outputChannelsPerGroup());
  }

  /** Prepares all packed matrices for products in pairs ({@link PairedProduct}). */
  void pair(double pixelSize, PairPacking places, float[] packed, int offset) {
    // The bias is added once, after the output transform.
    double[] noBias = new double[convolution.outputChannelsPerGroup()];
    for (int index = 0; index < convolution.groups() * products(); index++) {
      int product = index % products();
      double row = patchSquares[product / patchSquares.length];
      double column = patchSquares[product % patchSquares.length];
      places.prepare(
          packed,
          offset + index * matrixLength(),
          convolution.inputChannelsPerGroup(),
          MatrixProduct.PANEL_VECTORS * lanes,
          index,
          noBias,
          pixelSize * Math.sqrt(row * column));
    }
  }

  private void transform(float[] filters, int from, double[] to) {
    int at = 0;
    for (double[] left : transform) {
      for (double[] right : transform) {
        double sum = 0;
        for (int y = 0; y < 3; y++) {
          for (int x = 0; x < 3; x++) {
            sum += left[y] * filters[from + y * 3 + x] * right[x];
          }
        }
        to[at++] = sum;
      }
    }
  }
}
