package org.resnext4j.engine.cpu.kernel;

import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * Matrix products for training by Winograd's inner-product identity (see {@link PairedProduct}).
 * They compute the same results as {@link StridedGemm} with fewer multiplications and more
 * additions.
 *
 * <p>Both factors change in every training step. The layout of a factor therefore also computes the
 * values that a product in pairs needs: half the sum of the products of pairs, for each row of the
 * left matrix and each column of the right matrix, and the mean square of both matrices. One matrix
 * is then multiplied by a power of two that makes the mean squares equal, so the rounding errors
 * are as small as those of plain sums.
 *
 * <p>The right matrix is stored in panels of {@link #PANEL} columns, and each panel row by row. The
 * depth is even, and the columns fill whole panels.
 */
public final class PairedGemm {

  private static final VectorSpecies<Float> SPECIES = StridedGemm.SPECIES;
  private static final int LANES = StridedGemm.LANES;

  private static final int ROWS = StridedGemm.ROWS;

  /** Columns of a tile and of a panel. Its 12 accumulators leave registers for pairs. */
  public static final int PANEL = 2 * LANES;

  /** The smallest number of weights for which products in pairs are faster. */
  private static final int LEAST_WEIGHTS = 1 << 14;

  /**
   * The largest exponent of a scaling factor. It keeps the factor, its inverse and the scaled
   * values far from overflow and underflow in float32.
   */
  private static final int LARGEST_EXPONENT = 100;

  /**
   * A right matrix in {@linkplain #finishPanel finished} panels.
   *
   * @param offset index of its first value
   * @param halvesAt index of the first column's half sum
   * @param meanSquare mean square of all values
   */
  @SuppressWarnings("ArrayRecordComponent") // A view, never compared.
  public record Panels(float[] values, int offset, int halvesAt, double meanSquare) {}

  private PairedGemm() {}

  /** Whether products with a matrix of this size can be computed in pairs and are faster. */
  public static boolean suits(int depth, int columns) {
    return depth % LANES == 0 && columns % PANEL == 0 && (long) depth * columns >= LEAST_WEIGHTS;
  }

  /**
   * Finishes a packed panel: sums the products of pairs of its columns, and computes its mean
   * square.
   *
   * @param halvesAt index of the first column's half sum
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
   * columns]}. The method scales the rows of a in place.
   *
   * @param a the left matrix, with contiguous rows
   * @param halvesAt index of free memory in a's array, {@code [rows]}
   * @param c the result, with contiguous rows
   * @param scratchAt index of free memory in a's array, {@link StridedGemm#SCRATCH} values
   */
  public static void multiply(
      MatrixView a, int halvesAt, Panels b, MatrixView c, ProductSize size, int scratchAt) {
    double meanSquare = meanSquare(a, size.rows(), size.depth(), scratchAt);
    float factor = factor(meanSquare, b.meanSquare());
    prepareRows(a, size.rows(), size.depth(), factor, halvesAt);
    multiplyRows(a, halvesAt, b, inverse(factor), c, size, scratchAt);
  }

  /** The number of free values that {@link #multiplyTransposed} needs. */
  public static int transposedRoom(int mostRows, int aColumns) {
    return (mostRows + 1) * PANEL + Packing.roundUp(aColumns, ROWS) + Packing.LINE;
  }

  /**
   * Multiplies a transposed matrix by another matrix: {@code c (+)= a[rows, aColumns]ᵀ · b[rows,
   * bColumns]}. The layout of the result is {@code [panel][column of a][column of the panel]}. The
   * number of columns of a is rounded up to whole tiles, and the method reads all of them.
   *
   * @param a the left matrix, with contiguous rows; memory for another row must follow an odd
   *     number of rows
   * @param b the right matrix in the same array, with contiguous rows and the same memory after
   *     them
   * @param c the result; the method does not use its row step
   * @param size columns of a, columns of b, rows of both
   * @param roomAt index of free memory in their array, {@link #transposedRoom} values
   * @param accumulate whether the method adds to the result
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
      // No later step reads this panel's mean square.
      Panels panel = new Panels(own, packedAt, bHalvesAt, wanted);
      MatrixView to = MatrixView.rows(c.values(), c.offset() + column * tiledColumns, PANEL);
      ProductSize part = new ProductSize(tiledColumns, PANEL, depth);
      multiplyColumns(a, roomAt, panel, inverse(factor), to, part, accumulate);
    }
  }

  /**
   * The power of two that scales values of one mean square to another mean square. It is 0 if a
   * mean square is 0, since the product is then 0 too.
   */
  private static float factor(double meanSquare, double wanted) {
    if (meanSquare == 0 || wanted == 0) {
      return 0f;
    }
    int exponent = (Math.getExponent(wanted / meanSquare) + 1) >> 1;
    return Math.scalb(1f, Math.clamp(exponent, -LARGEST_EXPONENT, LARGEST_EXPONENT));
  }

  /** The factor that undoes {@link #factor} in the products. */
  private static float inverse(float factor) {
    return factor == 0f ? 0f : 1f / factor;
  }

  /**
   * The mean square of the first {@code count} values of some rows.
   *
   * @param lanesAt index of free memory for one vector
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

  /** Sums a vector's values in a fixed order; {@code reduceLanes} does not specify one. */
  private static double sum(float[] lanes, int at) {
    double sum = 0;
    for (int lane = 0; lane < LANES; lane++) {
      sum += lanes[at + lane];
    }
    return sum;
  }

  /** Multiplies rows by a factor, and computes half the sum of the products of their pairs. */
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

  /** Computes half the sum of the products of pairs for each column. */
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

  /**
   * Packs one panel, multiplies it by a factor, and computes half the sum of the products of pairs
   * for each column.
   */
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
