package org.resnext4j.engine.cpu.kernel;

import java.util.Arrays;

/**
 * A matrix product for {@link Kernels#multiply}: {@code C[m, n] = max(floor, Σₖ A[m, k] · B[k, n] +
 * bias[n] + R[m, n])}.
 *
 * <p>The index k runs over segments of consecutive values. Segment s of row m starts at {@code
 * a.offsets[m] + a.shift + segments[s]}. A pointwise convolution has one segment; a k×k convolution
 * has one segment for each tap.
 *
 * <p>B is packed into panels that are two vectors wide: {@code [panel][k][column of the panel]}.
 * All columns are computed and stored in whole vectors, so a row of C takes {@link #vectors} times
 * the number of lanes. The packed weights after the last column are zero, so the places there
 * receive the bias.
 *
 * @param a the rows of A
 * @param k the segments of each row of A
 * @param b the packed B and the bias
 * @param residual the rows of R, or {@link Rows#none}. They may be the rows of C, so that the
 *     product is added to C
 * @param c the rows of C
 * @param vectors number of columns, in vectors
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

  /** Width of a full panel, in vectors. */
  public static final int PANEL_VECTORS = 2;

  /** Rows of the largest tile. The next smaller tile has one row less. */
  public static final int TILE_ROWS = 6;

  /**
   * The segments of a row of A.
   *
   * @param starts start of each segment, relative to the start of a row
   * @param length number of values in each segment
   */
  @SuppressWarnings("ArrayRecordComponent") // A table, never compared.
  public record Segments(int[] starts, int length) {

    private static final int[] ONE = {0};

    /** The only segment of contiguous rows. */
    public static Segments one(int length) {
      return new Segments(ONE, length);
    }
  }

  /**
   * A packed matrix B and the bias of its columns.
   *
   * @param packed the array that holds B
   * @param packedOffset index of the first value of B
   * @param bias the array that holds the bias: one value for each column, padded to whole vectors
   * @param biasOffset index of the first column's bias
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

  /** The start of each segment, relative to the start of a row. */
  public int[] segments() {
    return k.starts();
  }

  /** The number of values in a segment. */
  public int segmentLength() {
    return k.length();
  }

  /** The array that holds B. */
  public float[] packed() {
    return b.packed();
  }

  /** The index of the first value of B. */
  public int packedOffset() {
    return b.packedOffset();
  }

  /** The array that holds the bias. */
  public float[] bias() {
    return b.bias();
  }

  /** The index of the first column's bias. */
  public int biasOffset() {
    return b.biasOffset();
  }

  /** The number of products that are summed for each value of C. */
  public int depth() {
    return k.starts().length * k.length();
  }

  /** Number of rows. */
  public int rows() {
    return c.count();
  }

  /** The number of panels. The last panel may be one vector wide. */
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
   * The number of rows of the next tile, given the number of remaining rows. It is six, or five if
   * this divides the remaining rows evenly, or all remaining rows if they are fewer.
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
