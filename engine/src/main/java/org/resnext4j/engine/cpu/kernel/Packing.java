package org.resnext4j.engine.cpu.kernel;

/** Sizes and alignment of packed weights and scratch memory. */
public final class Packing {

  /**
   * Index of the first value that lies on a cache line's boundary in an array whose object does:
   * large arrays start at a region's boundary, and their values 16 bytes behind it.
   */
  public static final int ALIGNMENT_SHIFT = 12;

  /** Floats of a cache line. */
  public static final int LINE = 16;

  private Packing() {}

  /** The next index that lies on a cache line's boundary. */
  public static int align(long index) {
    return Math.toIntExact(
        Math.ceilDiv(index - ALIGNMENT_SHIFT, (long) LINE) * LINE + ALIGNMENT_SHIFT);
  }

  /** The least multiple of {@code step} that is not below {@code value}. */
  public static int roundUp(int value, int step) {
    return Math.ceilDiv(value, step) * step;
  }

  /** Floats that a packed B needs. */
  public static long panelsLength(int depth, int columns, int lanes) {
    return (long) depth * roundUp(columns, lanes);
  }
}
