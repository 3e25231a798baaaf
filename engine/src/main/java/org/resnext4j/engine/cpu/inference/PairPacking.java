package org.resnext4j.engine.cpu.inference;

import java.util.Arrays;
import org.resnext4j.engine.cpu.kernel.PairedProduct;

/**
 * Makes a packed matrix ready for products in {@link PairedProduct}: brings its values to the size
 * of their factors, and sums its columns.
 *
 * @param inverse where the inverse of a matrix's factor goes, one for each matrix
 * @param correction where the columns' corrections go, those of one matrix after another's
 */
public record PairPacking(int inverse, int correction) {

  /** Weights of a matrix that are worth the sums of the rows they meet, and the longer tiles. */
  private static final int LEAST_WEIGHTS = 1 << 14;

  /** Whether products with matrices of a size gain by going in pairs. */
  static boolean pays(int depth, int columns) {
    return (long) depth * columns >= LEAST_WEIGHTS;
  }

  /**
   * Prepares one matrix, packed in whole panels.
   *
   * @param packed holds the matrix, and gets the inverse and the corrections
   * @param at where the matrix starts
   * @param depth rows of the matrix, an even number
   * @param panel columns of a panel
   * @param index which matrix
   * @param bias for each column
   * @param inputSize root mean square of the other factor, 0 if unknown
   */
  public void prepare(
      float[] packed, int at, int depth, int panel, int index, double[] bias, double inputSize) {
    int columns = bias.length;
    int length = depth * columns;
    double squares = 0;
    for (int row = at; row < at + length; row += panel) {
      squares += squares(packed, row, panel);
    }
    float factor = powerOfTwo(inputSize / Math.sqrt(squares / length));
    packed[inverse + index] = 1 / factor;
    double[] sums = new double[panel];
    int row = at;
    for (int first = 0; first < columns; first += panel) {
      Arrays.fill(sums, 0);
      for (int k = 0; k < depth; k += 2) {
        scale(packed, row, 2 * panel, factor);
        addProducts(packed, row, row + panel, sums);
        row += 2 * panel;
      }
      int to = correction + index * columns + first;
      for (int n = 0; n < panel; n++) {
        packed[to + n] = (float) (bias[first + n] - sums[n] / factor);
      }
    }
  }

  // The loops are methods of their own, called for rows: so they are soon compiled, and once.

  private static double squares(float[] values, int from, int count) {
    double sum = 0;
    for (int i = from; i < from + count; i++) {
      sum += (double) values[i] * values[i];
    }
    return sum;
  }

  private static void scale(float[] values, int from, int count, float factor) {
    for (int i = from; i < from + count; i++) {
      values[i] *= factor;
    }
  }

  private static void addProducts(float[] values, int x, int y, double[] sums) {
    for (int n = 0; n < sums.length; n++) {
      sums[n] += (double) values[x + n] * values[y + n];
    }
  }

  /** The power of two next to a ratio, which multiplies without rounding; 1 if there is none. */
  private static float powerOfTwo(double ratio) {
    boolean usable = ratio > 0x1p-60 && ratio < 0x1p60;
    return usable ? (float) Math.scalb(1.0, (int) Math.rint(Math.log(ratio) / Math.log(2))) : 1;
  }
}
