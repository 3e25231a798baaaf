package org.resnext4j.engine.cpu.kernel;

import static org.resnext4j.engine.cpu.kernel.StridedGemm.LANES;
import static org.resnext4j.engine.cpu.kernel.StridedGemm.SPECIES;

import jdk.incubator.vector.FloatVector;

/**
 * The linear maps of Winograd's F(4×4, 3×3) (Lavin and Gray, <i>Fast Algorithms for Convolutional
 * Neural Networks</i>, 2016): 36 products for 16 pixels instead of 144, in the forward pass and in
 * both gradients.
 *
 * <p>With d a patch of 6×6 pixels, g a filter of 3×3 and y a tile of 4×4 outputs, {@code y = Aᵀ [(G
 * g Gᵀ) ⊙ (Bᵀ d B)] A}. The gradient of the filter is the same read backwards: {@code Gᵀ [(Bᵀ d B)
 * ⊙ (A ∂y Aᵀ)] G}. The matrices evaluate polynomials at 0, ±3/4, ±3/2 and infinity, which loses
 * half as many digits as the usual 0, ±1, ±2; all constants but those of G are exact.
 *
 * <p>Each map is applied to a vector of channels at a time, first to the rows and then to the
 * columns. A scratch of {@link #SCRATCH} values holds the half-way values {@code [6, 6, lanes]}.
 * The number of channels is a multiple of {@link StridedGemm#LANES}. A plane holds one of the 36
 * values of all tiles.
 */
public final class WinogradTransforms {

  /** Side of a tile of outputs. */
  public static final int TILE = 4;

  /** Side of the patch that a tile sees. */
  public static final int PATCH = 6;

  /** Values of a transformed patch, and products of a tile. */
  public static final int PLANES = PATCH * PATCH;

  /** Values of scratch that a map needs. */
  public static final int SCRATCH = PLANES * LANES;

  /** The smaller of the points, and minus it. */
  public static final float A1 = 0.75f;

  private static final float A2 = A1 * A1;
  private static final float A3 = A2 * A1;

  /** The larger of the points, and minus it. */
  public static final float B1 = 1.5f;

  private static final float B2 = B1 * B1;
  private static final float B3 = B2 * B1;
  private static final float SUM = A2 + B2;
  private static final float PRODUCT = A2 * B2;

  // Rows of G: 1, p and p² over the product of the point's distances from the others.
  private static final float G0 = 1f / PRODUCT;
  private static final float GA = 1f / (2 * A2 * (A2 - B2));
  private static final float GA1 = A1 / (2 * A2 * (A2 - B2));
  private static final float GA2 = A2 / (2 * A2 * (A2 - B2));
  private static final float GB = 1f / (2 * B2 * (B2 - A2));
  private static final float GB1 = B1 / (2 * B2 * (B2 - A2));
  private static final float GB2 = B2 / (2 * B2 * (B2 - A2));

  private WinogradTransforms() {}

  /**
   * {@code Bᵀ d B} of a patch of 6×6 pixels, each value to a plane of its own.
   *
   * @param steps from pixel to pixel
   */
  public static void patch(
      float[] x,
      int at,
      PixelSteps steps,
      float[] to,
      int toAt,
      int planeStep,
      float[] scratch,
      int scratchAt) {
    for (int c = 0; c < steps.vectors() * LANES; c += LANES) {
      for (int j = 0; j < PATCH; j++) {
        patchLine(
            x,
            at + j * steps.pixel() + c,
            steps.row(),
            scratch,
            scratchAt + j * LANES,
            PATCH * LANES);
      }
      for (int i = 0; i < PATCH; i++) {
        patchLine(
            scratch,
            scratchAt + i * PATCH * LANES,
            LANES,
            to,
            toAt + i * PATCH * planeStep + c,
            planeStep);
      }
    }
  }

  /**
   * {@code A ∂y Aᵀ} of a tile of 4×4 gradients, each value to a plane of its own.
   *
   * @param steps from pixel to pixel
   */
  public static void gradientTile(
      float[] x,
      int at,
      PixelSteps steps,
      float[] to,
      int toAt,
      int planeStep,
      float[] scratch,
      int scratchAt) {
    for (int c = 0; c < steps.vectors() * LANES; c += LANES) {
      for (int j = 0; j < TILE; j++) {
        gradientLine(
            x,
            at + j * steps.pixel() + c,
            steps.row(),
            scratch,
            scratchAt + j * LANES,
            TILE * LANES);
      }
      for (int i = 0; i < PATCH; i++) {
        gradientLine(
            scratch,
            scratchAt + i * TILE * LANES,
            LANES,
            to,
            toAt + i * PATCH * planeStep + c,
            planeStep);
      }
    }
  }

