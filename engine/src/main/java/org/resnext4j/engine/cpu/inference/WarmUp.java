package org.resnext4j.engine.cpu.inference;

import org.resnext4j.engine.cpu.kernel.Kernels;
import org.resnext4j.engine.cpu.kernel.MatrixProduct;
import org.resnext4j.engine.cpu.kernel.PairedProduct;
import org.resnext4j.engine.cpu.kernel.Rows;

/**
 * Runs the largest kernels on next to nothing, so that C2 compiles them while weights are being
 * packed.
 *
 * <p>Without it, the first pass itself would call them until they are hot, in code where every
 * vector is an object, on all the cores that the compiler needs; and as their loops are long there,
 * C2 would compile them a first time for a loop that is running. Here loops are short and calls are
 * many.
 */
final class WarmUp {

  /** Calls after which a method with loops of this length is compiled, also where many wait. */
  private static final int CALLS = 6000;

  /** Values of k in each of two segments: too few for the loop to become hot before the method. */
  private static final int LENGTH = 4;

  private WarmUp() {}

  /** Computes products, in pairs or plainly, until C2 has been told to compile them. */
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
    // Both kinds of residual, and a tile that is not full: C2 compiles for the cases it has seen.
    for (int i = 0; i < CALLS; i++) {
      int end = rows - i / 2 % 2 * 3;
      if (inPairs) {
        kernels.sumRows(products[i % 2], 0, end);
      }
      kernels.multiply(products[i % 2], 0, end, 0);
    }
  }
}
