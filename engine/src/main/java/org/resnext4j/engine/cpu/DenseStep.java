package org.resnext4j.engine.cpu;

/**
 * Matrix products of one layer, cut in blocks of rows and some panels each. The rows of a block
 * stay in the second-level cache while all panels pass over them.
 */
final class DenseStep implements Step {

  /** Floats of A that a block of rows may have: a quarter of a megabyte, in bytes. */
  private static final int BLOCK_FLOATS = 1 << 16;

  /** Multiply-adds that are worth being handed to another thread. */
  private static final long CHUNK_WORK = 500_000;

  private final Kernels kernels;
  private final MatrixProduct[] products;
  private final int rows;
  private final int blocks;
  private final int panels;
  private final int panelsOfChunk;
  private final int parts;

  DenseStep(Kernels kernels, MatrixProduct[] products) {
    this.kernels = kernels;
    this.products = products;
    MatrixProduct one = products[0];
    this.rows = one.rows();
    int most = Math.max(4 * MatrixProduct.TILE_ROWS, BLOCK_FLOATS / one.depth());
    this.blocks = Math.ceilDiv(rows, most);
    this.panels = one.panels();
    long panelWork =
        (long) Math.ceilDiv(rows, blocks)
            * one.depth()
            * MatrixProduct.PANEL_VECTORS
            * kernels.lanes();
    this.panelsOfChunk = Math.clamp(CHUNK_WORK / panelWork, 1, panels);
    this.parts = Math.ceilDiv(panels, panelsOfChunk);
  }

  @Override
  public int chunks() {
    return products.length * blocks * parts;
  }

  @Override
  public void run(int chunk, int worker) {
    int part = chunk % parts;
    int block = chunk / parts % blocks;
    MatrixProduct product = products[chunk / parts / blocks];
    int first = start(block);
    int end = start(block + 1);
    int lastPanel = Math.min(panels, (part + 1) * panelsOfChunk);
    for (int panel = part * panelsOfChunk; panel < lastPanel; panel++) {
      kernels.multiply(product, first, end, panel);
    }
  }

  /** First row of a block: even shares, in whole tiles. */
  private int start(int block) {
    int even = (int) ((long) rows * block / blocks);
    return block == blocks ? rows : even / MatrixProduct.TILE_ROWS * MatrixProduct.TILE_ROWS;
  }

  @Override
  public String toString() {
    return "dense ×%d %s".formatted(products.length, products[0]);
  }
}
