package org.resnext4j.engine.cpu.kernel;

/** Sizes and alignment of packed weights and scratch memory. */
public final class Packing {

  /**
   * The index of the first value on a cache line's boundary. A large array starts at the boundary
   * of a heap region, and its values start 16 bytes later.
   */
  public static final int ALIGNMENT_SHIFT = 12;

  /** Number of floats in a cache line. */
  public static final int LINE = 16;

  private Packing() {}

  /** The next index on a cache line's boundary. */
  public static int align(long index) {
    return Math.toIntExact(
        Math.ceilDiv(index - ALIGNMENT_SHIFT, (long) LINE) * LINE + ALIGNMENT_SHIFT);
  }

  /** The smallest multiple of {@code step} that is at least {@code value}. */
  public static int roundUp(int value, int step) {
    return Math.ceilDiv(value, step) * step;
  }

  /** The number of floats of a packed B. */
  public static long panelsLength(int depth, int columns, int lanes) {
    return (long) depth * roundUp(columns, lanes);
  }
}
