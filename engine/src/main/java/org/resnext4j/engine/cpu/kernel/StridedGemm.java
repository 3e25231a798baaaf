package org.resnext4j.engine.cpu.kernel;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * Matrix products for training: {@code c[rows, columns] (+)= a[rows, depth] · b[depth, columns]}.
 *
 * <p>The left matrix is read by two strides, so the same tile serves the forward pass and the data
 * gradient (rows are pixels, depth runs over channels) and the weight gradient (rows are channels,
 * depth runs over pixels) without transposing anything.
 */
public final class StridedGemm {

  static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
  public static final int LANES = SPECIES.length();

  /** Rows of a tile. */
  public static final int ROWS = 6;

  /**
   * Columns of a tile: 24 accumulators where there are 32 vector registers, 12 where there are 16.
   */
  public static final int PANEL = (LANES == 8 ? 2 : 4) * LANES;

  private StridedGemm() {}

  /** Number of values that {@link #multiply} needs in its scratch. */
  public static final int SCRATCH = ROWS * PANEL;

  /**
   * Multiplies. Every value of the result is one chain of fused multiply-adds in the order of
   * depth, so it does not depend on how the rows and columns were divided among calls.
   *
   * @param aRow step of the left matrix from row to row
   * @param aStep step of the left matrix along the depth
   * @param bPanel step of the right matrix from one panel of {@link #PANEL} columns to the next
   * @param bStep step of the right matrix along the depth
   * @param cRow step of the result from row to row
   * @param accumulate whether to add to the result
   * @param scratch {@link #SCRATCH} values at {@code scratchOffset}
   */
  public static void multiply(
      float[] a,
      int aOffset,
      int aRow,
      int aStep,
      float[] b,
      int bOffset,
      int bPanel,
      int bStep,
      float[] c,
      int cOffset,
      int cRow,
      int rows,
      int columns,
      int depth,
      boolean accumulate,
      float[] scratch,
      int scratchOffset) {
    int panelAt = bOffset;
    for (int column = 0; column < columns; column += PANEL) {
      int width = Math.min(PANEL, columns - column);
      for (int row = 0; row < rows; row += ROWS) {
        int height = Math.min(ROWS, rows - row);
        int from = aOffset + row * aRow;
        int to = cOffset + row * cRow + column;
        if (height == ROWS && (width == PANEL || width == LANES || width == 2 * LANES)) {
          tile(a, from, aRow, aStep, b, panelAt, bStep, c, to, cRow, depth, accumulate, width);
        } else {
          tile(
              a,
              from,
              aRow,
              aStep,
              b,
              panelAt,
              bStep,
              scratch,
              scratchOffset,
              PANEL,
              depth,
              false,
              width);
          for (int r = 0; r < height; r++) {
            int source = scratchOffset + r * PANEL;
            int target = to + r * cRow;
            for (int j = 0; j < width; j++) {
              c[target + j] =
                  accumulate ? c[target + j] + scratch[source + j] : scratch[source + j];
            }
          }
        }
      }
      panelAt += bPanel;
    }
  }

  private static void tile(
      float[] a,
      int aOffset,
      int aRow,
      int aStep,
      float[] b,
      int bOffset,
      int bStep,
      float[] c,
      int cOffset,
      int cRow,
      int depth,
      boolean accumulate,
      int width) {
    if (width <= LANES) {
      tile1(a, aOffset, aRow, aStep, b, bOffset, bStep, c, cOffset, cRow, depth, accumulate);
    } else if (width <= 2 * LANES) {
      tile2(a, aOffset, aRow, aStep, b, bOffset, bStep, c, cOffset, cRow, depth, accumulate);
    } else {
      tile4(a, aOffset, aRow, aStep, b, bOffset, bStep, c, cOffset, cRow, depth, accumulate);
    }
  }

