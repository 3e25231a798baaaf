package org.resnext4j.engine.cpu.kernel;

import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * Matrix products for training in {@link PairedProduct}: what {@link StridedGemm} computes, with
 * fewer multiplications and more additions.
 *
 * <p>Both factors change in every step, so what a product in pairs must know of them is gathered
 * while they are laid out: half the sum of the products of the pairs, for each row of the left
 * matrix and each column of the right one, and the mean square of both. One of the two is then
 * multiplied by a power of two that makes them the same size, which keeps rounding errors those of
 * plain sums.
 *
 * <p>The right matrix lies in panels of {@link #PANEL} columns, in a panel row by row. Depths are
 * even and columns fill whole panels.
 */
public final class PairedGemm {

  private static final VectorSpecies<Float> SPECIES = StridedGemm.SPECIES;
  private static final VectorSpecies<Integer> BITS =
      VectorSpecies.of(int.class, SPECIES.vectorShape());
  private static final int LANES = StridedGemm.LANES;

  private static final int ROWS = StridedGemm.ROWS;

  /** Columns of a tile and of a panel: 12 accumulators leave registers for pairs. */
  public static final int PANEL = 2 * LANES;

  /** Weights of a matrix whose products gain by it. */
  private static final int LEAST_WEIGHTS = 1 << 14;

  /** Of a factor: it, its inverse and what it multiplies stay far from the ends of float32. */
  private static final int LARGEST_EXPONENT = 100;

  private PairedGemm() {}

  /** Whether products with a matrix of this size can be computed in pairs, and gain by it. */
  public static boolean suits(int depth, int columns) {
    return depth % LANES == 0 && columns % PANEL == 0 && (long) depth * columns >= LEAST_WEIGHTS;
  }

  /**
   * Makes a packed panel ready: sums the pairs of its columns, and its squares.
   *
   * @param halvesAt where half the sum of each column's products goes
   * @param squareAt where the mean square goes
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
   * columns]}. The rows are brought to the size of the matrix, so they are not the same after.
   *
   * @param own holds the rows
   * @param aRow step from row to row
   * @param halvesAt room in {@code own} for a value of each row
   * @param b panels that have been {@linkplain #finishPanel finished}
   * @param bHalvesAt where their halves start
   * @param bMeanSquare mean square of b
   * @param cRow step of the result from row to row
   * @param scratchAt room in {@code own} for {@link StridedGemm#SCRATCH} values
   */
  public static void multiply(
      float[] own,
      int aOffset,
      int aRow,
      int halvesAt,
      float[] b,
      int bOffset,
      int bHalvesAt,
      double bMeanSquare,
      float[] c,
      int cOffset,
      int cRow,
      int rows,
      int columns,
      int depth,
      int scratchAt) {
    double meanSquare = meanSquare(own, aOffset, aRow, rows, depth, scratchAt);
    float factor = factor(meanSquare, bMeanSquare);
    prepareRows(own, aOffset, aRow, rows, depth, factor, halvesAt);
    multiplyRows(
        own,
        aOffset,
        aRow,
        halvesAt,
        b,
        bOffset,
        bHalvesAt,
        inverse(factor),
        c,
        cOffset,
        cRow,
        rows,
        columns,
        depth,
        scratchAt);
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
   * @param own holds a, from its start on, and b; behind an odd number of rows there is room for
   *     another
   * @param roomAt where {@link #transposedRoom} values in {@code own} are free
   * @param accumulate whether to add to the result
   */
  public static void multiplyTransposed(
      float[] own,
      int aRow,
      int aColumns,
      int bOffset,
      int bRow,
      int bColumns,
      int rows,
      int roomAt,
      float[] c,
      int cOffset,
      boolean accumulate) {
    int depth = Packing.roundUp(rows, 2);
    if (depth > rows) {
      Arrays.fill(own, rows * aRow, rows * aRow + aColumns, 0f);
      Arrays.fill(own, bOffset + rows * bRow, bOffset + rows * bRow + bColumns, 0f);
    }
    int tiledColumns = Packing.roundUp(aColumns, ROWS);
    int bHalvesAt = roomAt + tiledColumns;
    int packedAt = Packing.align((long) bHalvesAt + PANEL);
    double wanted = meanSquare(own, 0, aRow, rows, aColumns, bHalvesAt);
    float factor = factor(meanSquare(own, bOffset, bRow, rows, bColumns, bHalvesAt), wanted);
    sumColumns(own, aRow, aColumns, depth, roomAt);
    for (int column = 0; column < bColumns; column += PANEL) {
      packPanel(own, bOffset + column, bRow, depth, factor, packedAt, bHalvesAt);
      multiplyColumns(
          own,
          aRow,
          roomAt,
          packedAt,
          bHalvesAt,
          inverse(factor),
          c,
          cOffset + column * tiledColumns,
          tiledColumns,
          depth,
          accumulate);
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

  /** What products are multiplied by when a factor was multiplied by {@link #factor}. */
  private static float inverse(float factor) {
    return factor == 0f ? 0f : 1f / factor;
  }

  /**
   * The mean square of the first {@code count} values of some rows.
   *
   * @param lanesAt room for a vector
   */
  private static double meanSquare(
      float[] own, int at, int stride, int rows, int count, int lanesAt) {
    FloatVector s0 = FloatVector.zero(SPECIES);
    FloatVector s1 = FloatVector.zero(SPECIES);
    for (int row = 0; row < rows; row++) {
      int from = at + row * stride;
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
      float[] own, int at, int stride, int rows, int depth, float factor, int halvesAt) {
    for (int row = 0; row < rows; row++) {
      int start = at + row * stride;
      FloatVector twice = FloatVector.zero(SPECIES);
      for (int i = start; i < start + depth; i += LANES) {
        FloatVector x = FloatVector.fromArray(SPECIES, own, i).mul(factor);
        x.intoArray(own, i);
        twice = x.fma(x.rearrange(PairTiles.PARTNERS), twice);
      }
      own[halvesAt + row] = PairTiles.sumOfPairs(twice) / 2;
    }
  }

  /** Sums the pairs of columns, half of each sum. */
  private static void sumColumns(float[] own, int stride, int columns, int depth, int halvesAt) {
    Arrays.fill(own, halvesAt, halvesAt + columns, 0f);
    for (int k = 0; k < depth; k += 2) {
      int x = k * stride;
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
      float[] own,
      int aOffset,
      int aRow,
      int aHalvesAt,
      float[] b,
      int bOffset,
      int bHalvesAt,
      float inverse,
      float[] c,
      int cOffset,
      int cRow,
      int rows,
      int columns,
      int depth,
      int scratchAt) {
    for (int column = 0; column < columns; column += PANEL) {
      int panel = bOffset + column * depth;
      int bHalves = bHalvesAt + column;
      for (int row = 0; row < rows; row += ROWS) {
        int height = Math.min(ROWS, rows - row);
        int from = aOffset + row * aRow;
        int aHalves = aHalvesAt + row;
        int to = cOffset + row * cRow + column;
        if (height == ROWS) {
          rowsTile(own, from, aRow, aHalves, b, panel, bHalves, inverse, c, to, cRow, depth);
          continue;
        }
        rowsTile(
            own, from, aRow, aHalves, b, panel, bHalves, inverse, own, scratchAt, PANEL, depth);
        for (int r = 0; r < height; r++) {
          System.arraycopy(own, scratchAt + r * PANEL, c, to + r * cRow, PANEL);
        }
      }
    }
  }

  private static void multiplyColumns(
      float[] own,
      int aRow,
      int aHalvesAt,
      int packedAt,
      int bHalvesAt,
      float inverse,
      float[] c,
      int cOffset,
      int columns,
      int depth,
      boolean accumulate) {
    for (int column = 0; column < columns; column += ROWS) {
      columnsTile(
          own,
          column,
          aRow,
          aHalvesAt + column,
          own,
          packedAt,
          bHalvesAt,
          inverse,
          c,
          cOffset + column * PANEL,
          PANEL,
          depth,
          accumulate);
    }
  }

  /** Six rows, four of them in pairs, of one panel; the depth lies in one piece. Hot. */
  private static void rowsTile(
      float[] a,
      int aOffset,
      int aRow,
      int aHalvesAt,
      float[] b,
      int bOffset,
      int bHalvesAt,
      float inverse,
      float[] c,
      int cOffset,
      int cRow,
      int depth) {
    FloatVector before0 = FloatVector.fromArray(SPECIES, b, bHalvesAt);
    FloatVector before1 = FloatVector.fromArray(SPECIES, b, bHalvesAt + LANES);
    FloatVector c00 = before0.add(a[aHalvesAt]).neg();
    FloatVector c01 = before1.add(a[aHalvesAt]).neg();
    FloatVector c10 = before0.add(a[aHalvesAt + 1]).neg();
    FloatVector c11 = before1.add(a[aHalvesAt + 1]).neg();
    FloatVector c20 = before0.add(a[aHalvesAt + 2]).neg();
    FloatVector c21 = before1.add(a[aHalvesAt + 2]).neg();
    FloatVector c30 = before0.add(a[aHalvesAt + 3]).neg();
    FloatVector c31 = before1.add(a[aHalvesAt + 3]).neg();
    FloatVector c40 = FloatVector.zero(SPECIES);
    FloatVector c41 = FloatVector.zero(SPECIES);
    FloatVector c50 = FloatVector.zero(SPECIES);
    FloatVector c51 = FloatVector.zero(SPECIES);
    int a0 = aOffset;
    int a1 = a0 + aRow;
    int a2 = a1 + aRow;
    int a3 = a2 + aRow;
    int a4 = a3 + aRow;
    int a5 = a4 + aRow;
    int at = bOffset;
    for (int k = 0; k < depth; k += 2) {
      FloatVector p0 = FloatVector.fromArray(SPECIES, b, at);
      FloatVector q0 = FloatVector.fromArray(SPECIES, b, at + PANEL);
      FloatVector x0 =
          IntVector.broadcast(BITS, Float.floatToRawIntBits(a[a0 + k])).reinterpretAsFloats();
      FloatVector y0 =
          IntVector.broadcast(BITS, Float.floatToRawIntBits(a[a0 + k + 1])).reinterpretAsFloats();
      c00 = x0.add(q0).fma(y0.add(p0), c00);
      FloatVector p1 = FloatVector.fromArray(SPECIES, b, at + LANES);
      FloatVector q1 = FloatVector.fromArray(SPECIES, b, at + PANEL + LANES);
      c01 = x0.add(q1).fma(y0.add(p1), c01);
      FloatVector x1 =
          IntVector.broadcast(BITS, Float.floatToRawIntBits(a[a1 + k])).reinterpretAsFloats();
      FloatVector y1 =
          IntVector.broadcast(BITS, Float.floatToRawIntBits(a[a1 + k + 1])).reinterpretAsFloats();
      c10 = x1.add(q0).fma(y1.add(p0), c10);
      c11 = x1.add(q1).fma(y1.add(p1), c11);
      FloatVector x2 =
          IntVector.broadcast(BITS, Float.floatToRawIntBits(a[a2 + k])).reinterpretAsFloats();
      FloatVector y2 =
          IntVector.broadcast(BITS, Float.floatToRawIntBits(a[a2 + k + 1])).reinterpretAsFloats();
      c20 = x2.add(q0).fma(y2.add(p0), c20);
      c21 = x2.add(q1).fma(y2.add(p1), c21);
      FloatVector x3 =
          IntVector.broadcast(BITS, Float.floatToRawIntBits(a[a3 + k])).reinterpretAsFloats();
      FloatVector y3 =
          IntVector.broadcast(BITS, Float.floatToRawIntBits(a[a3 + k + 1])).reinterpretAsFloats();
      c30 = x3.add(q0).fma(y3.add(p0), c30);
      c31 = x3.add(q1).fma(y3.add(p1), c31);
      FloatVector x4 =
          IntVector.broadcast(BITS, Float.floatToRawIntBits(a[a4 + k])).reinterpretAsFloats();
      FloatVector y4 =
          IntVector.broadcast(BITS, Float.floatToRawIntBits(a[a4 + k + 1])).reinterpretAsFloats();
      c40 = x4.fma(p0, c40);
      c40 = y4.fma(q0, c40);
      c41 = x4.fma(p1, c41);
      c41 = y4.fma(q1, c41);
      FloatVector x5 =
          IntVector.broadcast(BITS, Float.floatToRawIntBits(a[a5 + k])).reinterpretAsFloats();
      FloatVector y5 =
          IntVector.broadcast(BITS, Float.floatToRawIntBits(a[a5 + k + 1])).reinterpretAsFloats();
      c50 = x5.fma(p0, c50);
      c50 = y5.fma(q0, c50);
      c51 = x5.fma(p1, c51);
      c51 = y5.fma(q1, c51);
      at += 2 * PANEL;
    }
    // Read once more: kept over the loop, they would be spilled in it.
    FloatVector after0 = FloatVector.fromArray(SPECIES, b, bHalvesAt);
    FloatVector after1 = FloatVector.fromArray(SPECIES, b, bHalvesAt + LANES);
    FloatVector scale = FloatVector.broadcast(SPECIES, inverse);
    c00 = c00.sub(after0.add(a[aHalvesAt])).mul(scale);
    c01 = c01.sub(after1.add(a[aHalvesAt])).mul(scale);
    c10 = c10.sub(after0.add(a[aHalvesAt + 1])).mul(scale);
    c11 = c11.sub(after1.add(a[aHalvesAt + 1])).mul(scale);
    c20 = c20.sub(after0.add(a[aHalvesAt + 2])).mul(scale);
    c21 = c21.sub(after1.add(a[aHalvesAt + 2])).mul(scale);
    c30 = c30.sub(after0.add(a[aHalvesAt + 3])).mul(scale);
    c31 = c31.sub(after1.add(a[aHalvesAt + 3])).mul(scale);
    c40 = c40.mul(scale);
    c41 = c41.mul(scale);
    c50 = c50.mul(scale);
    c51 = c51.mul(scale);
    int row = cOffset;
    c00.intoArray(c, row);
    c01.intoArray(c, row + LANES);
    row += cRow;
    c10.intoArray(c, row);
    c11.intoArray(c, row + LANES);
    row += cRow;
    c20.intoArray(c, row);
    c21.intoArray(c, row + LANES);
    row += cRow;
    c30.intoArray(c, row);
    c31.intoArray(c, row + LANES);
    row += cRow;
    c40.intoArray(c, row);
    c41.intoArray(c, row + LANES);
    row += cRow;
    c50.intoArray(c, row);
    c51.intoArray(c, row + LANES);
  }

  /** Six columns of a, four of them in pairs, with one panel; the depth goes by steps. Hot. */
  private static void columnsTile(
      float[] a,
      int aOffset,
      int aStep,
      int aHalvesAt,
      float[] b,
      int bOffset,
      int bHalvesAt,
      float inverse,
      float[] c,
      int cOffset,
      int cRow,
      int depth,
      boolean accumulate) {
    FloatVector before0 = FloatVector.fromArray(SPECIES, b, bHalvesAt);
    FloatVector before1 = FloatVector.fromArray(SPECIES, b, bHalvesAt + LANES);
    FloatVector c00 = before0.add(a[aHalvesAt]).neg();
    FloatVector c01 = before1.add(a[aHalvesAt]).neg();
    FloatVector c10 = before0.add(a[aHalvesAt + 1]).neg();
    FloatVector c11 = before1.add(a[aHalvesAt + 1]).neg();
    FloatVector c20 = before0.add(a[aHalvesAt + 2]).neg();
    FloatVector c21 = before1.add(a[aHalvesAt + 2]).neg();
    FloatVector c30 = before0.add(a[aHalvesAt + 3]).neg();
    FloatVector c31 = before1.add(a[aHalvesAt + 3]).neg();
    FloatVector c40 = FloatVector.zero(SPECIES);
    FloatVector c41 = FloatVector.zero(SPECIES);
    FloatVector c50 = FloatVector.zero(SPECIES);
    FloatVector c51 = FloatVector.zero(SPECIES);
    int ax = aOffset;
    int ay = aOffset + aStep;
    int at = bOffset;
    for (int k = 0; k < depth; k += 2) {
      FloatVector p0 = FloatVector.fromArray(SPECIES, b, at);
      FloatVector q0 = FloatVector.fromArray(SPECIES, b, at + PANEL);
      FloatVector x0 =
          IntVector.broadcast(BITS, Float.floatToRawIntBits(a[ax])).reinterpretAsFloats();
      FloatVector y0 =
          IntVector.broadcast(BITS, Float.floatToRawIntBits(a[ay])).reinterpretAsFloats();
      c00 = x0.add(q0).fma(y0.add(p0), c00);
      FloatVector p1 = FloatVector.fromArray(SPECIES, b, at + LANES);
      FloatVector q1 = FloatVector.fromArray(SPECIES, b, at + PANEL + LANES);
      c01 = x0.add(q1).fma(y0.add(p1), c01);
      FloatVector x1 =
          IntVector.broadcast(BITS, Float.floatToRawIntBits(a[ax + 1])).reinterpretAsFloats();
      FloatVector y1 =
          IntVector.broadcast(BITS, Float.floatToRawIntBits(a[ay + 1])).reinterpretAsFloats();
      c10 = x1.add(q0).fma(y1.add(p0), c10);
      c11 = x1.add(q1).fma(y1.add(p1), c11);
      FloatVector x2 =
          IntVector.broadcast(BITS, Float.floatToRawIntBits(a[ax + 2])).reinterpretAsFloats();
      FloatVector y2 =
          IntVector.broadcast(BITS, Float.floatToRawIntBits(a[ay + 2])).reinterpretAsFloats();
      c20 = x2.add(q0).fma(y2.add(p0), c20);
      c21 = x2.add(q1).fma(y2.add(p1), c21);
      FloatVector x3 =
          IntVector.broadcast(BITS, Float.floatToRawIntBits(a[ax + 3])).reinterpretAsFloats();
      FloatVector y3 =
          IntVector.broadcast(BITS, Float.floatToRawIntBits(a[ay + 3])).reinterpretAsFloats();
      c30 = x3.add(q0).fma(y3.add(p0), c30);
      c31 = x3.add(q1).fma(y3.add(p1), c31);
      FloatVector x4 =
          IntVector.broadcast(BITS, Float.floatToRawIntBits(a[ax + 4])).reinterpretAsFloats();
      FloatVector y4 =
          IntVector.broadcast(BITS, Float.floatToRawIntBits(a[ay + 4])).reinterpretAsFloats();
      c40 = x4.fma(p0, c40);
      c40 = y4.fma(q0, c40);
      c41 = x4.fma(p1, c41);
      c41 = y4.fma(q1, c41);
      FloatVector x5 =
          IntVector.broadcast(BITS, Float.floatToRawIntBits(a[ax + 5])).reinterpretAsFloats();
      FloatVector y5 =
          IntVector.broadcast(BITS, Float.floatToRawIntBits(a[ay + 5])).reinterpretAsFloats();
      c50 = x5.fma(p0, c50);
      c50 = y5.fma(q0, c50);
      c51 = x5.fma(p1, c51);
      c51 = y5.fma(q1, c51);
      ax += 2 * aStep;
      ay += 2 * aStep;
      at += 2 * PANEL;
    }
    // Read once more: kept over the loop, they would be spilled in it.
    FloatVector after0 = FloatVector.fromArray(SPECIES, b, bHalvesAt);
    FloatVector after1 = FloatVector.fromArray(SPECIES, b, bHalvesAt + LANES);
    FloatVector scale = FloatVector.broadcast(SPECIES, inverse);
    c00 = c00.sub(after0.add(a[aHalvesAt])).mul(scale);
    c01 = c01.sub(after1.add(a[aHalvesAt])).mul(scale);
    c10 = c10.sub(after0.add(a[aHalvesAt + 1])).mul(scale);
    c11 = c11.sub(after1.add(a[aHalvesAt + 1])).mul(scale);
    c20 = c20.sub(after0.add(a[aHalvesAt + 2])).mul(scale);
    c21 = c21.sub(after1.add(a[aHalvesAt + 2])).mul(scale);
    c30 = c30.sub(after0.add(a[aHalvesAt + 3])).mul(scale);
    c31 = c31.sub(after1.add(a[aHalvesAt + 3])).mul(scale);
    c40 = c40.mul(scale);
    c41 = c41.mul(scale);
    c50 = c50.mul(scale);
    c51 = c51.mul(scale);
    int row = cOffset;
    if (accumulate) {
      c00.add(FloatVector.fromArray(SPECIES, c, row)).intoArray(c, row);
      c01.add(FloatVector.fromArray(SPECIES, c, row + LANES)).intoArray(c, row + LANES);
      row += cRow;
      c10.add(FloatVector.fromArray(SPECIES, c, row)).intoArray(c, row);
      c11.add(FloatVector.fromArray(SPECIES, c, row + LANES)).intoArray(c, row + LANES);
      row += cRow;
      c20.add(FloatVector.fromArray(SPECIES, c, row)).intoArray(c, row);
      c21.add(FloatVector.fromArray(SPECIES, c, row + LANES)).intoArray(c, row + LANES);
      row += cRow;
      c30.add(FloatVector.fromArray(SPECIES, c, row)).intoArray(c, row);
      c31.add(FloatVector.fromArray(SPECIES, c, row + LANES)).intoArray(c, row + LANES);
      row += cRow;
      c40.add(FloatVector.fromArray(SPECIES, c, row)).intoArray(c, row);
      c41.add(FloatVector.fromArray(SPECIES, c, row + LANES)).intoArray(c, row + LANES);
      row += cRow;
      c50.add(FloatVector.fromArray(SPECIES, c, row)).intoArray(c, row);
      c51.add(FloatVector.fromArray(SPECIES, c, row + LANES)).intoArray(c, row + LANES);
    } else {
      c00.intoArray(c, row);
      c01.intoArray(c, row + LANES);
      row += cRow;
      c10.intoArray(c, row);
      c11.intoArray(c, row + LANES);
      row += cRow;
      c20.intoArray(c, row);
      c21.intoArray(c, row + LANES);
      row += cRow;
      c30.intoArray(c, row);
      c31.intoArray(c, row + LANES);
      row += cRow;
      c40.intoArray(c, row);
      c41.intoArray(c, row + LANES);
      row += cRow;
      c50.intoArray(c, row);
      c51.intoArray(c, row + LANES);
    }
  }
}