  /**
   * {@code Aᵀ m A}: a tile of 4×4 pixels of the products in 36 planes.
   *
   * @param steps from pixel to pixel
   */
  public static void tile(
      float[] m,
      int at,
      int planeStep,
      float[] to,
      int toAt,
      PixelSteps steps,
      float[] scratch,
      int scratchAt) {
    for (int c = 0; c < steps.vectors() * LANES; c += LANES) {
      for (int j = 0; j < PATCH; j++) {
        tileLine(
            m,
            at + j * planeStep + c,
            PATCH * planeStep,
            scratch,
            scratchAt + j * LANES,
            PATCH * LANES);
      }
      for (int i = 0; i < TILE; i++) {
        tileLine(
            scratch,
            scratchAt + i * PATCH * LANES,
            LANES,
            to,
            toAt + i * steps.row() + c,
            steps.pixel());
      }
    }
  }

  /** {@code G g Gᵀ} of one vector of filters of 3×3 taps, each value to a plane of its own. */
  public static void filter(
      float[] g, int at, float[] to, int toAt, int planeStep, float[] scratch, int scratchAt) {
    for (int j = 0; j < 3; j++) {
      filterLine(g, at + j * LANES, 3 * LANES, scratch, scratchAt + j * LANES, 3 * LANES);
    }
    for (int i = 0; i < PATCH; i++) {
      filterLine(
          scratch, scratchAt + i * 3 * LANES, LANES, to, toAt + i * PATCH * planeStep, planeStep);
    }
  }

  /** {@code Gᵀ m G}: the gradients of one vector of filters, tap by tap {@code tapStep} apart. */
  public static void filterGradient(
      float[] m,
      int at,
      int planeStep,
      float[] to,
      int toAt,
      int tapStep,
      float[] scratch,
      int scratchAt) {
    for (int j = 0; j < PATCH; j++) {
      filterGradientLine(
          m, at + j * planeStep, PATCH * planeStep, scratch, scratchAt + j * LANES, PATCH * LANES);
    }
    for (int i = 0; i < 3; i++) {
      filterGradientLine(
          scratch, scratchAt + i * PATCH * LANES, LANES, to, toAt + i * 3 * tapStep, tapStep);
    }
  }

  /** {@code Bᵀ} times six vectors. Hot. */
  private static void patchLine(float[] x, int at, int step, float[] to, int toAt, int toStep) {
    FloatVector x0 = FloatVector.fromArray(SPECIES, x, at);
    FloatVector x1 = FloatVector.fromArray(SPECIES, x, at + step);
    FloatVector x2 = FloatVector.fromArray(SPECIES, x, at + 2 * step);
    FloatVector x3 = FloatVector.fromArray(SPECIES, x, at + 3 * step);
    FloatVector x4 = FloatVector.fromArray(SPECIES, x, at + 4 * step);
    FloatVector x5 = FloatVector.fromArray(SPECIES, x, at + 5 * step);
    FloatVector product = FloatVector.broadcast(SPECIES, PRODUCT);
    FloatVector sum = FloatVector.broadcast(SPECIES, SUM);
    FloatVector first = x0.fma(product, x4.sub(x2.mul(sum)));
    FloatVector last = x1.fma(product, x5.sub(x3.mul(sum)));
    FloatVector evenA = x4.sub(x2.mul(B2));
    FloatVector oddA = x3.sub(x1.mul(B2)).mul(A1);
    FloatVector evenB = x4.sub(x2.mul(A2));
    FloatVector oddB = x3.sub(x1.mul(A2)).mul(B1);
    first.intoArray(to, toAt);
    evenA.add(oddA).intoArray(to, toAt + toStep);
    evenA.sub(oddA).intoArray(to, toAt + 2 * toStep);
    evenB.add(oddB).intoArray(to, toAt + 3 * toStep);
    evenB.sub(oddB).intoArray(to, toAt + 4 * toStep);
    last.intoArray(to, toAt + 5 * toStep);
  }

  /** {@code A} times four vectors. Hot. */
  private static void gradientLine(float[] x, int at, int step, float[] to, int toAt, int toStep) {
    FloatVector x0 = FloatVector.fromArray(SPECIES, x, at);
    FloatVector x1 = FloatVector.fromArray(SPECIES, x, at + step);
    FloatVector x2 = FloatVector.fromArray(SPECIES, x, at + 2 * step);
    FloatVector x3 = FloatVector.fromArray(SPECIES, x, at + 3 * step);
    FloatVector evenA = x2.fma(FloatVector.broadcast(SPECIES, A2), x0);
    FloatVector oddA = x3.fma(FloatVector.broadcast(SPECIES, A3), x1.mul(A1));
    FloatVector evenB = x2.fma(FloatVector.broadcast(SPECIES, B2), x0);
    FloatVector oddB = x3.fma(FloatVector.broadcast(SPECIES, B3), x1.mul(B1));
    x0.intoArray(to, toAt);
    evenA.add(oddA).intoArray(to, toAt + toStep);
    evenA.sub(oddA).intoArray(to, toAt + 2 * toStep);
    evenB.add(oddB).intoArray(to, toAt + 3 * toStep);
    evenB.sub(oddB).intoArray(to, toAt + 4 * toStep);
    x3.intoArray(to, toAt + 5 * toStep);
  }

