package org.resnext4j.benchmarks;

import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import org.resnext4j.engine.cpu.kernel.Kernels;
import org.resnext4j.engine.cpu.kernel.MatrixProduct;
import org.resnext4j.engine.cpu.kernel.PairedProduct;
import org.resnext4j.engine.cpu.kernel.Rows;

/**
 * Measures the engine's tile of matrix products in several sizes, on one thread. The score is the
 * number of fused multiply-adds of vectors in a nanosecond. GFLOPS are twice the score times the
 * number of lanes in a vector.
 *
 * <p>The program {@code build/Tiles.java} writes the tiles. A new size needs a line in its table
 * and a value of the parameter here.
 */
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 4, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(
    value = 1,
    jvmArgsAppend = {
      "--add-modules=jdk.incubator.vector",
      "-Djdk.incubator.vector.VECTOR_ACCESS_OOB_CHECK=0"
    })
public class TileBenchmark {

  /** Length of the products' inner dimension k. */
  private static final int DEPTH = 128;

  /**
   * Rows and vectors of the product. They are the same for every tile size, so one call does equal
   * work.
   */
  private static final int ROWS = 168;

  private static final int VECTORS = 4;

  /** One product, computed by tiles of one size. */
  @State(Scope.Benchmark)
  public static class Product {

    /** Rows and vectors of the tile. */
    @Param({"4x2", "6x2", "8x2", "12x2", "14x2", "6x1", "4x4", "6x4"})
    public String size = "";

    private int rows;
    private int vectors;
    private MatrixProduct product;

    /** Lays out the product. */
    @Setup(Level.Trial)
    public void layOut() {
      String[] parts = size.split("x", -1);
      rows = Integer.parseInt(parts[0]);
      vectors = Integer.parseInt(parts[1]);
      int columns = VECTORS * Kernels.best().lanes();
      float[] a = new float[ROWS * DEPTH];
      for (int i = 0; i < a.length; i++) {
        a[i] = (i * 31 % 201 - 100) / 100f;
      }
      product =
          new MatrixProduct(
              Rows.strided(a, 0, DEPTH, ROWS),
              MatrixProduct.Segments.one(DEPTH),
              new MatrixProduct.Panels(new float[columns * DEPTH], 0, new float[columns], 0),
              Rows.none(),
              Rows.strided(new float[ROWS * columns], 0, columns, ROWS),
              VECTORS,
              0f,
              PairedProduct.none());
    }
  }

  /** Computes the whole product tile by tile. */
  @Benchmark
  @OperationsPerInvocation(ROWS * VECTORS * DEPTH)
  public MatrixProduct tiles(Product given) {
    MatrixProduct product = given.product;
    // A tile of one vector computes a panel's left half twice instead of both halves.
    int panelsOfTile = Math.max(1, given.vectors / MatrixProduct.PANEL_VECTORS);
    int times = given.vectors == 1 ? MatrixProduct.PANEL_VECTORS : 1;
    for (int row = 0; row < ROWS; row += given.rows) {
      for (int panel = 0; panel < product.panels(); panel += panelsOfTile) {
        for (int i = 0; i < times; i++) {
          MatrixTileSizes.tile(given.rows, given.vectors, product, row, ROWS - 1, panel);
        }
      }
    }
    return product;
  }
}
