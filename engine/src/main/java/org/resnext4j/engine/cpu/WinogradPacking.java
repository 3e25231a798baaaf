package org.resnext4j.engine.cpu;

import org.resnext4j.engine.graph.Op;

/**
 * Packs 3×3 filters for Winograd's F(2×2, 3×3): of each filter g the 4×4 values {@code G g Gᵀ}, as
 * 16 matrices for each group, one after another.
 */
final class WinogradPacking {

  /** Matrices of a group. */
  static final int PRODUCTS = 16;

  private static final double[][] G = {{1, 0, 0}, {0.5, 0.5, 0.5}, {0.5, -0.5, 0.5}, {0, 0, 1}};

  private final Op.Conv2d convolution;
  private final int lanes;

  WinogradPacking(Op.Conv2d convolution, int lanes) {
    this.convolution = convolution;
    this.lanes = lanes;
  }

  /** Floats of one matrix. */
  private int matrixLength() {
    return convolution.inputChannelsPerGroup() * convolution.outputChannelsPerGroup();
  }

  /** Floats of all groups. */
  long length() {
    return (long) convolution.groups() * PRODUCTS * matrixLength();
  }

  /** Packs all groups. */
  void pack(Folded folded, float[] packed, int offset) {
    int panel = MatrixProduct.PANEL_VECTORS * lanes;
    int inputs = convolution.inputChannelsPerGroup();
    int outputs = convolution.outputChannelsPerGroup();
    double[] transformed = new double[PRODUCTS];
    for (int channel = 0; channel < convolution.outputChannels(); channel++) {
      int group = channel / outputs;
      int column = channel % outputs;
      // Rows of a panel are the inputs, and all panels of these groups are full.
      int to =
          offset
              + group * PRODUCTS * matrixLength()
              + column / panel * panel * inputs
              + column % panel;
      for (int input = 0; input < inputs; input++) {
        transform(folded.filters(), (channel * inputs + input) * 9, transformed);
        for (int i = 0; i < PRODUCTS; i++) {
          packed[to + i * matrixLength() + input * panel] =
              (float) (transformed[i] * folded.scale()[channel]);
        }
      }
    }
  }

  private static void transform(float[] filters, int from, double[] to) {
    for (int i = 0; i < 4; i++) {
      for (int j = 0; j < 4; j++) {
        double sum = 0;
        for (int y = 0; y < 3; y++) {
          for (int x = 0; x < 3; x++) {
            sum += G[i][y] * filters[from + y * 3 + x] * G[j][x];
          }
        }
        to[i * 4 + j] = sum;
      }
    }
  }
}
