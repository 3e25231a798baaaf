package org.resnext4j.engine.cpu;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * The kernels in the Vector API, at the machine's preferred width.
 *
 * <p>The tiles are hot: each is a static leaf method whose accumulators C2 keeps in registers. Six
 * rows by two vectors need 12 accumulators, 2 registers for B and 1 for A: they fit the 16 of AVX2,
 * and at 512 bits they reach the same 95 % of the FMA peak as larger tiles do. What must stay out
 * of them: methods of our own (C2 stops inlining in methods of this size; the Vector API's are
 * forced), branches that accumulators come out of, arrays of vectors, lambdas, masks, more live
 * vectors.
 */
final class VectorKernels implements Kernels {

  private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
  private static final int LANES = SPECIES.length();
  private static final int PANEL = MatrixProduct.PANEL_VECTORS * LANES;

  @Override
  public int lanes() {
    return LANES;
  }

  @Override
  public void multiply(MatrixProduct product, int first, int end, int panel) {
    boolean wide = (panel + 1) * MatrixProduct.PANEL_VECTORS <= product.vectors();
    int row = first;
    while (row < end) {
      int rows = MatrixProduct.tileRows(end - row);
      if (rows == MatrixProduct.TILE_ROWS) {
        if (wide) {
          tile6x2(product, row, end - 1, panel);
        } else {
          tile6x1(product, row, end - 1, panel);
        }
      } else if (wide) {
        tile5x2(product, row, end - 1, panel);
      } else {
        tile5x1(product, row, end - 1, panel);
      }
      row += rows;
    }
  }

  @Override
  public void multiplyLanes(MatrixProduct product, int first, int end) {
    int row = first;
    while (row < end) {
      int rows = MatrixProduct.tileRows(end - row);
      // All panels for one tile: its pixels then stay in the first-level cache.
      for (int panel = 0; panel < product.panels(); panel++) {
        boolean wide = (panel + 1) * MatrixProduct.PANEL_VECTORS <= product.vectors();
        if (rows == MatrixProduct.TILE_ROWS) {
          if (wide) {
            lanes6x2(product, row, end - 1, panel);
          } else {
            lanes6x1(product, row, end - 1, panel);
          }
        } else if (wide) {
          lanes5x2(product, row, end - 1, panel);
        } else {
          lanes5x1(product, row, end - 1, panel);
        }
      }
      row += rows;
    }
  }

  @Override
  public void maximum(
      float[] x,
      int from,
      int height,
      int rowStep,
      int width,
      int pixelStep,
      float[] y,
      int to,
      int vectors) {
    for (int v = 0; v < vectors * LANES; v += LANES) {
      FloatVector largest = FloatVector.fromArray(SPECIES, x, from + v);
      for (int i = 0; i < height; i++) {
        int row = from + i * rowStep + v;
        for (int j = 0; j < width; j++) {
          largest = largest.max(FloatVector.fromArray(SPECIES, x, row + j * pixelStep));
        }
      }
      largest.intoArray(y, to + v);
    }
  }

  @Override
  public void mean(
      float[] x,
      int from,
      int height,
      int rowStep,
      int width,
      int pixelStep,
      float[] y,
      int to,
      int vectors) {
    float share = 1f / (height * width);
    for (int v = 0; v < vectors * LANES; v += LANES) {
      FloatVector sum = FloatVector.zero(SPECIES);
      for (int i = 0; i < height; i++) {
        int row = from + i * rowStep + v;
        for (int j = 0; j < width; j++) {
          sum = sum.add(FloatVector.fromArray(SPECIES, x, row + j * pixelStep));
        }
      }
      sum.mul(share).intoArray(y, to + v);
    }
  }

  @Override
  public void combine(Combination p, int first, int end) {
    float[] constants = p.constants();
    FloatVector floor = FloatVector.broadcast(SPECIES, p.floor());
    Rows to = p.output();
    for (int row = first; row < end; row++) {
      int out = to.offsets()[row] + to.shift();
      for (int v = 0; v < p.vectors() * LANES; v += LANES) {
        FloatVector sum = FloatVector.zero(SPECIES);
        for (Rows input : p.inputs()) {
          int in = input.offsets()[row] + input.shift();
          sum = sum.add(FloatVector.fromArray(SPECIES, input.values(), in + v));
        }
        FloatVector scale = FloatVector.fromArray(SPECIES, constants, p.scale() + v);
        FloatVector shift = FloatVector.fromArray(SPECIES, constants, p.shift() + v);
        atLeast(floor, sum.fma(scale, shift)).intoArray(to.values(), out + v);
      }
    }
  }

