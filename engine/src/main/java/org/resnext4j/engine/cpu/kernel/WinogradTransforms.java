package org.resnext4j.engine.cpu.kernel;

import static org.resnext4j.engine.cpu.kernel.StridedGemm.LANES;
import static org.resnext4j.engine.cpu.kernel.StridedGemm.SPECIES;

import jdk.incubator.vector.FloatVector;

/**
 * The linear transforms of Winograd's minimal filtering algorithm F(4×4, 3×3) (Lavin and Gray,
 * <i>Fast Algorithms for Convolutional Neural Networks</i>, 2016). The algorithm computes 16 pixels
 * with 36 products instead of 144, in the forward pass and in both gradients.
 *
 * <p>Let d be a patch of 6×6 pixels, g a filter of 3×3 taps and y a tile of 4×4 outputs. Then
 * {@code y = Aᵀ [(G g Gᵀ) ⊙ (Bᵀ d B)] A}, and the gradient of the filter is {@code Gᵀ [(Bᵀ d B) ⊙
 * (A ∂y Aᵀ)] G}. The matrices evaluate polynomials at the points 0, ±3/4, ±3/2 and infinity. These
 * points lose half as many digits as the usual points 0, ±1, ±2. All constants except those of G
 * are exact in float32.
 *
 * <p>A transform processes one vector of channels at a time, first the rows and then the columns.
 * Scratch memory of {@link #SCRATCH} values holds the intermediate values {@code [6, 6, lanes]}.
 * The number of channels is a multiple of {@link StridedGemm#LANES}. A plane holds one of the 36
 * values of all tiles.
 */
public final class WinogradTransforms {

  /** Side of a tile of outputs, in pixels. */
  public static final int TILE = 4;

  /** Side of the patch that a tile depends on, in pixels. */
  public static final int PATCH = 6;

  /** Number of values of a transformed patch, which is the number of products of a tile. */
  public static final int PLANES = PATCH * PATCH;

  /** Number of values of scratch memory that a transform needs. */
  public static final int SCRATCH = PLANES * LANES;

  /** The smaller point; its negative is a point too. */
  public static final float A1 = 0.75f;

  private static final float A2 = A1 * A1;
  private static final float A3 = A2 * A1;

  /** The larger point; its negative is a point too. */
  public static final float B1 = 1.5f;

  private static final float B2 = B1 * B1;
  private static final float B3 = B2 * B1;
  private static final float SUM = A2 + B2;
  private static final float PRODUCT = A2 * B2;

  // Rows of G: 1, p and p², divided by the product of the distances of point p from the other
  // points.
  private static final float G0 = 1f / PRODUCT;
  private static final float GA = 1f / (2 * A2 * (A2 - B2));
  private static final float GA1 = A1 / (2 * A2 * (A2 - B2));
  private static final float GA2 = A2 / (2 * A2 * (A2 - B2));
  private static final float GB = 1f / (2 * B2 * (B2 - A2));
  private static final float GB1 = B1 / (2 * B2 * (B2 - A2));
  private static final float GB2 = B2 / (2 * B2 * (B2 - A2));

  private WinogradTransforms() {}

  /**
   * Computes {@code Bᵀ d B} for a patch of 6×6 pixels, and writes each value to a plane of its own.
   *
   * @param steps distances between the pixels
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
   * Computes {@code A ∂y Aᵀ} for a tile of 4×4 gradients, and writes each value to a plane of its
   * own.
   *
   * @param steps distances between the pixels
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
   * Computes {@code Aᵀ m A}: a tile of 4×4 pixels from the products in 36 planes.
   *
   * @param steps distances between the pixels
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

  /**
   * Computes {@code G g Gᵀ} for one vector of filters of 3×3 taps, and writes each value to a plane
   * of its own.
   */
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

  /**
   * Computes {@code Gᵀ m G}: the gradients of one vector of filters. Two taps are {@code tapStep}
   * apart.
   */
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

  /** Multiplies {@code Bᵀ} by six vectors. Hot. */
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

  /** Multiplies {@code A} by four vectors. Hot. */
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

  /** Multiplies {@code Aᵀ} by six vectors. Hot. */
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

  /** Multiplies {@code G} by three vectors. Hot. */
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

  /** Multiplies {@code Gᵀ} by six vectors. Hot. */
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
