package org.resnext4j.engine.cpu.inference;

import java.util.Optional;
import org.resnext4j.engine.cpu.kernel.Kernels;
import org.resnext4j.engine.cpu.kernel.MatrixProduct;
import org.resnext4j.engine.cpu.kernel.PairedProduct;
import org.resnext4j.engine.graph.Nonlinearity;

/**
 * Matrix products of one layer, cut in chunks of rows and panels.
 *
 * <p>A layer with more columns than depth, whose B fits the second-level cache, goes through C row
 * by row: each tile of rows meets all panels, so A, the residual and C are read and written once,
 * in order. Otherwise a block of rows stays in the cache while panel after panel passes over it.
 *
 * <p>In {@link PairedProduct}, rows differ in how they are rounded by their places in a tile. No
 * block then reaches from one picture to the next, so that a picture gets the same bits in any
 * batch.
 */
final class MatrixStep implements Step {

  /** Floats of a B that stays in the second-level cache: half a megabyte, in bytes. */
  private static final long RESIDENT_FLOATS = 1 << 17;

  /** Floats of A that a block of rows may have: a megabyte, in bytes. */
  private static final int BLOCK_FLOATS = 1 << 18;

  /** Multiply-adds that are worth being handed to another thread. */
  private static final long CHUNK_WORK = 500_000;

  /** Panels that are worth the sums of their rows, which every chunk computes for itself. */
  private static final int PANELS_OF_PAIRS = 4;

  private final Kernels kernels;
  private final MatrixProduct[] products;
  private final Optional<Nonlinearity> function;
  private final boolean resident;
  private final int pictures;
  private final int rows;
  private final int blocks;
  private final int panels;
  private final int panelsOfChunk;
  private final int parts;

  /**
   * Cuts products that have one and the same shape.
   *
   * @param batch pictures whose pixels are the rows
   * @param function computed of each chunk of C while it is in the cache
   */
  MatrixStep(
      Kernels kernels, MatrixProduct[] products, int batch, Optional<Nonlinearity> function) {
    this.kernels = kernels;
    this.products = products;
    this.function = function;
    MatrixProduct one = products[0];
    this.pictures = one.pairs().isNone() ? 1 : batch;
    long floatsOfB = (long) one.depth() * one.vectors() * kernels.lanes();
    this.rows = one.rows() / pictures;
    this.panels = one.panels();
    // It pays where C is wider than A. Few rows would leave threads without work: they are cut by
    // panels.
    boolean widens = one.vectors() * kernels.lanes() > one.depth();
    this.resident = widens && floatsOfB <= RESIDENT_FLOATS && rows * floatsOfB >= 64 * CHUNK_WORK;
    int most =
        resident
            ? Math.toIntExact(CHUNK_WORK / floatsOfB / MatrixProduct.TILE_ROWS + 1)
                * MatrixProduct.TILE_ROWS
            : Math.max(4 * MatrixProduct.TILE_ROWS, BLOCK_FLOATS / one.depth());
    this.blocks = Math.ceilDiv(rows, most);
    long panelWork =
        (long) Math.ceilDiv(rows, blocks)
            * one.depth()
            * MatrixProduct.PANEL_VECTORS
            * kernels.lanes();
    int fewest = one.pairs().isNone() ? 1 : Math.min(PANELS_OF_PAIRS, panels);
    this.panelsOfChunk = resident ? panels : Math.clamp(CHUNK_WORK / panelWork, fewest, panels);
    this.parts = Math.ceilDiv(panels, panelsOfChunk);
  }

  @Override
  public int chunks() {
    return products.length * pictures * blocks * parts;
  }

  @Override
  public void run(int chunk, int worker) {
    int part = chunk % parts;
    int block = chunk / parts % blocks;
    int firstOfPicture = chunk / parts / blocks % pictures * rows;
    MatrixProduct product = products[chunk / parts / blocks / pictures];
    int first = firstOfPicture + start(block);
    int end = firstOfPicture + start(block + 1);
    int firstPanel = part * panelsOfChunk;
    int lastPanel = Math.min(panels, firstPanel + panelsOfChunk);
    boolean pairs = !product.pairs().isNone();
    if (resident) {
      int row = first;
      while (row < end) {
        int next = row + MatrixProduct.tileRows(end - row);
        if (pairs) {
          kernels.sumRows(product, row, next);
        }
        for (int panel = firstPanel; panel < lastPanel; panel++) {
          kernels.multiply(product, row, next, panel);
        }
        row = next;
      }
    } else {
      if (pairs) {
        kernels.sumRows(product, first, end);
      }
      for (int panel = firstPanel; panel < lastPanel; panel++) {
        kernels.multiply(product, first, end, panel);
      }
    }
    if (function.isPresent()) {
      int firstVector = firstPanel * MatrixProduct.PANEL_VECTORS;
      int vectors =
          Math.min(product.vectors(), lastPanel * MatrixProduct.PANEL_VECTORS) - firstVector;
      kernels.applyInPlace(
          function.get(), product.c(), first, end, firstVector * kernels.lanes(), vectors);
    }
  }

  /** First row of a block of a picture: even shares, in whole tiles. */
  private int start(int block) {
    int even = (int) ((long) rows * block / blocks);
    return block == blocks ? rows : even / MatrixProduct.TILE_ROWS * MatrixProduct.TILE_ROWS;
  }

  @Override
  public String toString() {
    return "matrix ×%d %s".formatted(products.length, products[0]);
  }
}