  /** ReLU for a floor of 0; keeps NaN, and all there is for a floor of negative infinity. */
  private static FloatVector atLeast(FloatVector floor, FloatVector x) {
    return x.blend(floor, x.compare(VectorOperators.LT, floor));
  }

  /** Six rows of one panel two vectors wide; of rows past the last, the last is done again. */
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
    FloatVector bias0 = FloatVector.fromArray(SPECIES, p.bias(), p.biasOffset() + column);
    FloatVector bias1 = FloatVector.fromArray(SPECIES, p.bias(), p.biasOffset() + column + LANES);
    // Without a residual every row starts from one and the same row of zeros: no branch here, for
    // accumulators that come together from two branches would be boxed.
    float[] r = p.residual().values();
    int[] rRows = p.residual().offsets();
    int rStep = p.residualStep();
    int rShift = p.residual().shift() + column * rStep;
    int r0 = rRows[row * rStep] + rShift;
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
        FloatVector b0 = FloatVector.fromArray(SPECIES, b, bIndex);
        FloatVector b1 = FloatVector.fromArray(SPECIES, b, bIndex + LANES);
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
        bIndex += PANEL;
      }
    }
    FloatVector floor = FloatVector.broadcast(SPECIES, p.floor());
    float[] c = p.c().values();
    int[] cRows = p.c().offsets();
    int cShift = p.c().shift() + column;
    int to0 = cRows[row] + cShift;
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

  /** Five rows of one panel two vectors wide; of rows past the last, the last is done again. */
  private static void tile5x2(MatrixProduct p, int row, int last, int panel) {
    float[] a = p.a().values();
    int[] aRows = p.a().offsets();
    int aShift = p.a().shift();
    int row1 = Math.min(row + 1, last);
    int row2 = Math.min(row + 2, last);
    int row3 = Math.min(row + 3, last);
    int row4 = Math.min(row + 4, last);
    int a0 = aRows[row] + aShift;
    int a1 = aRows[row1] + aShift;
    int a2 = aRows[row2] + aShift;
    int a3 = aRows[row3] + aShift;
    int a4 = aRows[row4] + aShift;
    float[] b = p.packed();
    int column = panel * PANEL;
    int bIndex = p.packedOffset() + column * p.depth();
    FloatVector bias0 = FloatVector.fromArray(SPECIES, p.bias(), p.biasOffset() + column);
    FloatVector bias1 = FloatVector.fromArray(SPECIES, p.bias(), p.biasOffset() + column + LANES);
    // Without a residual every row starts from one and the same row of zeros: no branch here, for
    // accumulators that come together from two branches would be boxed.
    float[] r = p.residual().values();
    int[] rRows = p.residual().offsets();
    int rStep = p.residualStep();
    int rShift = p.residual().shift() + column * rStep;
    int r0 = rRows[row * rStep] + rShift;
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
        FloatVector b0 = FloatVector.fromArray(SPECIES, b, bIndex);
        FloatVector b1 = FloatVector.fromArray(SPECIES, b, bIndex + LANES);
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
        bIndex += PANEL;
      }
    }
    FloatVector floor = FloatVector.broadcast(SPECIES, p.floor());
    float[] c = p.c().values();
    int[] cRows = p.c().offsets();
    int cShift = p.c().shift() + column;
    int to0 = cRows[row] + cShift;
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

  /** Six rows of one panel one vector wide; of rows past the last, the last is done again. */
  private static void tile6x1(MatrixProduct p, int row, int last, int panel) {
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
    FloatVector bias0 = FloatVector.fromArray(SPECIES, p.bias(), p.biasOffset() + column);
    // Without a residual every row starts from one and the same row of zeros: no branch here, for
    // accumulators that come together from two branches would be boxed.
    float[] r = p.residual().values();
    int[] rRows = p.residual().offsets();
    int rStep = p.residualStep();
    int rShift = p.residual().shift() + column * rStep;
    int r0 = rRows[row * rStep] + rShift;
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
        FloatVector b0 = FloatVector.fromArray(SPECIES, b, bIndex);
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
        bIndex += LANES;
      }
    }
    FloatVector floor = FloatVector.broadcast(SPECIES, p.floor());
    float[] c = p.c().values();
    int[] cRows = p.c().offsets();
    int cShift = p.c().shift() + column;
    int to0 = cRows[row] + cShift;
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

  /** Five rows of one panel one vector wide; of rows past the last, the last is done again. */
  private static void tile5x1(MatrixProduct p, int row, int last, int panel) {
    float[] a = p.a().values();
    int[] aRows = p.a().offsets();
    int aShift = p.a().shift();
    int row1 = Math.min(row + 1, last);
    int row2 = Math.min(row + 2, last);
    int row3 = Math.min(row + 3, last);
    int row4 = Math.min(row + 4, last);
    int a0 = aRows[row] + aShift;
    int a1 = aRows[row1] + aShift;
    int a2 = aRows[row2] + aShift;
    int a3 = aRows[row3] + aShift;
    int a4 = aRows[row4] + aShift;
    float[] b = p.packed();
    int column = panel * PANEL;
    int bIndex = p.packedOffset() + column * p.depth();
    FloatVector bias0 = FloatVector.fromArray(SPECIES, p.bias(), p.biasOffset() + column);
    // Without a residual every row starts from one and the same row of zeros: no branch here, for
    // accumulators that come together from two branches would be boxed.
    float[] r = p.residual().values();
    int[] rRows = p.residual().offsets();
    int rStep = p.residualStep();
    int rShift = p.residual().shift() + column * rStep;
    int r0 = rRows[row * rStep] + rShift;
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
        FloatVector b0 = FloatVector.fromArray(SPECIES, b, bIndex);
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
        bIndex += LANES;
      }
    }
    FloatVector floor = FloatVector.broadcast(SPECIES, p.floor());
    float[] c = p.c().values();
    int[] cRows = p.c().offsets();
    int cShift = p.c().shift() + column;
    int to0 = cRows[row] + cShift;
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

  /** Six pixels of one panel two vectors wide; of pixels past the last, the last is done again. */
  private static void lanes6x2(MatrixProduct p, int row, int last, int panel) {
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
    FloatVector bias0 = FloatVector.fromArray(SPECIES, p.bias(), p.biasOffset() + column);
    FloatVector bias1 = FloatVector.fromArray(SPECIES, p.bias(), p.biasOffset() + column + LANES);
    // Without a residual every row starts from one and the same row of zeros: no branch here, for
    // accumulators that come together from two branches would be boxed.
    float[] r = p.residual().values();
    int[] rRows = p.residual().offsets();
    int rStep = p.residualStep();
    int rShift = p.residual().shift() + column * rStep;
    int r0 = rRows[row * rStep] + rShift;
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
    int length = p.segmentLength() * LANES;
    for (int segment : p.segments()) {
      int end = segment + length;
      for (int k = segment; k < end; k += LANES) {
        FloatVector b0 = FloatVector.fromArray(SPECIES, b, bIndex);
        FloatVector b1 = FloatVector.fromArray(SPECIES, b, bIndex + LANES);
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
        bIndex += PANEL;
      }
    }
    FloatVector floor = FloatVector.broadcast(SPECIES, p.floor());
    float[] c = p.c().values();
    int[] cRows = p.c().offsets();
    int cShift = p.c().shift() + column;
    int to0 = cRows[row] + cShift;
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

  /** Five pixels of one panel two vectors wide; of pixels past the last, the last is done again. */
  private static void lanes5x2(MatrixProduct p, int row, int last, int panel) {
    float[] a = p.a().values();
    int[] aRows = p.a().offsets();
    int aShift = p.a().shift();
    int row1 = Math.min(row + 1, last);
    int row2 = Math.min(row + 2, last);
    int row3 = Math.min(row + 3, last);
    int row4 = Math.min(row + 4, last);
    int a0 = aRows[row] + aShift;
    int a1 = aRows[row1] + aShift;
    int a2 = aRows[row2] + aShift;
    int a3 = aRows[row3] + aShift;
    int a4 = aRows[row4] + aShift;
    float[] b = p.packed();
    int column = panel * PANEL;
    int bIndex = p.packedOffset() + column * p.depth();
    FloatVector bias0 = FloatVector.fromArray(SPECIES, p.bias(), p.biasOffset() + column);
    FloatVector bias1 = FloatVector.fromArray(SPECIES, p.bias(), p.biasOffset() + column + LANES);
    // Without a residual every row starts from one and the same row of zeros: no branch here, for
    // accumulators that come together from two branches would be boxed.
    float[] r = p.residual().values();
    int[] rRows = p.residual().offsets();
    int rStep = p.residualStep();
    int rShift = p.residual().shift() + column * rStep;
    int r0 = rRows[row * rStep] + rShift;
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
    int length = p.segmentLength() * LANES;
    for (int segment : p.segments()) {
      int end = segment + length;
      for (int k = segment; k < end; k += LANES) {
        FloatVector b0 = FloatVector.fromArray(SPECIES, b, bIndex);
        FloatVector b1 = FloatVector.fromArray(SPECIES, b, bIndex + LANES);
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
        bIndex += PANEL;
      }
    }
    FloatVector floor = FloatVector.broadcast(SPECIES, p.floor());
    float[] c = p.c().values();
    int[] cRows = p.c().offsets();
    int cShift = p.c().shift() + column;
    int to0 = cRows[row] + cShift;
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

  /** Six pixels of one panel one vector wide; of pixels past the last, the last is done again. */
  private static void lanes6x1(MatrixProduct p, int row, int last, int panel) {
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
    FloatVector bias0 = FloatVector.fromArray(SPECIES, p.bias(), p.biasOffset() + column);
    // Without a residual every row starts from one and the same row of zeros: no branch here, for
    // accumulators that come together from two branches would be boxed.
    float[] r = p.residual().values();
    int[] rRows = p.residual().offsets();
    int rStep = p.residualStep();
    int rShift = p.residual().shift() + column * rStep;
    int r0 = rRows[row * rStep] + rShift;
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
    int length = p.segmentLength() * LANES;
    for (int segment : p.segments()) {
      int end = segment + length;
      for (int k = segment; k < end; k += LANES) {
        FloatVector b0 = FloatVector.fromArray(SPECIES, b, bIndex);
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
        bIndex += LANES;
      }
    }
    FloatVector floor = FloatVector.broadcast(SPECIES, p.floor());
    float[] c = p.c().values();
    int[] cRows = p.c().offsets();
    int cShift = p.c().shift() + column;
    int to0 = cRows[row] + cShift;
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

  /** Five pixels of one panel one vector wide; of pixels past the last, the last is done again. */
  private static void lanes5x1(MatrixProduct p, int row, int last, int panel) {
    float[] a = p.a().values();
    int[] aRows = p.a().offsets();
    int aShift = p.a().shift();
    int row1 = Math.min(row + 1, last);
    int row2 = Math.min(row + 2, last);
    int row3 = Math.min(row + 3, last);
    int row4 = Math.min(row + 4, last);
    int a0 = aRows[row] + aShift;
    int a1 = aRows[row1] + aShift;
    int a2 = aRows[row2] + aShift;
    int a3 = aRows[row3] + aShift;
    int a4 = aRows[row4] + aShift;
    float[] b = p.packed();
    int column = panel * PANEL;
    int bIndex = p.packedOffset() + column * p.depth();
    FloatVector bias0 = FloatVector.fromArray(SPECIES, p.bias(), p.biasOffset() + column);
    // Without a residual every row starts from one and the same row of zeros: no branch here, for
    // accumulators that come together from two branches would be boxed.
    float[] r = p.residual().values();
    int[] rRows = p.residual().offsets();
    int rStep = p.residualStep();
    int rShift = p.residual().shift() + column * rStep;
    int r0 = rRows[row * rStep] + rShift;
    FloatVector c00 = bias0.add(FloatVector.fromArray(SPECIES, r, r0));
    int r1 = rRows[row1 * rStep] + rShift;
    FloatVector c10 = bias0.add(FloatVector.fromArray(SPECIES, r, r1));
    int r2 = rRows[row2 * rStep] + rShift;
    FloatVector c20 = bias0.add(FloatVector.fromArray(SPECIES, r, r2));
    int r3 = rRows[row3 * rStep] + rShift;
    FloatVector c30 = bias0.add(FloatVector.fromArray(SPECIES, r, r3));
    int r4 = rRows[row4 * rStep] + rShift;
    FloatVector c40 = bias0.add(FloatVector.fromArray(SPECIES, r, r4));
    int length = p.segmentLength() * LANES;
    for (int segment : p.segments()) {
      int end = segment + length;
      for (int k = segment; k < end; k += LANES) {
        FloatVector b0 = FloatVector.fromArray(SPECIES, b, bIndex);
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
        bIndex += LANES;
      }
    }
    FloatVector floor = FloatVector.broadcast(SPECIES, p.floor());
    float[] c = p.c().values();
    int[] cRows = p.c().offsets();
    int cShift = p.c().shift() + column;
    int to0 = cRows[row] + cShift;
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
