package org.resnext4j.engine.cpu.inference;

import org.resnext4j.engine.cpu.kernel.Kernels;
import org.resnext4j.engine.cpu.kernel.MatrixProduct;
import org.resnext4j.engine.cpu.kernel.PairedProduct;
import org.resnext4j.engine.cpu.kernel.Rows;

/**
 * Warms up the largest kernels with tiny matrices, so that C2 compiles them while weights are
 * packed.
 *
 * <p>Without the warm-up, the first run would call the kernels until they are hot. Before C2
 * compiles them, every vector is an object, and the run occupies the cores that the compiler needs.
 * Their loops are long in a real run, so C2 would also compile them once for a running loop
 * (on-stack replacement). The warm-up has short loops and many calls.
 */
final class WarmUp {

  /** The number of calls after which C2 has compiled a method with loops of this length. */
  private static final int CALLS = 6000;

  /**
   * The number of values of k in each of two segments: too few to make the loop hot before the
   * method.
   */
  private static final int LENGTH = 4;

  private WarmUp() {}

  /** Computes products, in pairs or plain ones, until C2 has started to compile them. */
  static void multiply(Kernels kernels, boolean inPairs) {
    int rows = MatrixProduct.TILE_ROWS;
    int columns = MatrixProduct.PANEL_VECTORS * kernels.lanes();
    float[] memory = new float[2 * LENGTH * columns];
    float[] constants = new float[2 * columns];
    constants[0] = 1;
    Rows c = Rows.strided(new float[rows * columns], 0, columns, rows);
    MatrixProduct[] products = new MatrixProduct[2];
    for (int i = 0; i < products.length; i++) {
      products[i] =
          new MatrixProduct(
              Rows.strided(memory, 0, 1, rows),
              new MatrixProduct.Segments(new int[] {0, LENGTH}, LENGTH),
              new MatrixProduct.Panels(new float[memory.length], 0, constants, 0),
              i == 0 ? Rows.none() : c,
              c,
              MatrixProduct.PANEL_VECTORS,
              0f,
              inPairs
                  ? new PairedProduct(constants, 0, columns, new float[rows])
                  : PairedProduct.none());
    }
    // Both kinds of residual and an incomplete tile occur: C2 compiles for the cases that it has
    // seen.
    for (int i = 0; i < CALLS; i++) {
      int end = rows - i / 2 % 2 * 3;
      if (inPairs) {
        kernels.sumRows(products[i % 2], 0, end);
      }
      kernels.multiply(products[i % 2], 0, end, 0);
    }
  }
}
