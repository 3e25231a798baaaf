// build/Tiles.java generates this file: change that program and run `mvn -N verify -Ptiles`.
package org.resnext4j.engine.cpu.kernel;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * Tiles of {@link Kernels#multiply}: matrix products.
 *
 * <p>Six rows by two vectors need 12 accumulators, 2 registers for B and 1 register for A. They fit
 * AVX2's 16 registers. With 512-bit vectors they reach 95 % of the peak, as larger tiles do.
 */
final class MatrixTiles {

  private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
  private static final int LANES = SPECIES.length();
  private static final int PANEL = MatrixProduct.PANEL_VECTORS * LANES;

  private MatrixTiles() {}

  /** Calls the smallest tile that has at least the given rows and vectors. */
  static void tile(int tileRows, int tileVectors, MatrixProduct p, int row0, int last, int panel) {
    if (tileVectors <= 1) {
      if (tileRows <= 5) {
        tile5x1(p, row0, last, panel);
      } else {
        tile6x1(p, row0, last, panel);
      }
    } else {
      if (tileRows <= 5) {
        tile5x2(p, row0, last, panel);
      } else {
        tile6x2(p, row0, last, panel);
      }
    }
  }

  /** Computes six rows by two vectors of a product. It repeats the last row for rows after it. */
  static void tile6x2(MatrixProduct p, int row0, int last, int panel) {
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
    int column = panel * PANEL;
    int b0At = p.packedOffset() + column * p.depth();
    int biasAt = p.biasOffset() + column;
    FloatVector bias0 = FloatVector.fromArray(SPECIES, p.bias(), biasAt);
    FloatVector bias1 = FloatVector.fromArray(SPECIES, p.bias(), biasAt + LANES);
    float[] r = p.residual().values();
    int[] rRows = p.residual().offsets();
    int rStep = p.residualStep();
    int rShift = p.residual().shift() + column * rStep;
    int r0 = rRows[row0 * rStep] + rShift;
    FloatVector c00 = bias0.add(FloatVector.fromArray(SPECIES, r, r0));
    FloatVector c01 = bias1.add(FloatVector.fromArray(SPECIES, r, r0 + LANES));
    int r1 = rRows[row1 * rStep] + rShift;
    FloatVector c10 = bias0.add(FloatVector.fromArray(SPECIES, r, r1));
    FloatVector c11 = bias1.add(FloatVector.fromArray(SPECIES, r, r1 + LANES));
    int r2 = rRows[row2 * rStep] + rShift;
    FloatVector c20 = bias0.add(FloatVector.fromArray(SPECIES, r, r2));
    FloatVector c21 = bias1.add(FloatVector.fromArray(SPECIES, r, r2 + LANES));
    int r3 = rRows[row3 * rStep] + rShift;
    FloatVector c30 = bias0.add(FloatVector.fromArray(SPECIES, r, r3));
    FloatVector c31 = bias1.add(FloatVector.fromArray(SPECIES, r, r3 + LANES));
    int r4 = rRows[row4 * rStep] + rShift;
    FloatVector c40 = bias0.add(FloatVector.fromArray(SPECIES, r, r4));
    FloatVector c41 = bias1.add(FloatVector.fromArray(SPECIES, r, r4 + LANES));
    int r5 = rRows[row5 * rStep] + rShift;
    FloatVector c50 = bias0.add(FloatVector.fromArray(SPECIES, r, r5));
    FloatVector c51 = bias1.add(FloatVector.fromArray(SPECIES, r, r5 + LANES));
    int length = p.segmentLength();
    for (int segment : p.segments()) {
      int end = segment + length;
      for (int k = segment; k < end; k++) {
        FloatVector b0 = FloatVector.fromArray(SPECIES, b, b0At);
        FloatVector b1 = FloatVector.fromArray(SPECIES, b, b0At + LANES);
        FloatVector x0 = FloatVector.broadcast(SPECIES, a[a0 + k]);
        c00 = x0.fma(b0, c00);
        c01 = x0.fma(b1, c01);
        FloatVector x1 = FloatVector.broadcast(SPECIES, a[a1 + k]);
        c10 = x1.fma(b0, c10);
        c11 = x1.fma(b1, c11);
        FloatVector x2 = FloatVector.broadcast(SPECIES, a[a2 + k]);
        c20 = x2.fma(b0, c20);
        c21 = x2.fma(b1, c21);
        FloatVector x3 = FloatVector.broadcast(SPECIES, a[a3 + k]);
        c30 = x3.fma(b0, c30);
        c31 = x3.fma(b1, c31);
        FloatVector x4 = FloatVector.broadcast(SPECIES, a[a4 + k]);
        c40 = x4.fma(b0, c40);
        c41 = x4.fma(b1, c41);
        FloatVector x5 = FloatVector.broadcast(SPECIES, a[a5 + k]);
        c50 = x5.fma(b0, c50);
        c51 = x5.fma(b1, c51);
        b0At += PANEL;
      }
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

  /** Computes five rows by two vectors of a product. It repeats the last row for rows after it. */
  static void tile5x2(MatrixProduct p, int row0, int last, int panel) {
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
    int column = panel * PANEL;
    int b0At = p.packedOffset() + column * p.depth();
    int biasAt = p.biasOffset() + column;
    FloatVector bias0 = FloatVector.fromArray(SPECIES, p.bias(), biasAt);
    FloatVector bias1 = FloatVector.fromArray(SPECIES, p.bias(), biasAt + LANES);
    float[] r = p.residual().values();
    int[] rRows = p.residual().offsets();
    int rStep = p.residualStep();
    int rShift = p.residual().shift() + column * rStep;
    int r0 = rRows[row0 * rStep] + rShift;
    FloatVector c00 = bias0.add(FloatVector.fromArray(SPECIES, r, r0));
    FloatVector c01 = bias1.add(FloatVector.fromArray(SPECIES, r, r0 + LANES));
    int r1 = rRows[row1 * rStep] + rShift;
    FloatVector c10 = bias0.add(FloatVector.fromArray(SPECIES, r, r1));
    FloatVector c11 = bias1.add(FloatVector.fromArray(SPECIES, r, r1 + LANES));
    int r2 = rRows[row2 * rStep] + rShift;
    FloatVector c20 = bias0.add(FloatVector.fromArray(SPECIES, r, r2));
    FloatVector c21 = bias1.add(FloatVector.fromArray(SPECIES, r, r2 + LANES));
    int r3 = rRows[row3 * rStep] + rShift;
    FloatVector c30 = bias0.add(FloatVector.fromArray(SPECIES, r, r3));
    FloatVector c31 = bias1.add(FloatVector.fromArray(SPECIES, r, r3 + LANES));
    int r4 = rRows[row4 * rStep] + rShift;
    FloatVector c40 = bias0.add(FloatVector.fromArray(SPECIES, r, r4));
    FloatVector c41 = bias1.add(FloatVector.fromArray(SPECIES, r, r4 + LANES));
    int length = p.segmentLength();
    for (int segment : p.segments()) {
      int end = segment + length;
      for (int k = segment; k < end; k++) {
        FloatVector b0 = FloatVector.fromArray(SPECIES, b, b0At);
        FloatVector b1 = FloatVector.fromArray(SPECIES, b, b0At + LANES);
        FloatVector x0 = FloatVector.broadcast(SPECIES, a[a0 + k]);
        c00 = x0.fma(b0, c00);
        c01 = x0.fma(b1, c01);
        FloatVector x1 = FloatVector.broadcast(SPECIES, a[a1 + k]);
        c10 = x1.fma(b0, c10);
        c11 = x1.fma(b1, c11);
        FloatVector x2 = FloatVector.broadcast(SPECIES, a[a2 + k]);
        c20 = x2.fma(b0, c20);
        c21 = x2.fma(b1, c21);
        FloatVector x3 = FloatVector.broadcast(SPECIES, a[a3 + k]);
        c30 = x3.fma(b0, c30);
        c31 = x3.fma(b1, c31);
        FloatVector x4 = FloatVector.broadcast(SPECIES, a[a4 + k]);
        c40 = x4.fma(b0, c40);
        c41 = x4.fma(b1, c41);
        b0At += PANEL;
      }
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

  /** Computes six rows by one vector of a product. It repeats the last row for rows after it. */
  static void tile6x1(MatrixProduct p, int row0, int last, int panel) {
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
    int column = panel * PANEL;
    int b0At = p.packedOffset() + column * p.depth();
    int biasAt = p.biasOffset() + column;
    FloatVector bias0 = FloatVector.fromArray(SPECIES, p.bias(), biasAt);
    float[] r = p.residual().values();
    int[] rRows = p.residual().offsets();
    int rStep = p.residualStep();
    int rShift = p.residual().shift() + column * rStep;
    int r0 = rRows[row0 * rStep] + rShift;
    FloatVector c00 = bias0.add(FloatVector.fromArray(SPECIES, r, r0));
    int r1 = rRows[row1 * rStep] + rShift;
    FloatVector c10 = bias0.add(FloatVector.fromArray(SPECIES, r, r1));
    int r2 = rRows[row2 * rStep] + rShift;
    FloatVector c20 = bias0.add(FloatVector.fromArray(SPECIES, r, r2));
    int r3 = rRows[row3 * rStep] + rShift;
    FloatVector c30 = bias0.add(FloatVector.fromArray(SPECIES, r, r3));
    int r4 = rRows[row4 * rStep] + rShift;
    FloatVector c40 = bias0.add(FloatVector.fromArray(SPECIES, r, r4));
    int r5 = rRows[row5 * rStep] + rShift;
    FloatVector c50 = bias0.add(FloatVector.fromArray(SPECIES, r, r5));
    int length = p.segmentLength();
    for (int segment : p.segments()) {
      int end = segment + length;
      for (int k = segment; k < end; k++) {
        FloatVector b0 = FloatVector.fromArray(SPECIES, b, b0At);
        FloatVector x0 = FloatVector.broadcast(SPECIES, a[a0 + k]);
        c00 = x0.fma(b0, c00);
        FloatVector x1 = FloatVector.broadcast(SPECIES, a[a1 + k]);
        c10 = x1.fma(b0, c10);
        FloatVector x2 = FloatVector.broadcast(SPECIES, a[a2 + k]);
        c20 = x2.fma(b0, c20);
        FloatVector x3 = FloatVector.broadcast(SPECIES, a[a3 + k]);
        c30 = x3.fma(b0, c30);
        FloatVector x4 = FloatVector.broadcast(SPECIES, a[a4 + k]);
        c40 = x4.fma(b0, c40);
        FloatVector x5 = FloatVector.broadcast(SPECIES, a[a5 + k]);
        c50 = x5.fma(b0, c50);
        b0At += LANES;
      }
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

  /** Computes five rows by one vector of a product. It repeats the last row for rows after it. */
  static void tile5x1(MatrixProduct p, int row0, int last, int panel) {
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
    int column = panel * PANEL;
    int b0At = p.packedOffset() + column * p.depth();
    int biasAt = p.biasOffset() + column;
    FloatVector bias0 = FloatVector.fromArray(SPECIES, p.bias(), biasAt);
    float[] r = p.residual().values();
    int[] rRows = p.residual().offsets();
    int rStep = p.residualStep();
    int rShift = p.residual().shift() + column * rStep;
    int r0 = rRows[row0 * rStep] + rShift;
    FloatVector c00 = bias0.add(FloatVector.fromArray(SPECIES, r, r0));
    int r1 = rRows[row1 * rStep] + rShift;
    FloatVector c10 = bias0.add(FloatVector.fromArray(SPECIES, r, r1));
    int r2 = rRows[row2 * rStep] + rShift;
    FloatVector c20 = bias0.add(FloatVector.fromArray(SPECIES, r, r2));
    int r3 = rRows[row3 * rStep] + rShift;
    FloatVector c30 = bias0.add(FloatVector.fromArray(SPECIES, r, r3));
    int r4 = rRows[row4 * rStep] + rShift;
    FloatVector c40 = bias0.add(FloatVector.fromArray(SPECIES, r, r4));
    int length = p.segmentLength();
    for (int segment : p.segments()) {
      int end = segment + length;
      for (int k = segment; k < end; k++) {
        FloatVector b0 = FloatVector.fromArray(SPECIES, b, b0At);
        FloatVector x0 = FloatVector.broadcast(SPECIES, a[a0 + k]);
        c00 = x0.fma(b0, c00);
        FloatVector x1 = FloatVector.broadcast(SPECIES, a[a1 + k]);
        c10 = x1.fma(b0, c10);
        FloatVector x2 = FloatVector.broadcast(SPECIES, a[a2 + k]);
        c20 = x2.fma(b0, c20);
        FloatVector x3 = FloatVector.broadcast(SPECIES, a[a3 + k]);
        c30 = x3.fma(b0, c30);
        FloatVector x4 = FloatVector.broadcast(SPECIES, a[a4 + k]);
        c40 = x4.fma(b0, c40);
        b0At += LANES;
      }
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
