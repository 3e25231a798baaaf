// build/Tiles.java generates this file: change that program and run `mvn -N verify -Ptiles`.
package org.resnext4j.engine.cpu.kernel;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * Tiles of products in pairs ({@link PairedProduct}). {@link Kernels#multiply} and {@link
 * PairedGemm} use them.
 *
 * <p>A tile computes four of its six rows in pairs. Two steps of k then take 16 additions and 16
 * multiply-adds; a plain tile takes 24 multiply-adds. C2 spills more than 12 accumulators. A tile
 * of five rows would save a hundredth of a pass, and its compilation would cost a quarter of a
 * second before the first pass.
 */
final class PairTiles {

  private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
  private static final VectorSpecies<Integer> BITS =
      VectorSpecies.of(int.class, SPECIES.vectorShape());
  private static final int LANES = SPECIES.length();
  private static final int PANEL = MatrixProduct.PANEL_VECTORS * LANES;

  private PairTiles() {}

  /**
   * Computes six rows by two vectors of a product, with four rows in pairs. It repeats the last row
   * for rows after it.
   */
  static void product6x2(MatrixProduct p, int row0, int last, int panel) {
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
    int bAt = p.packedOffset() + column * p.depth();
    float[] halves = p.pairs().rowSums();
    FloatVector half0 = FloatVector.broadcast(SPECIES, halves[row0]);
    FloatVector half1 = FloatVector.broadcast(SPECIES, halves[row1]);
    FloatVector half2 = FloatVector.broadcast(SPECIES, halves[row2]);
    FloatVector half3 = FloatVector.broadcast(SPECIES, halves[row3]);
    float inverseOfFactor = p.pairs().constants()[p.pairs().inverse()];
    FloatVector factor = FloatVector.broadcast(SPECIES, 1 / inverseOfFactor);
    float[] r = p.residual().values();
    int[] rRows = p.residual().offsets();
    int rStep = p.residualStep();
    int rShift = p.residual().shift() + column * rStep;
    int correctionAt = p.pairs().correction() + column;
    FloatVector correction0 = FloatVector.fromArray(SPECIES, p.pairs().constants(), correctionAt);
    FloatVector correction1 =
        FloatVector.fromArray(SPECIES, p.pairs().constants(), correctionAt + LANES);
    int biasAt = p.biasOffset() + column;
    FloatVector bias0 = FloatVector.fromArray(SPECIES, p.bias(), biasAt);
    FloatVector bias1 = FloatVector.fromArray(SPECIES, p.bias(), biasAt + LANES);
    int r0 = rRows[row0 * rStep] + rShift;
    FloatVector c00 = factor.mul(correction0.add(FloatVector.fromArray(SPECIES, r, r0))).sub(half0);
    FloatVector c01 =
        factor.mul(correction1.add(FloatVector.fromArray(SPECIES, r, r0 + LANES))).sub(half0);
    int r1 = rRows[row1 * rStep] + rShift;
    FloatVector c10 = factor.mul(correction0.add(FloatVector.fromArray(SPECIES, r, r1))).sub(half1);
    FloatVector c11 =
        factor.mul(correction1.add(FloatVector.fromArray(SPECIES, r, r1 + LANES))).sub(half1);
    int r2 = rRows[row2 * rStep] + rShift;
    FloatVector c20 = factor.mul(correction0.add(FloatVector.fromArray(SPECIES, r, r2))).sub(half2);
    FloatVector c21 =
        factor.mul(correction1.add(FloatVector.fromArray(SPECIES, r, r2 + LANES))).sub(half2);
    int r3 = rRows[row3 * rStep] + rShift;
    FloatVector c30 = factor.mul(correction0.add(FloatVector.fromArray(SPECIES, r, r3))).sub(half3);
    FloatVector c31 =
        factor.mul(correction1.add(FloatVector.fromArray(SPECIES, r, r3 + LANES))).sub(half3);
    int r4 = rRows[row4 * rStep] + rShift;
    FloatVector c40 = factor.mul(bias0.add(FloatVector.fromArray(SPECIES, r, r4)));
    FloatVector c41 = factor.mul(bias1.add(FloatVector.fromArray(SPECIES, r, r4 + LANES)));
    int r5 = rRows[row5 * rStep] + rShift;
    FloatVector c50 = factor.mul(bias0.add(FloatVector.fromArray(SPECIES, r, r5)));
    FloatVector c51 = factor.mul(bias1.add(FloatVector.fromArray(SPECIES, r, r5 + LANES)));
    int length = p.segmentLength();
    for (int segment : p.segments()) {
      int end = segment + length;
      for (int k = segment; k < end; k += 2) {
        FloatVector p0 = FloatVector.fromArray(SPECIES, b, bAt);
        FloatVector q0 = FloatVector.fromArray(SPECIES, b, bAt + PANEL);
        FloatVector x0 =
            IntVector.broadcast(BITS, Float.floatToRawIntBits(a[a0 + k])).reinterpretAsFloats();
        FloatVector y0 =
            IntVector.broadcast(BITS, Float.floatToRawIntBits(a[a0 + k + 1])).reinterpretAsFloats();
        c00 = x0.add(q0).fma(y0.add(p0), c00);
        FloatVector p1 = FloatVector.fromArray(SPECIES, b, bAt + LANES);
        FloatVector q1 = FloatVector.fromArray(SPECIES, b, bAt + PANEL + LANES);
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
        bAt += 2 * PANEL;
      }
    }
    FloatVector inverse = FloatVector.broadcast(SPECIES, inverseOfFactor);
    FloatVector floor = FloatVector.broadcast(SPECIES, p.floor());
    float[] c = p.c().values();
    int[] cRows = p.c().offsets();
    int cShift = p.c().shift() + column;
    int to0 = cRows[row0] + cShift;
    c00 = inverse.mul(c00.sub(half0));
    c00.blend(floor, c00.compare(VectorOperators.LT, floor)).intoArray(c, to0);
    c01 = inverse.mul(c01.sub(half0));
    c01.blend(floor, c01.compare(VectorOperators.LT, floor)).intoArray(c, to0 + LANES);
    int to1 = cRows[row1] + cShift;
    c10 = inverse.mul(c10.sub(half1));
    c10.blend(floor, c10.compare(VectorOperators.LT, floor)).intoArray(c, to1);
    c11 = inverse.mul(c11.sub(half1));
    c11.blend(floor, c11.compare(VectorOperators.LT, floor)).intoArray(c, to1 + LANES);
    int to2 = cRows[row2] + cShift;
    c20 = inverse.mul(c20.sub(half2));
    c20.blend(floor, c20.compare(VectorOperators.LT, floor)).intoArray(c, to2);
    c21 = inverse.mul(c21.sub(half2));
    c21.blend(floor, c21.compare(VectorOperators.LT, floor)).intoArray(c, to2 + LANES);
    int to3 = cRows[row3] + cShift;
    c30 = inverse.mul(c30.sub(half3));
    c30.blend(floor, c30.compare(VectorOperators.LT, floor)).intoArray(c, to3);
    c31 = inverse.mul(c31.sub(half3));
    c31.blend(floor, c31.compare(VectorOperators.LT, floor)).intoArray(c, to3 + LANES);
    int to4 = cRows[row4] + cShift;
    c40 = inverse.mul(c40);
    c40.blend(floor, c40.compare(VectorOperators.LT, floor)).intoArray(c, to4);
    c41 = inverse.mul(c41);
    c41.blend(floor, c41.compare(VectorOperators.LT, floor)).intoArray(c, to4 + LANES);
    int to5 = cRows[row5] + cShift;
    c50 = inverse.mul(c50);
    c50.blend(floor, c50.compare(VectorOperators.LT, floor)).intoArray(c, to5);
    c51 = inverse.mul(c51);
    c51.blend(floor, c51.compare(VectorOperators.LT, floor)).intoArray(c, to5 + LANES);
  }