  /** 6 rows of 4 vectors: 24 accumulators stay in registers over the whole depth. Hot. */
  private static void tile4(
      float[] a,
      int aOffset,
      int aRow,
      int aStep,
      float[] b,
      int bOffset,
      int bStep,
      float[] c,
      int cOffset,
      int cRow,
      int depth,
      boolean accumulate) {
    FloatVector c00 = FloatVector.zero(SPECIES);
    FloatVector c01 = FloatVector.zero(SPECIES);
    FloatVector c02 = FloatVector.zero(SPECIES);
    FloatVector c03 = FloatVector.zero(SPECIES);
    FloatVector c10 = FloatVector.zero(SPECIES);
    FloatVector c11 = FloatVector.zero(SPECIES);
    FloatVector c12 = FloatVector.zero(SPECIES);
    FloatVector c13 = FloatVector.zero(SPECIES);
    FloatVector c20 = FloatVector.zero(SPECIES);
    FloatVector c21 = FloatVector.zero(SPECIES);
    FloatVector c22 = FloatVector.zero(SPECIES);
    FloatVector c23 = FloatVector.zero(SPECIES);
    FloatVector c30 = FloatVector.zero(SPECIES);
    FloatVector c31 = FloatVector.zero(SPECIES);
    FloatVector c32 = FloatVector.zero(SPECIES);
    FloatVector c33 = FloatVector.zero(SPECIES);
    FloatVector c40 = FloatVector.zero(SPECIES);
    FloatVector c41 = FloatVector.zero(SPECIES);
    FloatVector c42 = FloatVector.zero(SPECIES);
    FloatVector c43 = FloatVector.zero(SPECIES);
    FloatVector c50 = FloatVector.zero(SPECIES);
    FloatVector c51 = FloatVector.zero(SPECIES);
    FloatVector c52 = FloatVector.zero(SPECIES);
    FloatVector c53 = FloatVector.zero(SPECIES);
    int a0 = aOffset;
    int a1 = a0 + aRow;
    int a2 = a1 + aRow;
    int a3 = a2 + aRow;
    int a4 = a3 + aRow;
    int a5 = a4 + aRow;
    int at = bOffset;
    for (int k = 0; k < depth; k++) {
      FloatVector b0 = FloatVector.fromArray(SPECIES, b, at);
      FloatVector b1 = FloatVector.fromArray(SPECIES, b, at + LANES);
      FloatVector b2 = FloatVector.fromArray(SPECIES, b, at + 2 * LANES);
      FloatVector b3 = FloatVector.fromArray(SPECIES, b, at + 3 * LANES);
      FloatVector x0 = FloatVector.broadcast(SPECIES, a[a0]);
      c00 = x0.fma(b0, c00);
      c01 = x0.fma(b1, c01);
      c02 = x0.fma(b2, c02);
      c03 = x0.fma(b3, c03);
      FloatVector x1 = FloatVector.broadcast(SPECIES, a[a1]);
      c10 = x1.fma(b0, c10);
      c11 = x1.fma(b1, c11);
      c12 = x1.fma(b2, c12);
      c13 = x1.fma(b3, c13);
      FloatVector x2 = FloatVector.broadcast(SPECIES, a[a2]);
      c20 = x2.fma(b0, c20);
      c21 = x2.fma(b1, c21);
      c22 = x2.fma(b2, c22);
      c23 = x2.fma(b3, c23);
      FloatVector x3 = FloatVector.broadcast(SPECIES, a[a3]);
      c30 = x3.fma(b0, c30);
      c31 = x3.fma(b1, c31);
      c32 = x3.fma(b2, c32);
      c33 = x3.fma(b3, c33);
      FloatVector x4 = FloatVector.broadcast(SPECIES, a[a4]);
      c40 = x4.fma(b0, c40);
      c41 = x4.fma(b1, c41);
      c42 = x4.fma(b2, c42);
      c43 = x4.fma(b3, c43);
      FloatVector x5 = FloatVector.broadcast(SPECIES, a[a5]);
      c50 = x5.fma(b0, c50);
      c51 = x5.fma(b1, c51);
      c52 = x5.fma(b2, c52);
      c53 = x5.fma(b3, c53);
      a0 += aStep;
      a1 += aStep;
      a2 += aStep;
      a3 += aStep;
      a4 += aStep;
      a5 += aStep;
      at += bStep;
    }
    int row = cOffset;
    if (accumulate) {
      c00.add(FloatVector.fromArray(SPECIES, c, row)).intoArray(c, row);
      c01.add(FloatVector.fromArray(SPECIES, c, row + LANES)).intoArray(c, row + LANES);
      c02.add(FloatVector.fromArray(SPECIES, c, row + 2 * LANES)).intoArray(c, row + 2 * LANES);
      c03.add(FloatVector.fromArray(SPECIES, c, row + 3 * LANES)).intoArray(c, row + 3 * LANES);
      row += cRow;
      c10.add(FloatVector.fromArray(SPECIES, c, row)).intoArray(c, row);
      c11.add(FloatVector.fromArray(SPECIES, c, row + LANES)).intoArray(c, row + LANES);
      c12.add(FloatVector.fromArray(SPECIES, c, row + 2 * LANES)).intoArray(c, row + 2 * LANES);
      c13.add(FloatVector.fromArray(SPECIES, c, row + 3 * LANES)).intoArray(c, row + 3 * LANES);
      row += cRow;
      c20.add(FloatVector.fromArray(SPECIES, c, row)).intoArray(c, row);
      c21.add(FloatVector.fromArray(SPECIES, c, row + LANES)).intoArray(c, row + LANES);
      c22.add(FloatVector.fromArray(SPECIES, c, row + 2 * LANES)).intoArray(c, row + 2 * LANES);
      c23.add(FloatVector.fromArray(SPECIES, c, row + 3 * LANES)).intoArray(c, row + 3 * LANES);
      row += cRow;
      c30.add(FloatVector.fromArray(SPECIES, c, row)).intoArray(c, row);
      c31.add(FloatVector.fromArray(SPECIES, c, row + LANES)).intoArray(c, row + LANES);
      c32.add(FloatVector.fromArray(SPECIES, c, row + 2 * LANES)).intoArray(c, row + 2 * LANES);
      c33.add(FloatVector.fromArray(SPECIES, c, row + 3 * LANES)).intoArray(c, row + 3 * LANES);
      row += cRow;
      c40.add(FloatVector.fromArray(SPECIES, c, row)).intoArray(c, row);
      c41.add(FloatVector.fromArray(SPECIES, c, row + LANES)).intoArray(c, row + LANES);
      c42.add(FloatVector.fromArray(SPECIES, c, row + 2 * LANES)).intoArray(c, row + 2 * LANES);
      c43.add(FloatVector.fromArray(SPECIES, c, row + 3 * LANES)).intoArray(c, row + 3 * LANES);
      row += cRow;
      c50.add(FloatVector.fromArray(SPECIES, c, row)).intoArray(c, row);
      c51.add(FloatVector.fromArray(SPECIES, c, row + LANES)).intoArray(c, row + LANES);
      c52.add(FloatVector.fromArray(SPECIES, c, row + 2 * LANES)).intoArray(c, row + 2 * LANES);
      c53.add(FloatVector.fromArray(SPECIES, c, row + 3 * LANES)).intoArray(c, row + 3 * LANES);
    } else {
      c00.intoArray(c, row);
      c01.intoArray(c, row + LANES);
      c02.intoArray(c, row + 2 * LANES);
      c03.intoArray(c, row + 3 * LANES);
      row += cRow;
      c10.intoArray(c, row);
      c11.intoArray(c, row + LANES);
      c12.intoArray(c, row + 2 * LANES);
      c13.intoArray(c, row + 3 * LANES);
      row += cRow;
      c20.intoArray(c, row);
      c21.intoArray(c, row + LANES);
      c22.intoArray(c, row + 2 * LANES);
      c23.intoArray(c, row + 3 * LANES);
      row += cRow;
      c30.intoArray(c, row);
      c31.intoArray(c, row + LANES);
      c32.intoArray(c, row + 2 * LANES);
      c33.intoArray(c, row + 3 * LANES);
      row += cRow;
      c40.intoArray(c, row);
      c41.intoArray(c, row + LANES);
      c42.intoArray(c, row + 2 * LANES);
      c43.intoArray(c, row + 3 * LANES);
      row += cRow;
      c50.intoArray(c, row);
      c51.intoArray(c, row + LANES);
      c52.intoArray(c, row + 2 * LANES);
      c53.intoArray(c, row + 3 * LANES);
    }
  }

