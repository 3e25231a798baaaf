// build/Tiles.java generates this file: change that program and run `mvn -N verify -Ptiles`.
package org.resnext4j.engine.cpu.kernel;

/**
 * Tiles of {@link ScalarKernels}: matrix products without the Vector API.
 *
 * <p>Three rows by four columns have 12 sums. They hide the latency of multiply-adds and fit 16
 * registers.
 */
final class PlainTiles {

  private PlainTiles() {}

  /** Calls the smallest tile that has at least the given rows and vectors. */
  static void tile(
      int tileRows,
      int tileVectors,
      MatrixProduct p,
      int row0,
      int last,
      int aOffset,
      int aStep,
      int bOffset,
      int bStep,
      int column,
      int columnStep) {
    if (tileVectors <= 1) {
      {
        tile3x1(p, row0, last, aOffset, aStep, bOffset, bStep, column, columnStep);
      }
    } else if (tileVectors <= 2) {
      {
        tile3x2(p, row0, last, aOffset, aStep, bOffset, bStep, column, columnStep);
      }
    } else {
      {
        tile3x4(p, row0, last, aOffset, aStep, bOffset, bStep, column, columnStep);
      }
    }
  }

  /**
   * Computes three rows by four columns of a product. It repeats the last row for rows after it.
   */
  static void tile3x4(
      MatrixProduct p,
      int row0,
      int last,
      int aOffset,
      int aStep,
      int bOffset,
      int bStep,
      int column,
      int columnStep) {
    float[] a = p.a().values();
    int[] aRows = p.a().offsets();
    int aShift = p.a().shift();
    int row1 = Math.min(row0 + 1, last);
    int row2 = Math.min(row0 + 2, last);
    int a0 = aRows[row0] + aShift;
    int a1 = aRows[row1] + aShift;
    int a2 = aRows[row2] + aShift;
    float[] b = p.packed();
    float[] bias = p.bias();
    float[] r = p.residual().values();
    int[] rRows = p.residual().offsets();
    int rStep = p.residualStep();
    int rShift = p.residual().shift();
    int column0 = column;
    int column1 = column + columnStep;
    int column2 = column + 2 * columnStep;
    int column3 = column + 3 * columnStep;
    int r0 = rRows[row0 * rStep] + rShift;
    float c00 = bias[p.biasOffset() + column0] + r[r0 + column0 * rStep];
    float c01 = bias[p.biasOffset() + column1] + r[r0 + column1 * rStep];
    float c02 = bias[p.biasOffset() + column2] + r[r0 + column2 * rStep];
    float c03 = bias[p.biasOffset() + column3] + r[r0 + column3 * rStep];
    int r1 = rRows[row1 * rStep] + rShift;
    float c10 = bias[p.biasOffset() + column0] + r[r1 + column0 * rStep];
    float c11 = bias[p.biasOffset() + column1] + r[r1 + column1 * rStep];
    float c12 = bias[p.biasOffset() + column2] + r[r1 + column2 * rStep];
    float c13 = bias[p.biasOffset() + column3] + r[r1 + column3 * rStep];
    int r2 = rRows[row2 * rStep] + rShift;
    float c20 = bias[p.biasOffset() + column0] + r[r2 + column0 * rStep];
    float c21 = bias[p.biasOffset() + column1] + r[r2 + column1 * rStep];
    float c22 = bias[p.biasOffset() + column2] + r[r2 + column2 * rStep];
    float c23 = bias[p.biasOffset() + column3] + r[r2 + column3 * rStep];
    int length = p.segmentLength();
    int bAt = bOffset;
    for (int segment : p.segments()) {
      int k = segment + aOffset;
      for (int step = 0; step < length; step++) {
        float b0 = b[bAt];
        float b1 = b[bAt + columnStep];
        float b2 = b[bAt + 2 * columnStep];
        float b3 = b[bAt + 3 * columnStep];
        float x0 = a[a0 + k];
        c00 = Math.fma(x0, b0, c00);
        c01 = Math.fma(x0, b1, c01);
        c02 = Math.fma(x0, b2, c02);
        c03 = Math.fma(x0, b3, c03);
        float x1 = a[a1 + k];
        c10 = Math.fma(x1, b0, c10);
        c11 = Math.fma(x1, b1, c11);
        c12 = Math.fma(x1, b2, c12);
        c13 = Math.fma(x1, b3, c13);
        float x2 = a[a2 + k];
        c20 = Math.fma(x2, b0, c20);
        c21 = Math.fma(x2, b1, c21);
        c22 = Math.fma(x2, b2, c22);
        c23 = Math.fma(x2, b3, c23);
        k += aStep;
        bAt += bStep;
      }
    }
    float floor = p.floor();
    float[] c = p.c().values();
    int[] cRows = p.c().offsets();
    int cShift = p.c().shift();
    int to0 = cRows[row0] + cShift;
    c[to0 + column0] = c00 < floor ? floor : c00;
    c[to0 + column1] = c01 < floor ? floor : c01;
    c[to0 + column2] = c02 < floor ? floor : c02;
    c[to0 + column3] = c03 < floor ? floor : c03;
    int to1 = cRows[row1] + cShift;
    c[to1 + column0] = c10 < floor ? floor : c10;
    c[to1 + column1] = c11 < floor ? floor : c11;
    c[to1 + column2] = c12 < floor ? floor : c12;
    c[to1 + column3] = c13 < floor ? floor : c13;
    int to2 = cRows[row2] + cShift;
    c[to2 + column0] = c20 < floor ? floor : c20;
    c[to2 + column1] = c21 < floor ? floor : c21;
    c[to2 + column2] = c22 < floor ? floor : c22;
    c[to2 + column3] = c23 < floor ? floor : c23;
  }