  /**
   * Multiplies six rows of A by a panel of two vectors, with four rows in pairs. The values of a
   * row are contiguous.
   */
  static void rows6x2(
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
    int bAt = bOffset;
    for (int k = 0; k < depth; k += 2) {
      FloatVector p0 = FloatVector.fromArray(SPECIES, b, bAt);
      FloatVector q0 = FloatVector.fromArray(SPECIES, b, bAt + PANEL);
      FloatVector x0 =
          IntVector.broadcast(BITS, Float.floatToRawIntBits(a[a0 + k])).reinterpretAsFloats();
      FloatVector y0 =
          IntVector.broadcast(BITS, Float.floatToRawIntBits(a[a0 + k + 1])).reinterpretAsFloats();
      c00 = x0.add(q0).fma(y0.add(p0), c00);
      FloatVector p1 = FloatVector.fromArray(SPECIES, b, bAt + LANES);
      FloatVector q1 = FloatVector.fromArray(SPECIES, b, bAt + PANEL + LANES);
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
      bAt += 2 * PANEL;
    }
    // The sums are read again, because C2 would spill them in the loop.
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
    int at = cOffset;
    c00.intoArray(c, at);
    c01.intoArray(c, at + LANES);
    at += cRow;
    c10.intoArray(c, at);
    c11.intoArray(c, at + LANES);
    at += cRow;
    c20.intoArray(c, at);
    c21.intoArray(c, at + LANES);
    at += cRow;
    c30.intoArray(c, at);
    c31.intoArray(c, at + LANES);
    at += cRow;
    c40.intoArray(c, at);
    c41.intoArray(c, at + LANES);
    at += cRow;
    c50.intoArray(c, at);
    c51.intoArray(c, at + LANES);
  }

