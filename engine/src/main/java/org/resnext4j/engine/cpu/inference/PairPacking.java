package org.resnext4j.engine.cpu.inference;

import java.util.Arrays;
import org.resnext4j.engine.cpu.kernel.PairedProduct;

/**
 * Prepares a packed matrix for products in pairs ({@link PairedProduct}): scales its values to the
 * size of the other factor's values, and sums the products of pairs of its columns.
 *
 * @param inverse index of the first matrix's inverse scaling factor; one value for each matrix
 * @param correction index of the first correction, {@code [matrix][column]}
 */
public record PairPacking(int inverse, int correction) {

  /**
   * The number of weights from which products in pairs are faster: they must outweigh the sums of
   * the rows.
   */
  private static final int LEAST_WEIGHTS = 1 << 14;

  /** Whether products in pairs are faster for matrices of a size. */
  static boolean pays(int depth, int columns) {
    return (long) depth * columns >= LEAST_WEIGHTS;
  }

  /**
   * Prepares one matrix of whole panels.
   *
   * @param packed the array that holds the matrix; it receives the inverse and the corrections
   * @param at index of the matrix
   * @param depth rows of the matrix, an even number
   * @param panel number of columns of a panel
   * @param index number of the matrix
   * @param bias the bias of each column
   * @param inputSize root mean square of the other factor; 0 if unknown
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

  // The loops are separate methods that are called for each row, so C2 compiles them early and
  // once.

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

  /**
   * The power of two nearest to a ratio, which multiplies without rounding; 1 if the ratio is not
   * finite and positive.
   */
  private static float powerOfTwo(double ratio) {
    boolean usable = ratio > 0x1p-60 && ratio < 0x1p60;
    return usable ? (float) Math.scalb(1.0, (int) Math.rint(Math.log(ratio) / Math.log(2))) : 1;
  }
}