  /** Computes three rows by two columns of a product. It repeats the last row for rows after it. */
  static void tile3x2(
      MatrixProduct p,
      int row0,
      int last,
      int aOffset,
      int aStep,
      int bOffset,
      int bStep,
      int column,
      int columnStep) {
    float[] a = p.a().values();
    int[] aRows = p.a().offsets();
    int aShift = p.a().shift();
    int row1 = Math.min(row0 + 1, last);
    int row2 = Math.min(row0 + 2, last);
    int a0 = aRows[row0] + aShift;
    int a1 = aRows[row1] + aShift;
    int a2 = aRows[row2] + aShift;
    float[] b = p.packed();
    float[] bias = p.bias();
    float[] r = p.residual().values();
    int[] rRows = p.residual().offsets();
    int rStep = p.residualStep();
    int rShift = p.residual().shift();
    int column0 = column;
    int column1 = column + columnStep;
    int r0 = rRows[row0 * rStep] + rShift;
    float c00 = bias[p.biasOffset() + column0] + r[r0 + column0 * rStep];
    float c01 = bias[p.biasOffset() + column1] + r[r0 + column1 * rStep];
    int r1 = rRows[row1 * rStep] + rShift;
    float c10 = bias[p.biasOffset() + column0] + r[r1 + column0 * rStep];
    float c11 = bias[p.biasOffset() + column1] + r[r1 + column1 * rStep];
    int r2 = rRows[row2 * rStep] + rShift;
    float c20 = bias[p.biasOffset() + column0] + r[r2 + column0 * rStep];
    float c21 = bias[p.biasOffset() + column1] + r[r2 + column1 * rStep];
    int length = p.segmentLength();
    int bAt = bOffset;
    for (int segment : p.segments()) {
      int k = segment + aOffset;
      for (int step = 0; step < length; step++) {
        float b0 = b[bAt];
        float b1 = b[bAt + columnStep];
        float x0 = a[a0 + k];
        c00 = Math.fma(x0, b0, c00);
        c01 = Math.fma(x0, b1, c01);
        float x1 = a[a1 + k];
        c10 = Math.fma(x1, b0, c10);
        c11 = Math.fma(x1, b1, c11);
        float x2 = a[a2 + k];
        c20 = Math.fma(x2, b0, c20);
        c21 = Math.fma(x2, b1, c21);
        k += aStep;
        bAt += bStep;
      }
    }
    float floor = p.floor();
    float[] c = p.c().values();
    int[] cRows = p.c().offsets();
    int cShift = p.c().shift();
    int to0 = cRows[row0] + cShift;
    c[to0 + column0] = c00 < floor ? floor : c00;
    c[to0 + column1] = c01 < floor ? floor : c01;
    int to1 = cRows[row1] + cShift;
    c[to1 + column0] = c10 < floor ? floor : c10;
    c[to1 + column1] = c11 < floor ? floor : c11;
    int to2 = cRows[row2] + cShift;
    c[to2 + column0] = c20 < floor ? floor : c20;
    c[to2 + column1] = c21 < floor ? floor : c21;
  }

  /** Computes three rows by one column of a product. It repeats the last row for rows after it. */
  static void tile3x1(
      MatrixProduct p,
      int row0,
      int last,
      int aOffset,
      int aStep,
      int bOffset,
      int bStep,
      int column,
      int columnStep) {
    float[] a = p.a().values();
    int[] aRows = p.a().offsets();
    int aShift = p.a().shift();
    int row1 = Math.min(row0 + 1, last);
    int row2 = Math.min(row0 + 2, last);
    int a0 = aRows[row0] + aShift;
    int a1 = aRows[row1] + aShift;
    int a2 = aRows[row2] + aShift;
    float[] b = p.packed();
    float[] bias = p.bias();
    float[] r = p.residual().values();
    int[] rRows = p.residual().offsets();
    int rStep = p.residualStep();
    int rShift = p.residual().shift();
    int column0 = column;
    int r0 = rRows[row0 * rStep] + rShift;
    float c00 = bias[p.biasOffset() + column0] + r[r0 + column0 * rStep];
    int r1 = rRows[row1 * rStep] + rShift;
    float c10 = bias[p.biasOffset() + column0] + r[r1 + column0 * rStep];
    int r2 = rRows[row2 * rStep] + rShift;
    float c20 = bias[p.biasOffset() + column0] + r[r2 + column0 * rStep];
    int length = p.segmentLength();
    int bAt = bOffset;
    for (int segment : p.segments()) {
      int k = segment + aOffset;
      for (int step = 0; step < length; step++) {
        float b0 = b[bAt];
        float x0 = a[a0 + k];
        c00 = Math.fma(x0, b0, c00);
        float x1 = a[a1 + k];
        c10 = Math.fma(x1, b0, c10);
        float x2 = a[a2 + k];
        c20 = Math.fma(x2, b0, c20);
        k += aStep;
        bAt += bStep;
      }
    }
    float floor = p.floor();
    float[] c = p.c().values();
    int[] cRows = p.c().offsets();
    int cShift = p.c().shift();
    int to0 = cRows[row0] + cShift;
    c[to0 + column0] = c00 < floor ? floor : c00;
    int to1 = cRows[row1] + cShift;
    c[to1 + column0] = c10 < floor ? floor : c10;
    int to2 = cRows[row2] + cShift;
    c[to2 + column0] = c20 < floor ? floor : c20;
  }
}
