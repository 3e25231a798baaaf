package org.resnext4j.engine.cpu.inference;

import java.util.Optional;
import org.resnext4j.engine.cpu.kernel.Kernels;
import org.resnext4j.engine.cpu.kernel.MatrixProduct;
import org.resnext4j.engine.graph.Nonlinearity;

/**
 * A grouped convolution with lanes across cardinality, cut in blocks of pixels and blocks of
 * groups.
 */
final class LaneStep implements Step {

  /** Multiply-adds that are worth being handed to another thread. */
  private static final long CHUNK_WORK = 500_000;

  private final Kernels kernels;
  private final MatrixProduct[] products;
  private final Optional<Nonlinearity> function;
  private final int rows;
  private final int rowsOfChunk;
  private final int blocks;

  /**
   * Cuts products that have one and the same shape.
   *
   * @param function computed of each chunk of C while it is in the cache
   */
  LaneStep(Kernels kernels, MatrixProduct[] products, Optional<Nonlinearity> function) {
    this.kernels = kernels;
    this.products = products;
    this.function = function;
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
    int end = Math.min(rows, first + rowsOfChunk);
    MatrixProduct product = products[chunk / blocks];
    kernels.multiplyLanes(product, first, end);
    if (function.isPresent()) {
      kernels.applyInPlace(function.get(), product.c(), first, end, 0, product.vectors());
    }
  }

  @Override
  public String toString() {
    return "lanes ×%d %s".formatted(products.length, products[0]);
  }
}
