// build/Tiles.java generates this file: change that program and run `mvn -N verify -Ptiles`.
package org.resnext4j.engine.cpu.kernel;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * Tiles of {@link Kernels#multiplyLanes}: products with lanes across cardinality.
 *
 * <p>Both factors are vectors, so a tile loads a vector for each of its rows and columns. A tile of
 * six by two takes 8 loads for 12 multiply-adds, which is more than the load ports of 512-bit
 * machines deliver. A tile of six by four takes 10 loads for 24 multiply-adds and 29 of the 32
 * registers of these machines. These products have no residual.
 */
final class LaneTiles {

  private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
  private static final int LANES = SPECIES.length();
  private static final int PANEL = MatrixProduct.PANEL_VECTORS * LANES;

  private LaneTiles() {}

  /** Calls the smallest tile that has at least the given rows and vectors. */
  static void tile(int tileRows, int tileVectors, MatrixProduct p, int row0, int last, int column) {
    if (tileVectors <= 1) {
      if (tileRows <= 5) {
        tile5x1(p, row0, last, column);
      } else {
        tile6x1(p, row0, last, column);
      }
    } else if (tileVectors <= 2) {
      if (tileRows <= 5) {
        tile5x2(p, row0, last, column);
      } else {
        tile6x2(p, row0, last, column);
      }
    } else {
      if (tileRows <= 5) {
        tile5x4(p, row0, last, column);
      } else {
        tile6x4(p, row0, last, column);
      }
    }
  }

  /** Computes six pixels by four vectors. It repeats the last pixel for pixels after it. */
  static void tile6x4(MatrixProduct p, int row0, int last, int column) {
    float[] a = p.a().values();
    int[] aRows = p.a().offsets();
    int aShift = p.a().shift();
    int row1 = Math.min(row0 + 1, last);
    int row2 = Math.min(row0 + 2, last);
    int row3 = Math.min(row0 + 3, last);
    int row4 = Math.min(row0 + 4, last);
    int row5 = Math.min(row0 + 5, last);
    int a0 = aRows[row0] + aShift;
    int a1 = aRows[row1] + aShift;
    int a2 = aRows[row2] + aShift;
    int a3 = aRows[row3] + aShift;
    int a4 = aRows[row4] + aShift;
    int a5 = aRows[row5] + aShift;
    float[] b = p.packed();
    int b0At = p.packedOffset() + column * p.depth();
    int b1At = b0At + PANEL * p.depth();
    int bias = p.biasOffset() + column;
    FloatVector c00 = FloatVector.fromArray(SPECIES, p.bias(), bias);
    FloatVector c01 = FloatVector.fromArray(SPECIES, p.bias(), bias + LANES);
    FloatVector c02 = FloatVector.fromArray(SPECIES, p.bias(), bias + 2 * LANES);
    FloatVector c03 = FloatVector.fromArray(SPECIES, p.bias(), bias + 3 * LANES);
    FloatVector c10 = c00;
    FloatVector c11 = c01;
    FloatVector c12 = c02;
    FloatVector c13 = c03;
    FloatVector c20 = c00;
    FloatVector c21 = c01;
    FloatVector c22 = c02;
    FloatVector c23 = c03;
    FloatVector c30 = c00;
    FloatVector c31 = c01;
    FloatVector c32 = c02;
    FloatVector c33 = c03;
    FloatVector c40 = c00;
    FloatVector c41 = c01;
    FloatVector c42 = c02;
    FloatVector c43 = c03;
    FloatVector c50 = c00;
    FloatVector c51 = c01;
    FloatVector c52 = c02;
    FloatVector c53 = c03;
    for (int k : p.segments()) {
      FloatVector b0 = FloatVector.fromArray(SPECIES, b, b0At);
      FloatVector b1 = FloatVector.fromArray(SPECIES, b, b0At + LANES);
      FloatVector b2 = FloatVector.fromArray(SPECIES, b, b1At);
      FloatVector b3 = FloatVector.fromArray(SPECIES, b, b1At + LANES);
      FloatVector x0 = FloatVector.fromArray(SPECIES, a, a0 + k);
      c00 = x0.fma(b0, c00);
      c01 = x0.fma(b1, c01);
      c02 = x0.fma(b2, c02);
      c03 = x0.fma(b3, c03);
      FloatVector x1 = FloatVector.fromArray(SPECIES, a, a1 + k);
      c10 = x1.fma(b0, c10);
      c11 = x1.fma(b1, c11);
      c12 = x1.fma(b2, c12);
      c13 = x1.fma(b3, c13);
      FloatVector x2 = FloatVector.fromArray(SPECIES, a, a2 + k);
      c20 = x2.fma(b0, c20);
      c21 = x2.fma(b1, c21);
      c22 = x2.fma(b2, c22);
      c23 = x2.fma(b3, c23);
      FloatVector x3 = FloatVector.fromArray(SPECIES, a, a3 + k);
      c30 = x3.fma(b0, c30);
      c31 = x3.fma(b1, c31);
      c32 = x3.fma(b2, c32);
      c33 = x3.fma(b3, c33);
      FloatVector x4 = FloatVector.fromArray(SPECIES, a, a4 + k);
      c40 = x4.fma(b0, c40);
      c41 = x4.fma(b1, c41);
      c42 = x4.fma(b2, c42);
      c43 = x4.fma(b3, c43);
      FloatVector x5 = FloatVector.fromArray(SPECIES, a, a5 + k);
      c50 = x5.fma(b0, c50);
      c51 = x5.fma(b1, c51);
      c52 = x5.fma(b2, c52);
      c53 = x5.fma(b3, c53);
      b0At += PANEL;
      b1At += PANEL;
    }
    FloatVector floor = FloatVector.broadcast(SPECIES, p.floor());
    float[] c = p.c().values();
    int[] cRows = p.c().offsets();
    int cShift = p.c().shift() + column;
    int to0 = cRows[row0] + cShift;
    c00.blend(floor, c00.compare(VectorOperators.LT, floor)).intoArray(c, to0);
    c01.blend(floor, c01.compare(VectorOperators.LT, floor)).intoArray(c, to0 + LANES);
    c02.blend(floor, c02.compare(VectorOperators.LT, floor)).intoArray(c, to0 + 2 * LANES);
    c03.blend(floor, c03.compare(VectorOperators.LT, floor)).intoArray(c, to0 + 3 * LANES);
    int to1 = cRows[row1] + cShift;
    c10.blend(floor, c10.compare(VectorOperators.LT, floor)).intoArray(c, to1);
    c11.blend(floor, c11.compare(VectorOperators.LT, floor)).intoArray(c, to1 + LANES);
    c12.blend(floor, c12.compare(VectorOperators.LT, floor)).intoArray(c, to1 + 2 * LANES);
    c13.blend(floor, c13.compare(VectorOperators.LT, floor)).intoArray(c, to1 + 3 * LANES);
    int to2 = cRows[row2] + cShift;
    c20.blend(floor, c20.compare(VectorOperators.LT, floor)).intoArray(c, to2);
    c21.blend(floor, c21.compare(VectorOperators.LT, floor)).intoArray(c, to2 + LANES);
    c22.blend(floor, c22.compare(VectorOperators.LT, floor)).intoArray(c, to2 + 2 * LANES);
    c23.blend(floor, c23.compare(VectorOperators.LT, floor)).intoArray(c, to2 + 3 * LANES);
    int to3 = cRows[row3] + cShift;
    c30.blend(floor, c30.compare(VectorOperators.LT, floor)).intoArray(c, to3);
    c31.blend(floor, c31.compare(VectorOperators.LT, floor)).intoArray(c, to3 + LANES);
    c32.blend(floor, c32.compare(VectorOperators.LT, floor)).intoArray(c, to3 + 2 * LANES);
    c33.blend(floor, c33.compare(VectorOperators.LT, floor)).intoArray(c, to3 + 3 * LANES);
    int to4 = cRows[row4] + cShift;
    c40.blend(floor, c40.compare(VectorOperators.LT, floor)).intoArray(c, to4);
    c41.blend(floor, c41.compare(VectorOperators.LT, floor)).intoArray(c, to4 + LANES);
    c42.blend(floor, c42.compare(VectorOperators.LT, floor)).intoArray(c, to4 + 2 * LANES);
    c43.blend(floor, c43.compare(VectorOperators.LT, floor)).intoArray(c, to4 + 3 * LANES);
    int to5 = cRows[row5] + cShift;
    c50.blend(floor, c50.compare(VectorOperators.LT, floor)).intoArray(c, to5);
    c51.blend(floor, c51.compare(VectorOperators.LT, floor)).intoArray(c, to5 + LANES);
    c52.blend(floor, c52.compare(VectorOperators.LT, floor)).intoArray(c, to5 + 2 * LANES);
    c53.blend(floor, c53.compare(VectorOperators.LT, floor)).intoArray(c, to5 + 3 * LANES);
  }

  /** Computes five pixels by four vectors. It repeats the last pixel for pixels after it. */
  static void tile5x4(MatrixProduct p, int row0, int last, int column) {
    float[] a = p.a().values();
    int[] aRows = p.a().offsets();
    int aShift = p.a().shift();
    int row1 = Math.min(row0 + 1, last);
    int row2 = Math.min(row0 + 2, last);
    int row3 = Math.min(row0 + 3, last);
    int row4 = Math.min(row0 + 4, last);
    int a0 = aRows[row0] + aShift;
    int a1 = aRows[row1] + aShift;
    int a2 = aRows[row2] + aShift;
    int a3 = aRows[row3] + aShift;
    int a4 = aRows[row4] + aShift;
    float[] b = p.packed();
    int b0At = p.packedOffset() + column * p.depth();
    int b1At = b0At + PANEL * p.depth();
    int bias = p.biasOffset() + column;
    FloatVector c00 = FloatVector.fromArray(SPECIES, p.bias(), bias);
    FloatVector c01 = FloatVector.fromArray(SPECIES, p.bias(), bias + LANES);
    FloatVector c02 = FloatVector.fromArray(SPECIES, p.bias(), bias + 2 * LANES);
    FloatVector c03 = FloatVector.fromArray(SPECIES, p.bias(), bias + 3 * LANES);
    FloatVector c10 = c00;
    FloatVector c11 = c01;
    FloatVector c12 = c02;
    FloatVector c13 = c03;
    FloatVector c20 = c00;
    FloatVector c21 = c01;
    FloatVector c22 = c02;
    FloatVector c23 = c03;
    FloatVector c30 = c00;
    FloatVector c31 = c01;
    FloatVector c32 = c02;
    FloatVector c33 = c03;
    FloatVector c40 = c00;
    FloatVector c41 = c01;
    FloatVector c42 = c02;
    FloatVector c43 = c03;
    for (int k : p.segments()) {
      FloatVector b0 = FloatVector.fromArray(SPECIES, b, b0At);
      FloatVector b1 = FloatVector.fromArray(SPECIES, b, b0At + LANES);
      FloatVector b2 = FloatVector.fromArray(SPECIES, b, b1At);
      FloatVector b3 = FloatVector.fromArray(SPECIES, b, b1At + LANES);
      FloatVector x0 = FloatVector.fromArray(SPECIES, a, a0 + k);
      c00 = x0.fma(b0, c00);
      c01 = x0.fma(b1, c01);
      c02 = x0.fma(b2, c02);
      c03 = x0.fma(b3, c03);
      FloatVector x1 = FloatVector.fromArray(SPECIES, a, a1 + k);
      c10 = x1.fma(b0, c10);
      c11 = x1.fma(b1, c11);
      c12 = x1.fma(b2, c12);
      c13 = x1.fma(b3, c13);
      FloatVector x2 = FloatVector.fromArray(SPECIES, a, a2 + k);
      c20 = x2.fma(b0, c20);
      c21 = x2.fma(b1, c21);
      c22 = x2.fma(b2, c22);
      c23 = x2.fma(b3, c23);
      FloatVector x3 = FloatVector.fromArray(SPECIES, a, a3 + k);
      c30 = x3.fma(b0, c30);
      c31 = x3.fma(b1, c31);
      c32 = x3.fma(b2, c32);
      c33 = x3.fma(b3, c33);
      FloatVector x4 = FloatVector.fromArray(SPECIES, a, a4 + k);
      c40 = x4.fma(b0, c40);
      c41 = x4.fma(b1, c41);
      c42 = x4.fma(b2, c42);
      c43 = x4.fma(b3, c43);
      b0At += PANEL;
      b1At += PANEL;
    }
    FloatVector floor = FloatVector.broadcast(SPECIES, p.floor());
    float[] c = p.c().values();
    int[] cRows = p.c().offsets();
    int cShift = p.c().shift() + column;
    int to0 = cRows[row0] + cShift;
    c00.blend(floor, c00.compare(VectorOperators.LT, floor)).intoArray(c, to0);
    c01.blend(floor, c01.compare(VectorOperators.LT, floor)).intoArray(c, to0 + LANES);
    c02.blend(floor, c02.compare(VectorOperators.LT, floor)).intoArray(c, to0 + 2 * LANES);
    c03.blend(floor, c03.compare(VectorOperators.LT, floor)).intoArray(c, to0 + 3 * LANES);
    int to1 = cRows[row1] + cShift;
    c10.blend(floor, c10.compare(VectorOperators.LT, floor)).intoArray(c, to1);
    c11.blend(floor, c11.compare(VectorOperators.LT, floor)).intoArray(c, to1 + LANES);
    c12.blend(floor, c12.compare(VectorOperators.LT, floor)).intoArray(c, to1 + 2 * LANES);
    c13.blend(floor, c13.compare(VectorOperators.LT, floor)).intoArray(c, to1 + 3 * LANES);
    int to2 = cRows[row2] + cShift;
    c20.blend(floor, c20.compare(VectorOperators.LT, floor)).intoArray(c, to2);
    c21.blend(floor, c21.compare(VectorOperators.LT, floor)).intoArray(c, to2 + LANES);
    c22.blend(floor, c22.compare(VectorOperators.LT, floor)).intoArray(c, to2 + 2 * LANES);
    c23.blend(floor, c23.compare(VectorOperators.LT, floor)).intoArray(c, to2 + 3 * LANES);
    int to3 = cRows[row3] + cShift;
    c30.blend(floor, c30.compare(VectorOperators.LT, floor)).intoArray(c, to3);
    c31.blend(floor, c31.compare(VectorOperators.LT, floor)).intoArray(c, to3 + LANES);
    c32.blend(floor, c32.compare(VectorOperators.LT, floor)).intoArray(c, to3 + 2 * LANES);
    c33.blend(floor, c33.compare(VectorOperators.LT, floor)).intoArray(c, to3 + 3 * LANES);
    int to4 = cRows[row4] + cShift;
    c40.blend(floor, c40.compare(VectorOperators.LT, floor)).intoArray(c, to4);
    c41.blend(floor, c41.compare(VectorOperators.LT, floor)).intoArray(c, to4 + LANES);
    c42.blend(floor, c42.compare(VectorOperators.LT, floor)).intoArray(c, to4 + 2 * LANES);
    c43.blend(floor, c43.compare(VectorOperators.LT, floor)).intoArray(c, to4 + 3 * LANES);
  }

  /** Computes six pixels by two vectors. It repeats the last pixel for pixels after it. */
  static void tile6x2(MatrixProduct p, int row0, int last, int column) {
    float[] a = p.a().values();
    int[] aRows = p.a().offsets();
    int aShift = p.a().shift();
    int row1 = Math.min(row0 + 1, last);
    int row2 = Math.min(row0 + 2, last);
    int row3 = Math.min(row0 + 3, last);
    int row4 = Math.min(row0 + 4, last);
    int row5 = Math.min(row0 + 5, last);
    int a0 = aRows[row0] + aShift;
    int a1 = aRows[row1] + aShift;
    int a2 = aRows[row2] + aShift;
    int a3 = aRows[row3] + aShift;
    int a4 = aRows[row4] + aShift;
    int a5 = aRows[row5] + aShift;
    float[] b = p.packed();
    int b0At = p.packedOffset() + column * p.depth();
    int bias = p.biasOffset() + column;
    FloatVector c00 = FloatVector.fromArray(SPECIES, p.bias(), bias);
    FloatVector c01 = FloatVector.fromArray(SPECIES, p.bias(), bias + LANES);
    FloatVector c10 = c00;
    FloatVector c11 = c01;
    FloatVector c20 = c00;
    FloatVector c21 = c01;
    FloatVector c30 = c00;
    FloatVector c31 = c01;
    FloatVector c40 = c00;
    FloatVector c41 = c01;
    FloatVector c50 = c00;
    FloatVector c51 = c01;
    for (int k : p.segments()) {
      FloatVector b0 = FloatVector.fromArray(SPECIES, b, b0At);
      FloatVector b1 = FloatVector.fromArray(SPECIES, b, b0At + LANES);
      FloatVector x0 = FloatVector.fromArray(SPECIES, a, a0 + k);
      c00 = x0.fma(b0, c00);
      c01 = x0.fma(b1, c01);
      FloatVector x1 = FloatVector.fromArray(SPECIES, a, a1 + k);
      c10 = x1.fma(b0, c10);
      c11 = x1.fma(b1, c11);
      FloatVector x2 = FloatVector.fromArray(SPECIES, a, a2 + k);
      c20 = x2.fma(b0, c20);
      c21 = x2.fma(b1, c21);
      FloatVector x3 = FloatVector.fromArray(SPECIES, a, a3 + k);
      c30 = x3.fma(b0, c30);
      c31 = x3.fma(b1, c31);
      FloatVector x4 = FloatVector.fromArray(SPECIES, a, a4 + k);
      c40 = x4.fma(b0, c40);
      c41 = x4.fma(b1, c41);
      FloatVector x5 = FloatVector.fromArray(SPECIES, a, a5 + k);
      c50 = x5.fma(b0, c50);
      c51 = x5.fma(b1, c51);
      b0At += PANEL;
    }
    FloatVector floor = FloatVector.broadcast(SPECIES, p.floor());
    float[] c = p.c().values();
    int[] cRows = p.c().offsets();
    int cShift = p.c().shift() + column;
    int to0 = cRows[row0] + cShift;
    c00.blend(floor, c00.compare(VectorOperators.LT, floor)).intoArray(c, to0);
    c01.blend(floor, c01.compare(VectorOperators.LT, floor)).intoArray(c, to0 + LANES);
    int to1 = cRows[row1] + cShift;
    c10.blend(floor, c10.compare(VectorOperators.LT, floor)).intoArray(c, to1);
    c11.blend(floor, c11.compare(VectorOperators.LT, floor)).intoArray(c, to1 + LANES);
    int to2 = cRows[row2] + cShift;
    c20.blend(floor, c20.compare(VectorOperators.LT, floor)).intoArray(c, to2);
    c21.blend(floor, c21.compare(VectorOperators.LT, floor)).intoArray(c, to2 + LANES);
    int to3 = cRows[row3] + cShift;
    c30.blend(floor, c30.compare(VectorOperators.LT, floor)).intoArray(c, to3);
    c31.blend(floor, c31.compare(VectorOperators.LT, floor)).intoArray(c, to3 + LANES);
    int to4 = cRows[row4] + cShift;
    c40.blend(floor, c40.compare(VectorOperators.LT, floor)).intoArray(c, to4);
    c41.blend(floor, c41.compare(VectorOperators.LT, floor)).intoArray(c, to4 + LANES);
    int to5 = cRows[row5] + cShift;
    c50.blend(floor, c50.compare(VectorOperators.LT, floor)).intoArray(c, to5);
    c51.blend(floor, c51.compare(VectorOperators.LT, floor)).intoArray(c, to5 + LANES);
  }

  /** Computes five pixels by two vectors. It repeats the last pixel for pixels after it. */
  static void tile5x2(MatrixProduct p, int row0, int last, int column) {
    float[] a = p.a().values();
    int[] aRows = p.a().offsets();
    int aShift = p.a().shift();
    int row1 = Math.min(row0 + 1, last);
    int row2 = Math.min(row0 + 2, last);
    int row3 = Math.min(row0 + 3, last);
    int row4 = Math.min(row0 + 4, last);
    int a0 = aRows[row0] + aShift;
    int a1 = aRows[row1] + aShift;
    int a2 = aRows[row2] + aShift;
    int a3 = aRows[row3] + aShift;
    int a4 = aRows[row4] + aShift;
    float[] b = p.packed();
    int b0At = p.packedOffset() + column * p.depth();
    int bias = p.biasOffset() + column;
    FloatVector c00 = FloatVector.fromArray(SPECIES, p.bias(), bias);
    FloatVector c01 = FloatVector.fromArray(SPECIES, p.bias(), bias + LANES);
    FloatVector c10 = c00;
    FloatVector c11 = c01;
    FloatVector c20 = c00;
    FloatVector c21 = c01;
    FloatVector c30 = c00;
    FloatVector c31 = c01;
    FloatVector c40 = c00;
    FloatVector c41 = c01;
    for (int k : p.segments()) {
      FloatVector b0 = FloatVector.fromArray(SPECIES, b, b0At);
      FloatVector b1 = FloatVector.fromArray(SPECIES, b, b0At + LANES);
      FloatVector x0 = FloatVector.fromArray(SPECIES, a, a0 + k);
      c00 = x0.fma(b0, c00);
      c01 = x0.fma(b1, c01);
      FloatVector x1 = FloatVector.fromArray(SPECIES, a, a1 + k);
      c10 = x1.fma(b0, c10);
      c11 = x1.fma(b1, c11);
      FloatVector x2 = FloatVector.fromArray(SPECIES, a, a2 + k);
      c20 = x2.fma(b0, c20);
      c21 = x2.fma(b1, c21);
      FloatVector x3 = FloatVector.fromArray(SPECIES, a, a3 + k);
      c30 = x3.fma(b0, c30);
      c31 = x3.fma(b1, c31);
      FloatVector x4 = FloatVector.fromArray(SPECIES, a, a4 + k);
      c40 = x4.fma(b0, c40);
      c41 = x4.fma(b1, c41);
      b0At += PANEL;
    }
    FloatVector floor = FloatVector.broadcast(SPECIES, p.floor());
    float[] c = p.c().values();
    int[] cRows = p.c().offsets();
    int cShift = p.c().shift() + column;
    int to0 = cRows[row0] + cShift;
    c00.blend(floor, c00.compare(VectorOperators.LT, floor)).intoArray(c, to0);
    c01.blend(floor, c01.compare(VectorOperators.LT, floor)).intoArray(c, to0 + LANES);
    int to1 = cRows[row1] + cShift;
    c10.blend(floor, c10.compare(VectorOperators.LT, floor)).intoArray(c, to1);
    c11.blend(floor, c11.compare(VectorOperators.LT, floor)).intoArray(c, to1 + LANES);
    int to2 = cRows[row2] + cShift;
    c20.blend(floor, c20.compare(VectorOperators.LT, floor)).intoArray(c, to2);
    c21.blend(floor, c21.compare(VectorOperators.LT, floor)).intoArray(c, to2 + LANES);
    int to3 = cRows[row3] + cShift;
    c30.blend(floor, c30.compare(VectorOperators.LT, floor)).intoArray(c, to3);
    c31.blend(floor, c31.compare(VectorOperators.LT, floor)).intoArray(c, to3 + LANES);
    int to4 = cRows[row4] + cShift;
    c40.blend(floor, c40.compare(VectorOperators.LT, floor)).intoArray(c, to4);
    c41.blend(floor, c41.compare(VectorOperators.LT, floor)).intoArray(c, to4 + LANES);
  }

  /** Computes six pixels by one vector. It repeats the last pixel for pixels after it. */
  static void tile6x1(MatrixProduct p, int row0, int last, int column) {
    float[] a = p.a().values();
    int[] aRows = p.a().offsets();
    int aShift = p.a().shift();
    int row1 = Math.min(row0 + 1, last);
    int row2 = Math.min(row0 + 2, last);
    int row3 = Math.min(row0 + 3, last);
    int row4 = Math.min(row0 + 4, last);
    int row5 = Math.min(row0 + 5, last);
    int a0 = aRows[row0] + aShift;
    int a1 = aRows[row1] + aShift;
    int a2 = aRows[row2] + aShift;
    int a3 = aRows[row3] + aShift;
    int a4 = aRows[row4] + aShift;
    int a5 = aRows[row5] + aShift;
    float[] b = p.packed();
    int b0At = p.packedOffset() + column * p.depth();
    int bias = p.biasOffset() + column;
    FloatVector c00 = FloatVector.fromArray(SPECIES, p.bias(), bias);
    FloatVector c10 = c00;
    FloatVector c20 = c00;
    FloatVector c30 = c00;
    FloatVector c40 = c00;
    FloatVector c50 = c00;
    for (int k : p.segments()) {
      FloatVector b0 = FloatVector.fromArray(SPECIES, b, b0At);
      FloatVector x0 = FloatVector.fromArray(SPECIES, a, a0 + k);
      c00 = x0.fma(b0, c00);
      FloatVector x1 = FloatVector.fromArray(SPECIES, a, a1 + k);
      c10 = x1.fma(b0, c10);
      FloatVector x2 = FloatVector.fromArray(SPECIES, a, a2 + k);
      c20 = x2.fma(b0, c20);
      FloatVector x3 = FloatVector.fromArray(SPECIES, a, a3 + k);
      c30 = x3.fma(b0, c30);
      FloatVector x4 = FloatVector.fromArray(SPECIES, a, a4 + k);
      c40 = x4.fma(b0, c40);
      FloatVector x5 = FloatVector.fromArray(SPECIES, a, a5 + k);
      c50 = x5.fma(b0, c50);
      b0At += LANES;
    }
    FloatVector floor = FloatVector.broadcast(SPECIES, p.floor());
    float[] c = p.c().values();
    int[] cRows = p.c().offsets();
    int cShift = p.c().shift() + column;
    int to0 = cRows[row0] + cShift;
    c00.blend(floor, c00.compare(VectorOperators.LT, floor)).intoArray(c, to0);
    int to1 = cRows[row1] + cShift;
    c10.blend(floor, c10.compare(VectorOperators.LT, floor)).intoArray(c, to1);
    int to2 = cRows[row2] + cShift;
    c20.blend(floor, c20.compare(VectorOperators.LT, floor)).intoArray(c, to2);
    int to3 = cRows[row3] + cShift;
    c30.blend(floor, c30.compare(VectorOperators.LT, floor)).intoArray(c, to3);
    int to4 = cRows[row4] + cShift;
    c40.blend(floor, c40.compare(VectorOperators.LT, floor)).intoArray(c, to4);
    int to5 = cRows[row5] + cShift;
    c50.blend(floor, c50.compare(VectorOperators.LT, floor)).intoArray(c, to5);
  }

  /** Computes five pixels by one vector. It repeats the last pixel for pixels after it. */
  static void tile5x1(MatrixProduct p, int row0, int last, int column) {
    float[] a = p.a().values();
    int[] aRows = p.a().offsets();
    int aShift = p.a().shift();
    int row1 = Math.min(row0 + 1, last);
    int row2 = Math.min(row0 + 2, last);
    int row3 = Math.min(row0 + 3, last);
    int row4 = Math.min(row0 + 4, last);
    int a0 = aRows[row0] + aShift;
    int a1 = aRows[row1] + aShift;
    int a2 = aRows[row2] + aShift;
    int a3 = aRows[row3] + aShift;
    int a4 = aRows[row4] + aShift;
    float[] b = p.packed();
    int b0At = p.packedOffset() + column * p.depth();
    int bias = p.biasOffset() + column;
    FloatVector c00 = FloatVector.fromArray(SPECIES, p.bias(), bias);
    FloatVector c10 = c00;
    FloatVector c20 = c00;
    FloatVector c30 = c00;
    FloatVector c40 = c00;
    for (int k : p.segments()) {
      FloatVector b0 = FloatVector.fromArray(SPECIES, b, b0At);
      FloatVector x0 = FloatVector.fromArray(SPECIES, a, a0 + k);
      c00 = x0.fma(b0, c00);
      FloatVector x1 = FloatVector.fromArray(SPECIES, a, a1 + k);
      c10 = x1.fma(b0, c10);
      FloatVector x2 = FloatVector.fromArray(SPECIES, a, a2 + k);
      c20 = x2.fma(b0, c20);
      FloatVector x3 = FloatVector.fromArray(SPECIES, a, a3 + k);
      c30 = x3.fma(b0, c30);
      FloatVector x4 = FloatVector.fromArray(SPECIES, a, a4 + k);
      c40 = x4.fma(b0, c40);
      b0At += LANES;
    }
    FloatVector floor = FloatVector.broadcast(SPECIES, p.floor());
    float[] c = p.c().values();
    int[] cRows = p.c().offsets();
    int cShift = p.c().shift() + column;
    int to0 = cRows[row0] + cShift;
    c00.blend(floor, c00.compare(VectorOperators.LT, floor)).intoArray(c, to0);
    int to1 = cRows[row1] + cShift;
    c10.blend(floor, c10.compare(VectorOperators.LT, floor)).intoArray(c, to1);
    int to2 = cRows[row2] + cShift;
    c20.blend(floor, c20.compare(VectorOperators.LT, floor)).intoArray(c, to2);
    int to3 = cRows[row3] + cShift;
    c30.blend(floor, c30.compare(VectorOperators.LT, floor)).intoArray(c, to3);
    int to4 = cRows[row4] + cShift;
    c40.blend(floor, c40.compare(VectorOperators.LT, floor)).intoArray(c, to4);
  }
}