  /** {@code Aᵀ} times six vectors. Hot. */
  private static void tileLine(float[] x, int at, int step, float[] to, int toAt, int toStep) {
    FloatVector x0 = FloatVector.fromArray(SPECIES, x, at);
    FloatVector x1 = FloatVector.fromArray(SPECIES, x, at + step);
    FloatVector x2 = FloatVector.fromArray(SPECIES, x, at + 2 * step);
    FloatVector x3 = FloatVector.fromArray(SPECIES, x, at + 3 * step);
    FloatVector x4 = FloatVector.fromArray(SPECIES, x, at + 4 * step);
    FloatVector x5 = FloatVector.fromArray(SPECIES, x, at + 5 * step);
    FloatVector evenA = x1.add(x2);
    FloatVector oddA = x1.sub(x2);
    FloatVector evenB = x3.add(x4);
    FloatVector oddB = x3.sub(x4);
    FloatVector y0 = x0.add(evenA).add(evenB);
    FloatVector y1 = oddB.fma(FloatVector.broadcast(SPECIES, B1), oddA.mul(A1));
    FloatVector y2 = evenB.fma(FloatVector.broadcast(SPECIES, B2), evenA.mul(A2));
    FloatVector y3 =
        oddB.fma(
            FloatVector.broadcast(SPECIES, B3), oddA.fma(FloatVector.broadcast(SPECIES, A3), x5));
    y0.intoArray(to, toAt);
    y1.intoArray(to, toAt + toStep);
    y2.intoArray(to, toAt + 2 * toStep);
    y3.intoArray(to, toAt + 3 * toStep);
  }

  /** {@code G} times three vectors. Hot. */
  private static void filterLine(float[] x, int at, int step, float[] to, int toAt, int toStep) {
    FloatVector x0 = FloatVector.fromArray(SPECIES, x, at);
    FloatVector x1 = FloatVector.fromArray(SPECIES, x, at + step);
    FloatVector x2 = FloatVector.fromArray(SPECIES, x, at + 2 * step);
    FloatVector evenA = x2.fma(FloatVector.broadcast(SPECIES, GA2), x0.mul(GA));
    FloatVector oddA = x1.mul(GA1);
    FloatVector evenB = x2.fma(FloatVector.broadcast(SPECIES, GB2), x0.mul(GB));
    FloatVector oddB = x1.mul(GB1);
    x0.mul(G0).intoArray(to, toAt);
    evenA.add(oddA).intoArray(to, toAt + toStep);
    evenA.sub(oddA).intoArray(to, toAt + 2 * toStep);
    evenB.add(oddB).intoArray(to, toAt + 3 * toStep);
    evenB.sub(oddB).intoArray(to, toAt + 4 * toStep);
    x2.intoArray(to, toAt + 5 * toStep);
  }

  /** {@code Gᵀ} times six vectors. Hot. */
  private static void filterGradientLine(
      float[] x, int at, int step, float[] to, int toAt, int toStep) {
    FloatVector x0 = FloatVector.fromArray(SPECIES, x, at);
    FloatVector x1 = FloatVector.fromArray(SPECIES, x, at + step);
    FloatVector x2 = FloatVector.fromArray(SPECIES, x, at + 2 * step);
    FloatVector x3 = FloatVector.fromArray(SPECIES, x, at + 3 * step);
    FloatVector x4 = FloatVector.fromArray(SPECIES, x, at + 4 * step);
    FloatVector x5 = FloatVector.fromArray(SPECIES, x, at + 5 * step);
    FloatVector evenA = x1.add(x2);
    FloatVector oddA = x1.sub(x2);
    FloatVector evenB = x3.add(x4);
    FloatVector oddB = x3.sub(x4);
    FloatVector y0 =
        x0.fma(
            FloatVector.broadcast(SPECIES, G0),
            evenA.fma(FloatVector.broadcast(SPECIES, GA), evenB.mul(GB)));
    FloatVector y1 = oddA.fma(FloatVector.broadcast(SPECIES, GA1), oddB.mul(GB1));
    FloatVector y2 =
        evenA.fma(
            FloatVector.broadcast(SPECIES, GA2),
            evenB.fma(FloatVector.broadcast(SPECIES, GB2), x5));
    y0.intoArray(to, toAt);
    y1.intoArray(to, toAt + toStep);
    y2.intoArray(to, toAt + 2 * toStep);
  }
}