  /**
   * Multiplies six columns of A by a panel of two vectors, with four columns in pairs. The distance
   * of a column's values is {@code aStep}.
   */
  static void columns6x2(
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
    int bAt = bOffset;
    for (int k = 0; k < depth; k += 2) {
      FloatVector p0 = FloatVector.fromArray(SPECIES, b, bAt);
      FloatVector q0 = FloatVector.fromArray(SPECIES, b, bAt + PANEL);
      FloatVector x0 =
          IntVector.broadcast(BITS, Float.floatToRawIntBits(a[ax])).reinterpretAsFloats();
      FloatVector y0 =
          IntVector.broadcast(BITS, Float.floatToRawIntBits(a[ay])).reinterpretAsFloats();
      c00 = x0.add(q0).fma(y0.add(p0), c00);
      FloatVector p1 = FloatVector.fromArray(SPECIES, b, bAt + LANES);
      FloatVector q1 = FloatVector.fromArray(SPECIES, b, bAt + PANEL + LANES);
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
      bAt += 2 * PANEL;
    }
    // The sums are read again, because C2 would spill them in the loop.
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
    int at = cOffset;
    if (accumulate) {
      c00.add(FloatVector.fromArray(SPECIES, c, at)).intoArray(c, at);
      c01.add(FloatVector.fromArray(SPECIES, c, at + LANES)).intoArray(c, at + LANES);
      at += cRow;
      c10.add(FloatVector.fromArray(SPECIES, c, at)).intoArray(c, at);
      c11.add(FloatVector.fromArray(SPECIES, c, at + LANES)).intoArray(c, at + LANES);
      at += cRow;
      c20.add(FloatVector.fromArray(SPECIES, c, at)).intoArray(c, at);
      c21.add(FloatVector.fromArray(SPECIES, c, at + LANES)).intoArray(c, at + LANES);
      at += cRow;
      c30.add(FloatVector.fromArray(SPECIES, c, at)).intoArray(c, at);
      c31.add(FloatVector.fromArray(SPECIES, c, at + LANES)).intoArray(c, at + LANES);
      at += cRow;
      c40.add(FloatVector.fromArray(SPECIES, c, at)).intoArray(c, at);
      c41.add(FloatVector.fromArray(SPECIES, c, at + LANES)).intoArray(c, at + LANES);
      at += cRow;
      c50.add(FloatVector.fromArray(SPECIES, c, at)).intoArray(c, at);
      c51.add(FloatVector.fromArray(SPECIES, c, at + LANES)).intoArray(c, at + LANES);
    } else {
      c00.intoArray(c, at);
      c01.intoArray(c, at + LANES);
      at += cRow;
      c10.intoArray(c, at);
      c11.intoArray(c, at + LANES);
      at += cRow;
      c20.intoArray(c, at);
      c21.intoArray(c, at + LANES);
      at += cRow;
      c30.intoArray(c, at);
      c31.intoArray(c, at + LANES);
      at += cRow;
      c40.intoArray(c, at);
      c41.intoArray(c, at + LANES);
      at += cRow;
      c50.intoArray(c, at);
      c51.intoArray(c, at + LANES);
    }
  }
}
