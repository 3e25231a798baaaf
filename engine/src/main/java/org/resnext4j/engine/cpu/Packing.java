package org.resnext4j.engine.cpu;

/**
 * Lays weights out for the kernels. Arrays are packed once and read many times, so these are plain
 * loops.
 */
final class Packing {

  /**
   * Index of the first value that lies on a cache line's boundary in an array whose object does:
   * large arrays start at a region's boundary, and their values 16 bytes behind it.
   */
  static final int ALIGNMENT_SHIFT = 12;

  /** Floats of a cache line. */
  static final int LINE = 16;

  private Packing() {}

  /** The next index that lies on a cache line's boundary. */
  static int align(long index) {
    return Math.toIntExact(
        Math.ceilDiv(index - ALIGNMENT_SHIFT, (long) LINE) * LINE + ALIGNMENT_SHIFT);
  }

  /** The least multiple of {@code step} that is not below {@code value}. */
  static int roundUp(int value, int step) {
    return Math.ceilDiv(value, step) * step;
  }

  /** Floats that a packed B needs. */
  static long panelsLength(int depth, int columns, int lanes) {
    return (long) depth * roundUp(columns, lanes);
  }

  /**
   * Packs rows {@code firstRow} to {@code endRow} of one panel of B.
   *
   * @param b B, at [k, n]
   * @param depth rows of B
   * @param columns columns of B; those up to whole vectors become zeros
   * @param lanes values in a vector
   * @param panel which panel
   * @param packed where the panels go
   * @param offset where panel 0 starts there
   */
  static void panel(
      Gemm.Matrix b, int depth, int columns, int lanes, int panel, float[] packed, int offset) {
    int first = panel * MatrixProduct.PANEL_VECTORS * lanes;
    int width = Math.min(MatrixProduct.PANEL_VECTORS * lanes, roundUp(columns, lanes) - first);
    int filled = Math.min(width, columns - first);
    int to = offset + first * depth;
    float[] values = b.values();
    for (int k = 0; k < depth; k++) {
      int from = b.offset() + k * b.rowStride() + first * b.columnStride();
      if (b.columnStride() == 1) {
        System.arraycopy(values, from, packed, to, filled);
      } else {
        for (int n = 0; n < filled; n++) {
          packed[to + n] = values[from + n * b.columnStride()];
        }
      }
      for (int n = filled; n < width; n++) {
        packed[to + n] = 0;
      }
      to += width;
    }
  }
}
