package org.resnext4j.engine.cpu.kernel;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShuffle;
import jdk.incubator.vector.VectorSpecies;

/**
 * The tiles of products in {@link PairedProduct}. As {@link VectorKernels}' tiles, they are hot,
 * static leaf methods that C2 keeps in registers.
 *
 * <p>Of six rows four go in pairs: in two steps of k a tile then has 16 additions and 16
 * multiplications to do where a plain one has 24 multiplications. There is no tile of five rows: it
 * would save a hundredth of a pass and cost a quarter of a second of compilation before the first.
 * Values of A are broadcast as integers: that takes a load alone, where broadcasting a float also
 * takes one of the units that multiply or add. C2 orders what is in a loop by itself, and not
 * always well: more than 12 accumulators it spills, and orders of these lines differ by what it
 * makes of them.
 */
final class PairTiles {

  private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
  private static final VectorSpecies<Integer> BITS =
      VectorSpecies.of(int.class, SPECIES.vectorShape());
  private static final int LANES = SPECIES.length();
  private static final int PANEL = MatrixProduct.PANEL_VECTORS * LANES;

  /** Brings the other value of a pair to every lane. */
  static final VectorShuffle<Float> PARTNERS = VectorShuffle.fromOp(SPECIES, lane -> lane ^ 1);

  /** Brings the other half of a vector to every lane. */
  private static final VectorShuffle<Float> HALVES =
      VectorShuffle.fromOp(SPECIES, lane -> lane ^ (LANES / 2));

  private PairTiles() {}

  static void multiply(MatrixProduct product, int first, int end, int panel) {
    for (int row = first; row < end; row += MatrixProduct.TILE_ROWS) {
      tile6x2(product, row, end - 1, panel);
    }
  }

  /** Half the sum of the products of the pairs of each row. */
  static void sumRows(MatrixProduct product, int first, int end) {
    float[] a = product.a().values();
    float[] sums = product.pairs().rowSums();
    int length = product.segmentLength();
    int whole = length / LANES * LANES;
    for (int row = first; row < end; row++) {
      int start = product.a().offsets()[row] + product.a().shift();
      FloatVector twice = FloatVector.zero(SPECIES);
      float rest = 0;
      for (int segment : product.segments()) {
        int from = start + segment;
        for (int k = from; k < from + whole; k += LANES) {
          FloatVector x = FloatVector.fromArray(SPECIES, a, k);
          twice = x.fma(x.rearrange(PARTNERS), twice);
        }
        for (int k = from + whole; k < from + length; k += 2) {
          rest = Math.fma(a[k], a[k + 1], rest);
        }
      }
      sums[row] = (sumOfPairs(twice) + rest) / 2;
    }
  }

  /**
   * Sums products of pairs, each of which stands in both of a pair's lanes. The order is spelt out:
   * {@code reduceLanes} has none.
   */
  static float sumOfPairs(FloatVector twice) {
    FloatVector folded = twice.add(twice.rearrange(HALVES));
    float sum = folded.lane(0);
    if (LANES >= 8) {
      sum += folded.lane(2);
    }
    if (LANES >= 16) {
      sum += folded.lane(4) + folded.lane(6);
    }
    return sum;
  }

  /**
   * Six rows, four of them in pairs, of one panel two vectors wide; of rows past the last, the last
   * is done again. Hot.
   */
  private static void tile6x2(MatrixProduct p, int row, int last, int panel) {
    float[] a = p.a().values();
    int[] aRows = p.a().offsets();
    int aShift = p.a().shift();
    int row1 = Math.min(row + 1, last);
    int row2 = Math.min(row + 2, last);
    int row3 = Math.min(row + 3, last);
    int row4 = Math.min(row + 4, last);
    int row5 = Math.min(row + 5, last);
    int a0 = aRows[row] + aShift;
    int a1 = aRows[row1] + aShift;
    int a2 = aRows[row2] + aShift;
    int a3 = aRows[row3] + aShift;
    int a4 = aRows[row4] + aShift;
    int a5 = aRows[row5] + aShift;
    float[] b = p.packed();
    int column = panel * PANEL;
    int bIndex = p.packedOffset() + column * p.depth();
    float[] halves = p.pairs().rowSums();
    FloatVector half0 = FloatVector.broadcast(SPECIES, halves[row]);
    FloatVector half1 = FloatVector.broadcast(SPECIES, halves[row1]);
    FloatVector half2 = FloatVector.broadcast(SPECIES, halves[row2]);
    FloatVector half3 = FloatVector.broadcast(SPECIES, halves[row3]);
    float inverseOfFactor = p.pairs().constants()[p.pairs().inverse()];
    FloatVector factor = FloatVector.broadcast(SPECIES, 1 / inverseOfFactor);
    float[] r = p.residual().values();
    int[] rRows = p.residual().offsets();
    int rStep = p.residualStep();
    int rShift = p.residual().shift() + column * rStep;
    int at = p.pairs().correction() + column;
    FloatVector correction0 = FloatVector.fromArray(SPECIES, p.pairs().constants(), at);
    FloatVector correction1 = FloatVector.fromArray(SPECIES, p.pairs().constants(), at + LANES);
    FloatVector bias0 = FloatVector.fromArray(SPECIES, p.bias(), p.biasOffset() + column);
    FloatVector bias1 = FloatVector.fromArray(SPECIES, p.bias(), p.biasOffset() + column + LANES);
    int r0 = rRows[row * rStep] + rShift;
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
        FloatVector p0 = FloatVector.fromArray(SPECIES, b, bIndex);
        FloatVector q0 = FloatVector.fromArray(SPECIES, b, bIndex + 2 * LANES);
        FloatVector x0 =
            IntVector.broadcast(BITS, Float.floatToRawIntBits(a[a0 + k])).reinterpretAsFloats();
        FloatVector y0 =
            IntVector.broadcast(BITS, Float.floatToRawIntBits(a[a0 + k + 1])).reinterpretAsFloats();
        c00 = x0.add(q0).fma(y0.add(p0), c00);
        FloatVector p1 = FloatVector.fromArray(SPECIES, b, bIndex + LANES);
        FloatVector q1 = FloatVector.fromArray(SPECIES, b, bIndex + 3 * LANES);
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
        bIndex += 2 * PANEL;
      }
    }
    FloatVector inverse = FloatVector.broadcast(SPECIES, inverseOfFactor);
    FloatVector floor = FloatVector.broadcast(SPECIES, p.floor());
    float[] c = p.c().values();
    int[] cRows = p.c().offsets();
    int cShift = p.c().shift() + column;
    int to0 = cRows[row] + cShift;
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
}
