package org.resnext4j.engine.cpu.kernel;

/**
 * The rows of a matrix at arbitrary places of an array. Row m starts at {@code offsets[m] + shift}.
 * Rows may overlap, because the windows of a convolution overlap (Dukhan, <i>The Indirect
 * Convolution Algorithm</i>, 2019).
 *
 * @param values the array that holds the rows
 * @param offsets the start of each row, without the shift
 * @param shift a number that is added to every offset
 */
@SuppressWarnings("ArrayRecordComponent") // Several products share one table of offsets.
public record Rows(float[] values, int[] offsets, int shift) {

  /** Lanes of the widest possible vectors (2048 bits). */
  private static final int MOST_LANES = 64;

  private static final Rows NONE = new Rows(new float[2 * MOST_LANES], new int[1], 0);

  /** A row of zeros that is as long as a panel. It stands for "no residual". */
  public static Rows none() {
    return NONE;
  }

  /** Whether this object stands for "no residual". */
  @SuppressWarnings("ReferenceEquality") // Only one such table exists.
  boolean isNone() {
    return offsets == NONE.offsets;
  }

  /** Rows at a fixed distance from each other. */
  public static Rows strided(float[] values, int offset, int stride, int count) {
    int[] offsets = new int[count];
    for (int i = 0; i < count; i++) {
      offsets[i] = offset + i * stride;
    }
    return new Rows(values, offsets, 0);
  }

  /** Index of the first value of a row. */
  public int start(int row) {
    return offsets[row] + shift;
  }

  /** Number of rows. */
  public int count() {
    return offsets.length;
  }

  /** The same rows with a larger shift. "No residual" does not change. */
  public Rows shifted(int by) {
    return isNone() ? this : new Rows(values, offsets, shift + by);
  }
}
