package org.resnext4j.engine.cpu.kernel;

/**
 * Rows of a matrix at any places of an array: row m starts at {@code offsets[m] + shift}. Rows may
 * overlap, since the windows of a convolution do (Dukhan, <i>The Indirect Convolution
 * Algorithm</i>, 2019).
 *
 * @param values holds the rows
 * @param offsets start of each row, before the shift
 * @param shift added to every offset
 */
@SuppressWarnings("ArrayRecordComponent") // Shared on purpose: a table serves several products.
public record Rows(float[] values, int[] offsets, int shift) {

  /** Lanes of the widest vectors that there are (2048 bits). */
  private static final int MOST_LANES = 64;

  private static final Rows NONE = new Rows(new float[2 * MOST_LANES], new int[1], 0);

  /** One row of zeros, as long as a panel. It stands for "no residual". */
  public static Rows none() {
    return NONE;
  }

  /** Whether these stand for no residual. */
  @SuppressWarnings("ReferenceEquality") // There is one such table, and no other will do.
  boolean isNone() {
    return offsets == NONE.offsets;
  }

  /** Rows that lie one after another at a fixed step. */
  public static Rows strided(float[] values, int offset, int stride, int count) {
    int[] offsets = new int[count];
    for (int i = 0; i < count; i++) {
      offsets[i] = offset + i * stride;
    }
    return new Rows(values, offsets, 0);
  }

  /** Index of the first value of a row. */
  int start(int row) {
    return offsets[row] + shift;
  }

  /** Number of rows. */
  public int count() {
    return offsets.length;
  }

  /** The same rows, further on; no residual stays none. */
  public Rows shifted(int by) {
    return isNone() ? this : new Rows(values, offsets, shift + by);
  }
}
