package org.resnext4j.engine.cpu.kernel;

/**
 * Rows of a matrix that lie anywhere in an array: row m starts at {@code offsets[m] + shift}. Two
 * rows may be one and the same (a strided convolution reads pixels that overlap).
 *
 * @param values where they lie
 * @param offsets start of each row, before the shift
 * @param shift what is added to every offset
 */
@SuppressWarnings("ArrayRecordComponent") // Shared on purpose: a table serves several products.
public record Rows(float[] values, int[] offsets, int shift) {

  /** Lanes of the widest vectors that there are (2048 bits). */
  private static final int MOST_LANES = 64;

  private static final Rows NONE = new Rows(new float[2 * MOST_LANES], new int[1], 0);

  /** One row of zeros, as long as a panel: what stands for no residual. */
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

  /** Number of rows. */
  public int count() {
    return offsets.length;
  }

  /** The same rows, further on; no residual stays none. */
  public Rows shifted(int by) {
    return isNone() ? this : new Rows(values, offsets, shift + by);
  }
}
