package org.resnext4j.engine.cpu.kernel;

import org.resnext4j.engine.graph.Nonlinearity;

/**
 * The arithmetic of inference on plain arrays. Two implementations compute the same results from
 * the same packed weights: {@link VectorKernels} and {@link ScalarKernels}.
 *
 * <p>Every method does part of a layer's work on the calling thread, and allocates nothing.
 */
public interface Kernels {

  /**
   * The number of values in a vector. The layouts of packed weights and of padded channels depend
   * on it.
   */
  int lanes();

  /** Whether products in pairs ({@link PairedProduct}) are faster than plain products. */
  boolean pairs();

  /**
   * Computes half the sum of the products of pairs for some rows of A, and writes the results to
   * {@link PairedProduct#rowSums}.
   *
   * @param product a product in pairs
   * @param first first row
   * @param end row after the last one
   */
  void sumRows(MatrixProduct product, int first, int end);

  /**
   * Computes some rows of one panel of a matrix product. For a product in pairs, {@link #sumRows}
   * must have computed the sums of these rows.
   *
   * @param product the product
   * @param first first row
   * @param end row after the last one
   * @param panel number of the panel
   */
  void multiply(MatrixProduct product, int first, int end, int panel);

  /**
   * Computes some rows of a product whose lanes are independent: {@code C[m, n·lanes + l] = Σₖ A[m,
   * k·lanes + l] · B[k, n·lanes + l] + …}. A segment is {@code segmentLength} vectors long.
   *
   * @param product the product
   * @param first first row
   * @param end row after the last one
   */
  void multiplyLanes(MatrixProduct product, int first, int end);

  /**
   * Transforms one 4×4 patch of pixels for Winograd's F(2×2, 3×3): {@code Bᵀ d B}, channel by
   * channel.
   *
   * @param x the array that holds the patch
   * @param from index of the first pixel of x
   * @param steps distances between the pixels of x
   * @param lastRow distance from the first row to the fourth row
   * @param lastPixel distance from the first pixel of a row to the fourth pixel
   * @param y receives the 16 results
   * @param to index of the first value of y
   * @param planeStep distance between two results
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
   * @param m the array that holds the 16 products
   * @param from index of the first value of m
   * @param planeStep distance between two products
   * @param epilogue bias and ReLU
   * @param y receives the pixels
   * @param to index of the first value of y
   * @param steps distances between the pixels of y. At the lower and right edge a distance is 0;
   *     the missing pixel is then written first and overwritten by the next one
   */
  void winogradOutput(
      float[] m, int from, int planeStep, Epilogue epilogue, float[] y, int to, PixelSteps steps);

  /**
   * Transforms one 6×6 patch of pixels for Winograd's F(4×4, 3×3): {@code Bᵀ d B}, channel by
   * channel.
   *
   * @param x the array that holds the patch
   * @param from index of the first pixel of x
   * @param steps distances between the pixels of x
   * @param y receives the 36 results
   * @param to index of the first value of y
   * @param planeStep distance between two results
   * @param scratch scratch memory for 36 vectors
   * @param scratchFrom index of the scratch memory
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
   * @param m the array that holds the 36 products
   * @param from index of the first value of m
   * @param planeStep distance between two products
   * @param y receives the pixels
   * @param to index of the first value of y
   * @param steps distances between the pixels of y
   * @param scratch scratch memory for 36 vectors
   * @param scratchFrom index of the scratch memory
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
   * Copies pixels of a 4×4 tile and applies the epilogue: {@code y = max(floor, x + bias)}.
   *
   * @param x the array that holds the tile, {@code [4, 4, channels]} without gaps
   * @param from index of the first pixel of x
   * @param y receives the pixels
   * @param to index of the first value of y
   * @param steps distances between the pixels of y
   * @param rows number of rows to copy
   * @param pixels number of pixels to copy in each row
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
   * @param x the array that holds the window
   * @param from index of the first pixel of x
   * @param height rows of the window, at least 1
   * @param width pixels of a row, at least 1
   * @param steps distances between the pixels of x
   * @param y receives the result
   * @param to index of the first value of y
   */
  void maximum(float[] x, int from, int height, int width, PixelSteps steps, float[] y, int to);

  /**
   * Computes the mean of each channel in a window of pixels. The parameters are those of {@link
   * #maximum}.
   */
  void mean(float[] x, int from, int height, int width, PixelSteps steps, float[] y, int to);

  /**
   * The operands of {@link Kernels#combine}: {@code max(floor, scale · Σ inputs + shift)}.
   *
   * @param inputs the pixels that are added
   * @param output the pixels that are written
   * @param constants the array that holds scale and shift
   * @param scale index of the first channel's factor
   * @param shift index of the first channel's summand
   * @param vectors number of channels of a pixel, in vectors
   * @param floor 0 for ReLU, negative infinity for none
   */
  @SuppressWarnings("ArrayRecordComponent") // A description of places in arrays, never compared.
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
   * @param combination the operands
   * @param first first row
   * @param end row after the last one
   */
  void combine(Combination combination, int first, int end);

  /**
   * The operands of {@link Kernels#scaledSum}: {@code max(floor, Σ gates ∘ maps)}.
   *
   * @param maps the pixels of one or two maps that are added
   * @param gates for each map, the rows of the gates: one row for each pixel
   * @param output the pixels that are written
   * @param vectors number of channels of a pixel, in vectors
   * @param floor 0 for ReLU, negative infinity for none
   */
  @SuppressWarnings("ArrayRecordComponent") // A description of places in arrays, never compared.
  record ScaledSum(Rows[] maps, Rows[] gates, Rows output, int vectors, float floor) {}

  /**
   * Computes some rows of a sum of scaled maps.
   *
   * @param sum the operands
   * @param first first row
   * @param end row after the last one
   */
  void scaledSum(ScaledSum sum, int first, int end);

  /**
   * Computes a pointwise function of whole vectors. x and y may be the same range.
   *
   * @param function the function
   * @param x the array that holds the arguments
   * @param from index of the first argument
   * @param y receives the results
   * @param to index of the first result
   * @param vectors number of vectors
   */
  void apply(Nonlinearity function, float[] x, int from, float[] y, int to, int vectors);

  /**
   * Computes a pointwise function of some rows in place.
   *
   * @param function the function
   * @param values the rows
   * @param first first row
   * @param end row after the last one
   * @param column index of the first value within each row
   * @param vectors number of vectors in each row
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
   * @param offsets the offset of each pixel from the side's first pixel
   * @param weights the factor of each pixel
   */
  @SuppressWarnings("ArrayRecordComponent") // A table, never compared.
  record Taps(int[] offsets, float[] weights) {}

  /**
   * Computes one pixel of a fixed filter: {@code Σ rows ⊗ columns · x}, channel by channel.
   *
   * @param x the array that holds the picture
   * @param from index of the first pixel of x
   * @param rows the rows that the filter reads
   * @param columns the columns that the filter reads
   * @param vectors number of channels of a pixel, in vectors
   * @param y receives the pixel
   * @param to index of the first value of y
   */
  void filter(float[] x, int from, Taps rows, Taps columns, int vectors, float[] y, int to);

  /**
   * The fastest kernels on this machine. The first call logs a warning if they are the plain
   * kernels.
   */
  static Kernels best() {
    return Vectors.kernels();
  }
}
