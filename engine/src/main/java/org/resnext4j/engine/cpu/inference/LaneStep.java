package org.resnext4j.engine.cpu.inference;

import org.resnext4j.engine.cpu.kernel.Kernels;
import org.resnext4j.engine.cpu.kernel.MatrixProduct;

/**
 * A grouped convolution with lanes across cardinality, cut in blocks of pixels and blocks of
 * groups.
 */
final class LaneStep implements Step {

  /** Multiply-adds that are worth being handed to another thread. */
  private static final long CHUNK_WORK = 500_000;

  private final Kernels kernels;
  private final MatrixProduct[] products;
  private final int rows;
  private final int rowsOfChunk;
  private final int blocks;

  LaneStep(Kernels kernels, MatrixProduct[] products) {
    this.kernels = kernels;
    this.products = products;
    MatrixProduct one = products[0];
    this.rows = one.rows();
    long rowWork = (long) one.depth() * one.vectors() * kernels.lanes();
    int tiles = Math.toIntExact(CHUNK_WORK / rowWork / MatrixProduct.TILE_ROWS) + 1;
    this.rowsOfChunk = tiles * MatrixProduct.TILE_ROWS;
    this.blocks = Math.ceilDiv(rows, rowsOfChunk);
  }

  @Override
  public int chunks() {
    return products.length * blocks;
  }

  @Override
  public void run(int chunk, int worker) {
    int first = chunk % blocks * rowsOfChunk;
    kernels.multiplyLanes(products[chunk / blocks], first, Math.min(rows, first + rowsOfChunk));
  }

  @Override
  public String toString() {
    return "lanes ×%d %s".formatted(products.length, products[0]);
  }
}
