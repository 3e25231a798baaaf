package org.resnext4j.engine.cpu.inference;

import java.util.Optional;
import org.resnext4j.engine.cpu.kernel.Kernels;
import org.resnext4j.engine.cpu.kernel.MatrixProduct;
import org.resnext4j.engine.cpu.kernel.PairedProduct;
import org.resnext4j.engine.graph.Nonlinearity;

/**
 * The step of a layer's matrix products. A chunk is a block of rows and some panels of one product.
 *
 * <p>There are two loop orders. If C is wider than A and B fits the second-level cache, the step
 * computes C row by row: it multiplies each tile of rows by all panels, so it reads A and the
 * residual and writes C once and in order. Otherwise a block of rows stays in the cache while the
 * step multiplies it by one panel after another.
 *
 * <p>In a product in pairs ({@link PairedProduct}), the rounding of a row depends on its place in a
 * tile. A block then holds rows of one picture only, so a picture gets the same bits in any batch.
 *
 * <p>The step has one region of scratch memory, for products in pairs: {@link
 * PairedProduct#rowSums}, {@code [row]} of each product, in float32. A chunk writes and reads only
 * the elements of its own rows. Two chunks with the same rows write the same values.
 */
final class MatrixStep implements Step {

  /**
   * The number of floats of the largest B that stays in the second-level cache: half a megabyte.
   */
  private static final long RESIDENT_FLOATS = 1 << 17;

  /** The number of floats of A in a block of rows: a megabyte. */
  private static final int BLOCK_FLOATS = 1 << 18;

  /**
   * The number of multiply-adds of a chunk: fewer would not justify the transfer to another thread.
   */
  private static final long CHUNK_WORK = 500_000;

  /**
   * The least number of panels of a chunk of products in pairs. Every chunk computes the sums of
   * its rows again.
   */
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
   * Divides products of equal shape into chunks.
   *
   * @param batch number of pictures; their pixels are the rows
   * @param function the pointwise function that the step applies to each chunk of C while the chunk
   *     is in the cache
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
    // Row by row is faster if C is wider than A. A product with few rows is divided by panels, so
    // that
    // all threads have work.
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

  /** The first row of a block of a picture. Blocks have nearly equal numbers of whole tiles. */
  private int start(int block) {
    int even = (int) ((long) rows * block / blocks);
    return block == blocks ? rows : even / MatrixProduct.TILE_ROWS * MatrixProduct.TILE_ROWS;
  }

  @Override
  public String toString() {
    return "matrix ×%d %s".formatted(products.length, products[0]);
  }
}
