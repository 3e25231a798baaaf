package org.resnext4j.engine.cpu.kernel;

import java.util.Arrays;

/**
 * A matrix product for {@link Kernels#multiply}: {@code C[m, n] = max(floor, Σₖ A[m, k] · B[k, n] +
 * bias[n] + R[m, n])}.
 *
 * <p>k runs over segments of consecutive values: segment s of row m starts at {@code a.offsets[m] +
 * a.shift + segments[s]}. A pointwise convolution has one segment, a k×k convolution one for each
 * tap.
 *
 * <p>B is packed into panels of two vectors' width, each with k outermost. All columns are computed
 * and stored in whole vectors, so a row of C takes {@link #vectors} times the lane count places.
 * The places past the last column receive the bias, since the packed weights are zero there.
 *
 * @param a rows of A
 * @param k the segments of a row of A
 * @param b the packed B, and the bias
 * @param residual rows of R, or {@link Rows#none}; may be the rows of C, to accumulate
 * @param c rows of C
 * @param vectors columns, in vectors
 * @param floor 0 for ReLU, negative infinity for none
 * @param pairs sums for a product in pairs, or {@link PairedProduct#none}. A product in pairs needs
 *     whole panels and segments of even length
 */
public record MatrixProduct(
    Rows a,
    Segments k,
    Panels b,
    Rows residual,
    Rows c,
    int vectors,
    float floor,
    PairedProduct pairs) {

  /** Vectors in the width of a full panel. */
  public static final int PANEL_VECTORS = 2;

  /** Rows that a kernel's tile has at most; it also has tiles of one row less. */
  public static final int TILE_ROWS = 6;

  /**
   * The segments of consecutive values that k runs over.
   *
   * @param starts start of each segment, relative to the start of a row
   * @param length values of a segment
   */
  @SuppressWarnings("ArrayRecordComponent") // A table, never compared.
  public record Segments(int[] starts, int length) {

    private static final int[] ONE = {0};

    /** The one segment of rows that lie in one piece. */
    public static Segments one(int length) {
      return new Segments(ONE, length);
    }
  }

  /**
   * A packed matrix B and the bias of its columns.
   *
   * @param packed holds B
   * @param packedOffset start of B
   * @param bias holds one value for each column, whole vectors of them
   * @param biasOffset start of the bias
   */
  @SuppressWarnings("ArrayRecordComponent") // A view, never compared.
  public record Panels(float[] packed, int packedOffset, float[] bias, int biasOffset) {}

  public MatrixProduct {
    if ((!residual.isNone() && residual.count() != c.count()) || a.count() != c.count()) {
      throw new IllegalArgumentException(
          "a product of %d rows cannot have %d residual rows and write %d"
              .formatted(a.count(), residual.count(), c.count()));
    }
    if (!pairs.isNone() && (k.length() % 2 != 0 || vectors % PANEL_VECTORS != 0)) {
      throw new IllegalArgumentException(
          "pairs need segments of even length and whole panels, not length %d and %d vectors"
              .formatted(k.length(), vectors));
    }
  }

  /** Start of each segment, relative to the start of a row. */
  public int[] segments() {
    return k.starts();
  }

  /** Values of a segment. */
  public int segmentLength() {
    return k.length();
  }

  /** Holds B. */
  public float[] packed() {
    return b.packed();
  }

  /** Start of B. */
  public int packedOffset() {
    return b.packedOffset();
  }

  /** Holds the bias. */
  public float[] bias() {
    return b.bias();
  }

  /** Start of the bias. */
  public int biasOffset() {
    return b.biasOffset();
  }

  /** Values summed for each value of C. */
  public int depth() {
    return k.starts().length * k.length();
  }

  /** Number of rows. */
  public int rows() {
    return c.count();
  }

  /** Number of panels, the last perhaps one vector wide. */
  public int panels() {
    return (vectors + PANEL_VECTORS - 1) / PANEL_VECTORS;
  }

  boolean hasResidual() {
    return !residual.isNone();
  }

  /** 1 if every row has a residual of its own, 0 if all share the row of zeros. */
  public int residualStep() {
    return hasResidual() ? 1 : 0;
  }

  /**
   * Rows of the next tile when this many are left: six, or five where that makes the tiles come out
   * even, or what is left where few are.
   */
  public static int tileRows(int left) {
    int tiles = Math.ceilDiv(left, TILE_ROWS);
    boolean even = left < tiles * TILE_ROWS && left >= tiles * (TILE_ROWS - 1);
    return Math.min(left, even ? TILE_ROWS - 1 : TILE_ROWS);
  }

  @Override
  public String toString() {
    return "%d×%d×%d %s".formatted(rows(), depth(), vectors, Arrays.toString(k.starts()));
  }
}
