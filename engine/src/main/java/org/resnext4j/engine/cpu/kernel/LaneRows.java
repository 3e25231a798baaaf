package org.resnext4j.engine.cpu.kernel;

import static org.resnext4j.engine.cpu.kernel.StridedGemm.LANES;

/**
 * Rows of grouped convolutions with lanes across cardinality. A vector holds the same channel of
 * many groups, one group in each lane. All groups do the same operations on their own values, so no
 * value crosses lanes.
 */
public final class LaneRows {

  /** Number of output channels of a tile. */
  public static final int OUTS = 4;

  /** Whether 24 accumulators fit the vector registers. */
  private static final boolean MANY_REGISTERS = LANES != 8;

  private LaneRows() {}

  /**
   * Rows of pixels in an array.
   *
   * @param at index of the first pixel
   * @param pixelStep distance between neighbouring pixels
   * @param rowStep distance between neighbouring rows
   */
  @SuppressWarnings("ArrayRecordComponent") // A view, never compared.
  public record Pixels(float[] values, int at, int pixelStep, int rowStep) {}

  /**
   * Packed weights of a tile of outputs, {@code [rows, depth, outs, lanes]}.
   *
   * @param at index of the first weight
   * @param rows rows of source pixels that an output pixel depends on
   * @param depth vectors that it depends on in each of these rows
   * @param outs output channels, {@link #OUTS} or 1
   */
  @SuppressWarnings("ArrayRecordComponent") // A view, never compared.
  public record Filters(float[] values, int at, int rows, int depth, int outs) {}

  /**
   * Computes one row of pixels of a tile of output channels. The result for a pixel is the sum of
   * its source vectors times their weights.
   *
   * @param x source pixels
   * @param to output pixels
   * @param pixels number of output pixels
   * @param accumulate whether the method adds the sums to the output
   */
  public static void convolveRow(
      Pixels x, Filters filters, Pixels to, int pixels, boolean accumulate) {
    int outs = filters.outs();
    // For one output channel there are tiles of four pixels and of one pixel.
    int most = outs == 1 || MANY_REGISTERS ? 4 : 2;
    int p = 0;
    while (p < pixels) {
      int tile = tile(pixels - p, most, outs);
      LaneRowTiles.pixels(
          tile,
          outs,
          x.values(),
          x.at() + p * x.pixelStep(),
          x.pixelStep(),
          x.rowStep(),
          filters.rows(),
          filters.depth(),
          filters.values(),
          filters.at(),
          to.values(),
          to.at() + p * to.pixelStep(),
          to.pixelStep(),
          accumulate);
      p += tile;
    }
  }

  /**
   * Multiplies source pixels by gradients, sums the products over a block of pixels, and adds the
   * sums to {@code to[depth, outs, lanes]}.
   *
   * @param x source pixels
   * @param g gradients, {@code [rows, columns, pixelStep]} without gaps between rows
   * @param rows rows of the block
   * @param columns pixels of a row
   * @param outs output channels, {@link #OUTS} or 1
   * @param to the sums; a row is one of the {@code depth} vectors
   */
  public static void addProducts(
      Pixels x, int depth, Pixels g, int rows, int columns, int outs, MatrixView to) {
    int most = outs == 1 ? 1 : MANY_REGISTERS ? 6 : 2;
    int q = 0;
    while (q < depth) {
      int tile = tile(depth - q, most, outs);
      LaneRowTiles.products(
          tile,
          outs,
          x.values(),
          x.at() + q * LANES,
          x.pixelStep(),
          x.rowStep(),
          g.values(),
          g.at(),
          g.pixelStep(),
          rows,
          columns,
          to.values(),
          to.offset() + q * to.rowStep(),
          to.rowStep());
      q += tile;
    }
  }

  /** The size of the next tile, given the number of remaining pixels or vectors. */
  private static int tile(int left, int most, int outs) {
    return left >= most ? most : left >= 2 && outs == OUTS ? 2 : 1;
  }
}
