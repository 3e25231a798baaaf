package org.resnext4j.engine.cpu.kernel;

import org.resnext4j.engine.graph.Nonlinearity;

/**
 * The arithmetic of the engine, on plain arrays. Two implementations compute the same from the same
 * packed weights: {@link VectorKernels} and its plain twin, {@link ScalarKernels}.
 *
 * <p>Every method does a part of a layer's work on the calling thread and allocates nothing.
 */
public interface Kernels {

  /** Values in a vector; packed weights and padded channels are laid out by it. */
  int lanes();

  /** Whether products in {@link PairedProduct} are faster than plain ones. */
  boolean pairs();

  /**
   * Computes half the sum of the products of pairs for some rows of A, and writes it to {@link
   * PairedProduct#rowSums}.
   *
   * @param product a product in pairs
   * @param first first row
   * @param end one past the last row
   */
  void sumRows(MatrixProduct product, int first, int end);

  /**
   * Computes some rows of one panel of a matrix product. A product in pairs needs {@link #sumRows}
   * of these rows first.
   *
   * @param product what to compute
   * @param first first row
   * @param end one past the last row
   * @param panel which panel of columns
   */
  void multiply(MatrixProduct product, int first, int end, int panel);

  /**
   * Computes some rows of a product whose A holds vectors: {@code C[m, n·lanes + l] = Σₖ A[m,
   * k·lanes + l] · B[k, n·lanes + l] + …}, each lane for itself. A segment is {@code segmentLength}
   * vectors long.
   *
   * @param product what to compute
   * @param first first row
   * @param end one past the last row
   */
  void multiplyLanes(MatrixProduct product, int first, int end);

  /**
   * Transforms one 4×4 patch of pixels for Winograd's F(2×2, 3×3): {@code Bᵀ d B}, channel by
   * channel.
   *
   * @param x holds the patch
   * @param from index of its first pixel
   * @param steps from pixel to pixel of x
   * @param lastRow from the first row to the fourth
   * @param lastPixel from the first pixel of a row to the fourth
   * @param y gets the 16 results
   * @param to index of the first
   * @param planeStep from one result to the next
   */
  void winogradInput(
      float[] x,
      int from,
      PixelSteps steps,
      int lastRow,
      int lastPixel,
      float[] y,
      int to,
      int planeStep);

  /**
   * Computes four output pixels of Winograd's F(2×2, 3×3): {@code max(floor, Aᵀ m A + bias)},
   * channel by channel.
   *
   * @param m holds the 16 products
   * @param from index of the first
   * @param planeStep from one product to the next
   * @param epilogue bias and ReLU
   * @param y gets the pixels
   * @param to index of the first
   * @param steps from pixel to pixel of y; a step is 0 where there is no lower or no right pixel:
   *     that pixel is then written first and overwritten
   */
  void winogradOutput(
      float[] m, int from, int planeStep, Epilogue epilogue, float[] y, int to, PixelSteps steps);

  /**
   * Transforms one 6×6 patch of pixels for Winograd's F(4×4, 3×3): {@code Bᵀ d B}, channel by
   * channel.
   *
   * @param x holds the patch
   * @param from index of its first pixel
   * @param steps from pixel to pixel of x
   * @param y gets the 36 results
   * @param to index of the first
   * @param planeStep from one result to the next
   * @param scratch 36 vectors at {@code scratchFrom} are used
   * @param scratchFrom start of those
   */
  void winogradPatch(
      float[] x,
      int from,
      PixelSteps steps,
      float[] y,
      int to,
      int planeStep,
      float[] scratch,
      int scratchFrom);

  /**
   * Computes 16 output pixels of Winograd's F(4×4, 3×3): {@code Aᵀ m A}, channel by channel.
   *
   * @param m holds the 36 products
   * @param from index of the first
   * @param planeStep from one product to the next
   * @param y gets the pixels
   * @param to index of the first
   * @param steps from pixel to pixel of y
   * @param scratch 36 vectors at {@code scratchFrom} are used
   * @param scratchFrom start of those
   */
  void winogradTile(
      float[] m,
      int from,
      int planeStep,
      float[] y,
      int to,
      PixelSteps steps,
      float[] scratch,
      int scratchFrom);

