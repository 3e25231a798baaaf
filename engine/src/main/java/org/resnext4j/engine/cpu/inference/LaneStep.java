package org.resnext4j.engine.cpu.inference;

import java.util.Optional;
import org.resnext4j.engine.cpu.kernel.Kernels;
import org.resnext4j.engine.cpu.kernel.MatrixProduct;
import org.resnext4j.engine.graph.Nonlinearity;

/**
 * The step of a grouped convolution with lanes across cardinality. A chunk is a block of pixels and
 * a block of groups. The step needs no scratch memory.
 */
final class LaneStep implements Step {

  /**
   * The number of multiply-adds of a chunk: fewer would not justify the transfer to another thread.
   */
  private static final long CHUNK_WORK = 500_000;

  private final Kernels kernels;
  private final MatrixProduct[] products;
  private final Optional<Nonlinearity> function;
  private final int rows;
  private final int rowsOfChunk;
  private final int blocks;

  /**
   * Divides products of equal shape into chunks.
   *
   * @param function the pointwise function that the step applies to each chunk of C while the chunk
   *     is in the cache
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
