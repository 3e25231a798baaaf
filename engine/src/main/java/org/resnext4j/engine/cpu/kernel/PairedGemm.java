package org.resnext4j.engine.cpu.kernel;

import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * Matrix products for training by Winograd's inner-product identity (see {@link PairedProduct}).
 * They compute the same as {@link StridedGemm} with fewer multiplications and more additions.
 *
 * <p>Both factors change in every step. So the values that a product in pairs needs are computed
 * while the factors are laid out: half the sum of the products of pairs, for each row of the left
 * matrix and each column of the right one, and the mean square of both. Then one of the two is
 * multiplied by a power of two that makes their sizes equal. The rounding errors thereby stay those
 * of plain sums.
 *
 * <p>The right matrix is stored in panels of {@link #PANEL} columns, and each panel row by row. The
 * depth is even, and the columns fill whole panels.
 */
public final class PairedGemm {

  private static final VectorSpecies<Float> SPECIES = StridedGemm.SPECIES;
  private static final int LANES = StridedGemm.LANES;

  private static final int ROWS = StridedGemm.ROWS;

  /** Columns of a tile and of a panel: 12 accumulators leave registers for pairs. */
  public static final int PANEL = 2 * LANES;

  /** Weights of a matrix whose products gain by it. */
  private static final int LEAST_WEIGHTS = 1 << 14;

  /**
   * Largest exponent of a scaling factor: the factor, its inverse and the scaled values stay far
   * from the ends of float32.
   */
  private static final int LARGEST_EXPONENT = 100;

  /**
   * A right matrix in panels that have been {@linkplain #finishPanel finished}.
   *
   * @param offset index of its first value
   * @param halvesAt start of the columns' sums, half of each
   * @param meanSquare of all values
   */
  @SuppressWarnings("ArrayRecordComponent") // A view, never compared.
  public record Panels(float[] values, int offset, int halvesAt, double meanSquare) {}

  private PairedGemm() {}

  /** Whether products with a matrix of this size can be computed in pairs, and gain by it. */
  public static boolean suits(int depth, int columns) {
    return depth % LANES == 0 && columns % PANEL == 0 && (long) depth * columns >= LEAST_WEIGHTS;
  }

  /**
   * Makes a packed panel ready: sums the pairs of its columns, and its squares.
   *
   * @param halvesAt start of the columns' sums, half of each
   * @param squareAt index of the mean square
   */
  public static void finishPanel(float[] packed, int at, int depth, int halvesAt, int squareAt) {
    FloatVector h0 = FloatVector.zero(SPECIES);
    FloatVector h1 = FloatVector.zero(SPECIES);
    FloatVector s0 = FloatVector.zero(SPECIES);
    FloatVector s1 = FloatVector.zero(SPECIES);
    int end = at + depth * PANEL;
    for (int i = at; i < end; i += 2 * PANEL) {
      FloatVector p0 = FloatVector.fromArray(SPECIES, packed, i);
      FloatVector p1 = FloatVector.fromArray(SPECIES, packed, i + LANES);
      FloatVector q0 = FloatVector.fromArray(SPECIES, packed, i + PANEL);
      FloatVector q1 = FloatVector.fromArray(SPECIES, packed, i + PANEL + LANES);
      h0 = p0.fma(q0, h0);
      h1 = p1.fma(q1, h1);
      s0 = p0.fma(p0, s0);
      s1 = p1.fma(p1, s1);
      s0 = q0.fma(q0, s0);
      s1 = q1.fma(q1, s1);
    }
    s0.add(s1).intoArray(packed, halvesAt);
    double squares = sum(packed, halvesAt);
    h0.mul(0.5f).intoArray(packed, halvesAt);
    h1.mul(0.5f).intoArray(packed, halvesAt + LANES);
    packed[squareAt] = (float) (squares / ((double) depth * PANEL));
  }

  /**
   * Multiplies rows by a packed matrix: {@code c[rows, columns] = a[rows, depth] · b[depth,
   * columns]}. The method changes the rows: it scales them to the size of the matrix.
   *
   * @param a rows, each in one piece
   * @param halvesAt room in a's array for a value of each row
   * @param c rows of the result, each in one piece
   * @param scratchAt room in a's array for {@link StridedGemm#SCRATCH} values
   */
  public static void multiply(
      MatrixView a, int halvesAt, Panels b, MatrixView c, ProductSize size, int scratchAt) {
    double meanSquare = meanSquare(a, size.rows(), size.depth(), scratchAt);
    float factor = factor(meanSquare, b.meanSquare());
    prepareRows(a, size.rows(), size.depth(), factor, halvesAt);
    multiplyRows(a, halvesAt, b, inverse(factor), c, size, scratchAt);
  }

  /** Values of the room that {@link #multiplyTransposed} needs. */
  public static int transposedRoom(int mostRows, int aColumns) {
    return (mostRows + 1) * PANEL + Packing.roundUp(aColumns, ROWS) + Packing.LINE;
  }

  /**
   * Multiplies a matrix that lies in rows, transposed, by another: {@code c (+)= a[rows, aColumns]ᵀ
   * · b[rows, bColumns]}. The result lies panel after panel, in a panel one row for each column of
   * a; their number is rounded up to whole tiles, and so much is read.
   *
   * @param a rows, each in one piece; behind an odd number of them there is room for another
   * @param b rows in the same array, each in one piece, with such room too
   * @param c the result; its row step is not used
   * @param size columns of a, columns of b, rows of both
   * @param roomAt where {@link #transposedRoom} values in their array are free
   * @param accumulate whether to add to the result
   */
  public static void multiplyTransposed(
      MatrixView a, MatrixView b, MatrixView c, ProductSize size, int roomAt, boolean accumulate) {
    float[] own = a.values();
    int aColumns = size.rows();
    int bColumns = size.columns();
    int rows = size.depth();
    int depth = Packing.roundUp(rows, 2);
    if (depth > rows) {
      int aEnd = a.offset() + rows * a.rowStep();
      int bEnd = b.offset() + rows * b.rowStep();
      Arrays.fill(own, aEnd, aEnd + aColumns, 0f);
      Arrays.fill(own, bEnd, bEnd + bColumns, 0f);
    }
    int tiledColumns = Packing.roundUp(aColumns, ROWS);
    int bHalvesAt = roomAt + tiledColumns;
    int packedAt = Packing.align((long) bHalvesAt + PANEL);
    double wanted = meanSquare(a, rows, aColumns, bHalvesAt);
    float factor = factor(meanSquare(b, rows, bColumns, bHalvesAt), wanted);
    sumColumns(a, aColumns, depth, roomAt);
    for (int column = 0; column < bColumns; column += PANEL) {
      packPanel(own, b.offset() + column, b.rowStep(), depth, factor, packedAt, bHalvesAt);
      // Nobody reads this panel's mean square any more.
      Panels panel = new Panels(own, packedAt, bHalvesAt, wanted);
      MatrixView to = MatrixView.rows(c.values(), c.offset() + column * tiledColumns, PANEL);
      ProductSize part = new ProductSize(tiledColumns, PANEL, depth);
      multiplyColumns(a, roomAt, panel, inverse(factor), to, part, accumulate);
    }
  }

  /**
   * The power of two that brings values of one mean square to the size of another, 0 if one of them
   * is 0 and so is the product.
   */
  private static float factor(double meanSquare, double wanted) {
    if (meanSquare == 0 || wanted == 0) {
      return 0f;
    }
    int exponent = (Math.getExponent(wanted / meanSquare) + 1) >> 1;
    return Math.scalb(1f, Math.clamp(exponent, -LARGEST_EXPONENT, LARGEST_EXPONENT));
  }

  /** The factor of the products that undoes {@link #factor}. */
  private static float inverse(float factor) {
    return factor == 0f ? 0f : 1f / factor;
  }

  /**
   * The mean square of the first {@code count} values of some rows.
   *
   * @param lanesAt room for a vector
   */
  private static double meanSquare(MatrixView view, int rows, int count, int lanesAt) {
    float[] own = view.values();
    FloatVector s0 = FloatVector.zero(SPECIES);
    FloatVector s1 = FloatVector.zero(SPECIES);
    for (int row = 0; row < rows; row++) {
      int from = view.offset() + row * view.rowStep();
      int i = 0;
      for (; i <= count - 2 * LANES; i += 2 * LANES) {
        FloatVector x0 = FloatVector.fromArray(SPECIES, own, from + i);
        FloatVector x1 = FloatVector.fromArray(SPECIES, own, from + i + LANES);
        s0 = x0.fma(x0, s0);
        s1 = x1.fma(x1, s1);
      }
      if (i < count) {
        FloatVector x0 = FloatVector.fromArray(SPECIES, own, from + i);
        s0 = x0.fma(x0, s0);
      }
    }
    s0.add(s1).intoArray(own, lanesAt);
    return sum(own, lanesAt) / ((double) rows * count);
  }

  /** The sum of a vector's values, in their order: {@code reduceLanes} has none. */
  private static double sum(float[] lanes, int at) {
    double sum = 0;
    for (int lane = 0; lane < LANES; lane++) {
      sum += lanes[at + lane];
    }
    return sum;
  }

  /** Multiplies rows by a factor and sums their pairs, half of each sum. */
  private static void prepareRows(
      MatrixView view, int rows, int depth, float factor, int halvesAt) {
    float[] own = view.values();
    for (int row = 0; row < rows; row++) {
      int start = view.offset() + row * view.rowStep();
      FloatVector twice = FloatVector.zero(SPECIES);
      for (int i = start; i < start + depth; i += LANES) {
        FloatVector x = FloatVector.fromArray(SPECIES, own, i).mul(factor);
        x.intoArray(own, i);
        twice = x.fma(x.rearrange(PairSums.PARTNERS), twice);
      }
      own[halvesAt + row] = PairSums.ofPairs(twice) / 2;
    }
  }

  /** Sums the pairs of columns, half of each sum. */
  private static void sumColumns(MatrixView view, int columns, int depth, int halvesAt) {
    float[] own = view.values();
    int stride = view.rowStep();
    Arrays.fill(own, halvesAt, halvesAt + columns, 0f);
    for (int k = 0; k < depth; k += 2) {
      int x = view.offset() + k * stride;
      int y = x + stride;
      for (int i = 0; i < columns; i += LANES) {
        FloatVector.fromArray(SPECIES, own, x + i)
            .fma(
                FloatVector.fromArray(SPECIES, own, y + i),
                FloatVector.fromArray(SPECIES, own, halvesAt + i))
            .intoArray(own, halvesAt + i);
      }
    }
    for (int i = halvesAt; i < halvesAt + columns; i++) {
      own[i] /= 2;
    }
  }

  /** Packs one panel, multiplied by a factor, and sums the pairs of its columns, half of each. */
  private static void packPanel(
      float[] own, int at, int stride, int depth, float factor, int packedAt, int halvesAt) {
    FloatVector h0 = FloatVector.zero(SPECIES);
    FloatVector h1 = FloatVector.zero(SPECIES);
    int from = at;
    int to = packedAt;
    for (int k = 0; k < depth; k += 2) {
      FloatVector p0 = FloatVector.fromArray(SPECIES, own, from).mul(factor);
      FloatVector p1 = FloatVector.fromArray(SPECIES, own, from + LANES).mul(factor);
      FloatVector q0 = FloatVector.fromArray(SPECIES, own, from + stride).mul(factor);
      FloatVector q1 = FloatVector.fromArray(SPECIES, own, from + stride + LANES).mul(factor);
      p0.intoArray(own, to);
      p1.intoArray(own, to + LANES);
      q0.intoArray(own, to + PANEL);
      q1.intoArray(own, to + PANEL + LANES);
      h0 = p0.fma(q0, h0);
      h1 = p1.fma(q1, h1);
      from += 2 * stride;
      to += 2 * PANEL;
    }
    h0.mul(0.5f).intoArray(own, halvesAt);
    h1.mul(0.5f).intoArray(own, halvesAt + LANES);
  }

  private static void multiplyRows(
      MatrixView a,
      int halvesAt,
      Panels b,
      float inverse,
      MatrixView c,
      ProductSize size,
      int scratchAt) {
    float[] own = a.values();
    float[] packed = b.values();
    int depth = size.depth();
    int aRow = a.rowStep();
    for (int column = 0; column < size.columns(); column += PANEL) {
      int panel = b.offset() + column * depth;
      int bHalves = b.halvesAt() + column;
      for (int row = 0; row < size.rows(); row += ROWS) {
        int height = Math.min(ROWS, size.rows() - row);
        int from = a.offset() + row * aRow;
        int half = halvesAt + row;
        int at = c.offset() + row * c.rowStep() + column;
        float[] to = c.values();
        if (height == ROWS) {
          PairTiles.rows6x2(
              own, from, aRow, half, packed, panel, bHalves, inverse, to, at, c.rowStep(), depth);
          continue;
        }
        PairTiles.rows6x2(
            own, from, aRow, half, packed, panel, bHalves, inverse, own, scratchAt, PANEL, depth);
        for (int r = 0; r < height; r++) {
          System.arraycopy(own, scratchAt + r * PANEL, to, at + r * c.rowStep(), PANEL);
        }
      }
    }
  }

  private static void multiplyColumns(
      MatrixView a,
      int halvesAt,
      Panels panel,
      float inverse,
      MatrixView c,
      ProductSize size,
      boolean accumulate) {
    for (int column = 0; column < size.rows(); column += ROWS) {
      PairTiles.columns6x2(
          a.values(),
          a.offset() + column,
          a.rowStep(),
          halvesAt + column,
          panel.values(),
          panel.offset(),
          panel.halvesAt(),
          inverse,
          c.values(),
          c.offset() + column * c.rowStep(),
          c.rowStep(),
          size.depth(),
          accumulate);
    }
  }
}
