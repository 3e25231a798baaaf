package org.resnext4j.engine.cpu.kernel;

import static org.resnext4j.engine.cpu.kernel.StridedGemm.LANES;

/**
 * Inner loops of a grouped convolution whose vectors hold one channel of as many groups as there
 * are lanes: the groups are alike, so every lane does the same with its own numbers, and no value
 * ever crosses lanes.
 */
public final class LaneRows {

  /** Output channels of a tile. */
  public static final int OUTS = 4;

  /** Whether 24 accumulators fit the vector registers. */
  private static final boolean MANY_REGISTERS = LANES != 8;

  private LaneRows() {}

  /**
   * One row of pixels by {@code outs} output channels: for each pixel the sum over {@code rows}
   * source rows of {@code depth} vectors times as many weights.
   *
   * @param outs {@link #OUTS} or 1
   * @param pixelStep step in the source from pixel to pixel
   * @param rowStep step in the source from row to row
   * @param w weights, {@code [rows][depth][outs][lanes]}
   */
  public static void convolveRow(
      float[] x,
      int xAt,
      int pixelStep,
      int rowStep,
      int rows,
      int depth,
      float[] w,
      int wAt,
      int outs,
      float[] to,
      int toAt,
      int toStep,
      int pixels,
      boolean accumulate) {
    // Of one output channel there are tiles of four pixels and of one.
    int most = outs == 1 || MANY_REGISTERS ? 4 : 2;
    int p = 0;
    while (p < pixels) {
      int left = pixels - p;
      int tile = left >= most ? most : left >= 2 && outs == OUTS ? 2 : 1;
      LaneRowTiles.pixels(
          tile,
          outs,
          x,
          xAt + p * pixelStep,
          pixelStep,
          rowStep,
          rows,
          depth,
          w,
          wAt,
          to,
          toAt + p * toStep,
          toStep,
          accumulate);
      p += tile;
    }
  }

  /**
   * Adds to {@code to[depth][outs][lanes]} the sums over a block of pixels of source times
   * gradient.
   *
   * @param g gradients, {@code [rows][columns][gStep]}, without gaps between rows
   * @param toStep step in the result from one of the {@code depth} to the next
   */
  public static void addProducts(
      float[] x,
      int xAt,
      int pixelStep,
      int rowStep,
      int depth,
      float[] g,
      int gAt,
      int gStep,
      int rows,
      int columns,
      int outs,
      float[] to,
      int toAt,
      int toStep) {
    int most = outs == 1 ? 1 : MANY_REGISTERS ? 6 : 2;
    int q = 0;
    while (q < depth) {
      int left = depth - q;
      int tile = left >= most ? most : left >= 2 && outs == OUTS ? 2 : 1;
      LaneRowTiles.products(
          tile,
          outs,
          x,
          xAt + q * LANES,
          pixelStep,
          rowStep,
          g,
          gAt,
          gStep,
          rows,
          columns,
          to,
          toAt + q * toStep,
          toStep);
      q += tile;
    }
  }
}