  /** 6 rows of 2 vectors: 12 accumulators stay in registers over the whole depth. Hot. */
  private static void tile2(
      float[] a,
      int aOffset,
      int aRow,
      int aStep,
      float[] b,
      int bOffset,
      int bStep,
      float[] c,
      int cOffset,
      int cRow,
      int depth,
      boolean accumulate) {
    FloatVector c00 = FloatVector.zero(SPECIES);
    FloatVector c01 = FloatVector.zero(SPECIES);
    FloatVector c10 = FloatVector.zero(SPECIES);
    FloatVector c11 = FloatVector.zero(SPECIES);
    FloatVector c20 = FloatVector.zero(SPECIES);
    FloatVector c21 = FloatVector.zero(SPECIES);
    FloatVector c30 = FloatVector.zero(SPECIES);
    FloatVector c31 = FloatVector.zero(SPECIES);
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
    for (int k = 0; k < depth; k++) {
      FloatVector b0 = FloatVector.fromArray(SPECIES, b, at);
      FloatVector b1 = FloatVector.fromArray(SPECIES, b, at + LANES);
      FloatVector x0 = FloatVector.broadcast(SPECIES, a[a0]);
      c00 = x0.fma(b0, c00);
      c01 = x0.fma(b1, c01);
      FloatVector x1 = FloatVector.broadcast(SPECIES, a[a1]);
      c10 = x1.fma(b0, c10);
      c11 = x1.fma(b1, c11);
      FloatVector x2 = FloatVector.broadcast(SPECIES, a[a2]);
      c20 = x2.fma(b0, c20);
      c21 = x2.fma(b1, c21);
      FloatVector x3 = FloatVector.broadcast(SPECIES, a[a3]);
      c30 = x3.fma(b0, c30);
      c31 = x3.fma(b1, c31);
      FloatVector x4 = FloatVector.broadcast(SPECIES, a[a4]);
      c40 = x4.fma(b0, c40);
      c41 = x4.fma(b1, c41);
      FloatVector x5 = FloatVector.broadcast(SPECIES, a[a5]);
      c50 = x5.fma(b0, c50);
      c51 = x5.fma(b1, c51);
      a0 += aStep;
      a1 += aStep;
      a2 += aStep;
      a3 += aStep;
      a4 += aStep;
      a5 += aStep;
      at += bStep;
    }
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

  /** 6 rows of 1 vector: 6 accumulators stay in registers over the whole depth. Hot. */
  private static void tile1(
      float[] a,
      int aOffset,
      int aRow,
      int aStep,
      float[] b,
      int bOffset,
      int bStep,
      float[] c,
      int cOffset,
      int cRow,
      int depth,
      boolean accumulate) {
    FloatVector c00 = FloatVector.zero(SPECIES);
    FloatVector c10 = FloatVector.zero(SPECIES);
    FloatVector c20 = FloatVector.zero(SPECIES);
    FloatVector c30 = FloatVector.zero(SPECIES);
    FloatVector c40 = FloatVector.zero(SPECIES);
    FloatVector c50 = FloatVector.zero(SPECIES);
    int a0 = aOffset;
    int a1 = a0 + aRow;
    int a2 = a1 + aRow;
    int a3 = a2 + aRow;
    int a4 = a3 + aRow;
    int a5 = a4 + aRow;
    int at = bOffset;
    for (int k = 0; k < depth; k++) {
      FloatVector b0 = FloatVector.fromArray(SPECIES, b, at);
      FloatVector x0 = FloatVector.broadcast(SPECIES, a[a0]);
      c00 = x0.fma(b0, c00);
      FloatVector x1 = FloatVector.broadcast(SPECIES, a[a1]);
      c10 = x1.fma(b0, c10);
      FloatVector x2 = FloatVector.broadcast(SPECIES, a[a2]);
      c20 = x2.fma(b0, c20);
      FloatVector x3 = FloatVector.broadcast(SPECIES, a[a3]);
      c30 = x3.fma(b0, c30);
      FloatVector x4 = FloatVector.broadcast(SPECIES, a[a4]);
      c40 = x4.fma(b0, c40);
      FloatVector x5 = FloatVector.broadcast(SPECIES, a[a5]);
      c50 = x5.fma(b0, c50);
      a0 += aStep;
      a1 += aStep;
      a2 += aStep;
      a3 += aStep;
      a4 += aStep;
      a5 += aStep;
      at += bStep;
    }
    int row = cOffset;
    if (accumulate) {
      c00.add(FloatVector.fromArray(SPECIES, c, row)).intoArray(c, row);
      row += cRow;
      c10.add(FloatVector.fromArray(SPECIES, c, row)).intoArray(c, row);
      row += cRow;
      c20.add(FloatVector.fromArray(SPECIES, c, row)).intoArray(c, row);
      row += cRow;
      c30.add(FloatVector.fromArray(SPECIES, c, row)).intoArray(c, row);
      row += cRow;
      c40.add(FloatVector.fromArray(SPECIES, c, row)).intoArray(c, row);
      row += cRow;
      c50.add(FloatVector.fromArray(SPECIES, c, row)).intoArray(c, row);
    } else {
      c00.intoArray(c, row);
      row += cRow;
      c10.intoArray(c, row);
      row += cRow;
      c20.intoArray(c, row);
      row += cRow;
      c30.intoArray(c, row);
      row += cRow;
      c40.intoArray(c, row);
      row += cRow;
      c50.intoArray(c, row);
    }
  }
}