  /**
   * Copies pixels of a 4×4 tile and ends a convolution: {@code y = max(floor, x + bias)}.
   *
   * @param x holds the tile, {@code [4, 4, channels]} without gaps
   * @param from index of its first pixel
   * @param y gets the pixels
   * @param to index of the first
   * @param steps from pixel to pixel of y
   * @param rows rows to copy
   * @param pixels pixels of a row to copy
   * @param epilogue bias and ReLU
   */
  void finish(
      float[] x,
      int from,
      float[] y,
      int to,
      PixelSteps steps,
      int rows,
      int pixels,
      Epilogue epilogue);

  /**
   * Computes the largest value of each channel in a window of pixels.
   *
   * @param x holds the window
   * @param from index of its first pixel
   * @param height rows of the window, at least 1
   * @param width pixels of a row, at least 1
   * @param steps from pixel to pixel of x
   * @param y gets the result
   * @param to index of its first value
   */
  void maximum(float[] x, int from, int height, int width, PixelSteps steps, float[] y, int to);

  /**
   * Computes the mean of each channel in a window of pixels; parameters as for {@link #maximum}.
   */
  void mean(float[] x, int from, int height, int width, PixelSteps steps, float[] y, int to);

  /**
   * The operands of {@link Kernels#combine}: {@code max(floor, scale · Σ inputs + shift)}.
   *
   * @param inputs pixels that are added
   * @param output pixels that are written
   * @param constants holds scale and shift
   * @param scale start of the factors, one for each channel
   * @param shift start of the summands, one for each channel
   * @param vectors channels of a pixel, in vectors
   * @param floor 0 for ReLU, negative infinity for none
   */
  @SuppressWarnings("ArrayRecordComponent") // A description of where things lie.
  record Combination(
      Rows[] inputs,
      Rows output,
      float[] constants,
      int scale,
      int shift,
      int vectors,
      float floor) {}

  /**
   * Computes some rows of a combination.
   *
   * @param combination what to compute
   * @param first first row
   * @param end one past the last row
   */
  void combine(Combination combination, int first, int end);

  /**
   * The operands of {@link Kernels#scaledSum}: {@code max(floor, Σ gates ∘ maps)}.
   *
   * @param maps pixels that are added, of one or two maps
   * @param gates for each map and each of its pixels, where the factors of its channels lie
   * @param output pixels that are written
   * @param vectors channels of a pixel, in vectors
   * @param floor 0 for ReLU, negative infinity for none
   */
  @SuppressWarnings("ArrayRecordComponent") // A description of where things lie.
  record ScaledSum(Rows[] maps, Rows[] gates, Rows output, int vectors, float floor) {}

  /**
   * Computes some rows of a sum of scaled maps.
   *
   * @param sum what to compute
   * @param first first row
   * @param end one past the last row
   */
  void scaledSum(ScaledSum sum, int first, int end);

  /**
   * Computes a pointwise function of whole vectors; x and y may be the same range.
   *
   * @param function which
   * @param x holds the arguments
   * @param from index of the first
   * @param y gets the values
   * @param to index of the first
   * @param vectors how many vectors
   */
  void apply(Nonlinearity function, float[] x, int from, float[] y, int to, int vectors);

  /**
   * Computes a pointwise function of some rows in place.
   *
   * @param function which
   * @param values the rows
   * @param first first row
   * @param end one past the last row
   * @param column start within each row
   * @param vectors how many vectors of each row
   */
  default void applyInPlace(
      Nonlinearity function, Rows values, int first, int end, int column, int vectors) {
    for (int row = first; row < end; row++) {
      int at = values.start(row) + column;
      apply(function, values.values(), at, values.values(), at, vectors);
    }
  }

  /**
   * The pixels that a fixed filter reads along one side.
   *
   * @param offsets of the pixels, from the first pixel of the side
   * @param weights factor of each
   */
  @SuppressWarnings("ArrayRecordComponent") // A table, never compared.
  record Taps(int[] offsets, float[] weights) {}

  /**
   * Computes one pixel of a fixed filter: {@code Σ rows ⊗ columns · x}, channel by channel.
   *
   * @param x holds the picture
   * @param from index of its first pixel
   * @param rows rows that are read
   * @param columns columns that are read
   * @param vectors channels of a pixel, in vectors
   * @param y gets the pixel
   * @param to index of its first value
   */
  void filter(float[] x, int from, Taps rows, Taps columns, int vectors, float[] y, int to);

  /** The fastest kernels on this machine; the first call warns if they are the plain ones. */
  static Kernels best() {
    return Vectors.kernels();
  }
}
