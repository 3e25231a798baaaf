// build/Tiles.java generates this file: change that program and run `mvn -N verify -Ptiles`.
package org.resnext4j.engine.cpu.kernel;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/** Tiles of {@link StridedGemm}: matrix products of training. */
final class StridedTiles {

  private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
  private static final int LANES = SPECIES.length();

  private StridedTiles() {}

  /** Calls the smallest tile that has at least the given rows and vectors. */
  static void tile(
      int tileRows,
      int tileVectors,
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
    if (tileVectors <= 1) {
      {
        tile6x1(a, aOffset, aRow, aStep, b, bOffset, bStep, c, cOffset, cRow, depth, accumulate);
      }
    } else if (tileVectors <= 2) {
      {
        tile6x2(a, aOffset, aRow, aStep, b, bOffset, bStep, c, cOffset, cRow, depth, accumulate);
      }
    } else {
      {
        tile6x4(a, aOffset, aRow, aStep, b, bOffset, bStep, c, cOffset, cRow, depth, accumulate);
      }
    }
  }

  /** Multiplies six rows of A by four vectors of B. */
  static void tile6x4(
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
    int bAt = bOffset;
    for (int k = 0; k < depth; k++) {
      FloatVector b0 = FloatVector.fromArray(SPECIES, b, bAt);
      FloatVector b1 = FloatVector.fromArray(SPECIES, b, bAt + LANES);
      FloatVector b2 = FloatVector.fromArray(SPECIES, b, bAt + 2 * LANES);
      FloatVector b3 = FloatVector.fromArray(SPECIES, b, bAt + 3 * LANES);
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
      bAt += bStep;
    }
    int at = cOffset;
    if (accumulate) {
      c00.add(FloatVector.fromArray(SPECIES, c, at)).intoArray(c, at);
      c01.add(FloatVector.fromArray(SPECIES, c, at + LANES)).intoArray(c, at + LANES);
      c02.add(FloatVector.fromArray(SPECIES, c, at + 2 * LANES)).intoArray(c, at + 2 * LANES);
      c03.add(FloatVector.fromArray(SPECIES, c, at + 3 * LANES)).intoArray(c, at + 3 * LANES);
      at += cRow;
      c10.add(FloatVector.fromArray(SPECIES, c, at)).intoArray(c, at);
      c11.add(FloatVector.fromArray(SPECIES, c, at + LANES)).intoArray(c, at + LANES);
      c12.add(FloatVector.fromArray(SPECIES, c, at + 2 * LANES)).intoArray(c, at + 2 * LANES);
      c13.add(FloatVector.fromArray(SPECIES, c, at + 3 * LANES)).intoArray(c, at + 3 * LANES);
      at += cRow;
      c20.add(FloatVector.fromArray(SPECIES, c, at)).intoArray(c, at);
      c21.add(FloatVector.fromArray(SPECIES, c, at + LANES)).intoArray(c, at + LANES);
      c22.add(FloatVector.fromArray(SPECIES, c, at + 2 * LANES)).intoArray(c, at + 2 * LANES);
      c23.add(FloatVector.fromArray(SPECIES, c, at + 3 * LANES)).intoArray(c, at + 3 * LANES);
      at += cRow;
      c30.add(FloatVector.fromArray(SPECIES, c, at)).intoArray(c, at);
      c31.add(FloatVector.fromArray(SPECIES, c, at + LANES)).intoArray(c, at + LANES);
      c32.add(FloatVector.fromArray(SPECIES, c, at + 2 * LANES)).intoArray(c, at + 2 * LANES);
      c33.add(FloatVector.fromArray(SPECIES, c, at + 3 * LANES)).intoArray(c, at + 3 * LANES);
      at += cRow;
      c40.add(FloatVector.fromArray(SPECIES, c, at)).intoArray(c, at);
      c41.add(FloatVector.fromArray(SPECIES, c, at + LANES)).intoArray(c, at + LANES);
      c42.add(FloatVector.fromArray(SPECIES, c, at + 2 * LANES)).intoArray(c, at + 2 * LANES);
      c43.add(FloatVector.fromArray(SPECIES, c, at + 3 * LANES)).intoArray(c, at + 3 * LANES);
      at += cRow;
      c50.add(FloatVector.fromArray(SPECIES, c, at)).intoArray(c, at);
      c51.add(FloatVector.fromArray(SPECIES, c, at + LANES)).intoArray(c, at + LANES);
      c52.add(FloatVector.fromArray(SPECIES, c, at + 2 * LANES)).intoArray(c, at + 2 * LANES);
      c53.add(FloatVector.fromArray(SPECIES, c, at + 3 * LANES)).intoArray(c, at + 3 * LANES);
    } else {
      c00.intoArray(c, at);
      c01.intoArray(c, at + LANES);
      c02.intoArray(c, at + 2 * LANES);
      c03.intoArray(c, at + 3 * LANES);
      at += cRow;
      c10.intoArray(c, at);
      c11.intoArray(c, at + LANES);
      c12.intoArray(c, at + 2 * LANES);
      c13.intoArray(c, at + 3 * LANES);
      at += cRow;
      c20.intoArray(c, at);
      c21.intoArray(c, at + LANES);
      c22.intoArray(c, at + 2 * LANES);
      c23.intoArray(c, at + 3 * LANES);
      at += cRow;
      c30.intoArray(c, at);
      c31.intoArray(c, at + LANES);
      c32.intoArray(c, at + 2 * LANES);
      c33.intoArray(c, at + 3 * LANES);
      at += cRow;
      c40.intoArray(c, at);
      c41.intoArray(c, at + LANES);
      c42.intoArray(c, at + 2 * LANES);
      c43.intoArray(c, at + 3 * LANES);
      at += cRow;
      c50.intoArray(c, at);
      c51.intoArray(c, at + LANES);
      c52.intoArray(c, at + 2 * LANES);
      c53.intoArray(c, at + 3 * LANES);
    }
  }

  /** Multiplies six rows of A by two vectors of B. */
  static void tile6x2(
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
    int bAt = bOffset;
    for (int k = 0; k < depth; k++) {
      FloatVector b0 = FloatVector.fromArray(SPECIES, b, bAt);
      FloatVector b1 = FloatVector.fromArray(SPECIES, b, bAt + LANES);
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
      bAt += bStep;
    }
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

  /** Multiplies six rows of A by one vector of B. */
  static void tile6x1(
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
    int bAt = bOffset;
    for (int k = 0; k < depth; k++) {
      FloatVector b0 = FloatVector.fromArray(SPECIES, b, bAt);
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
      bAt += bStep;
    }
    int at = cOffset;
    if (accumulate) {
      c00.add(FloatVector.fromArray(SPECIES, c, at)).intoArray(c, at);
      at += cRow;
      c10.add(FloatVector.fromArray(SPECIES, c, at)).intoArray(c, at);
      at += cRow;
      c20.add(FloatVector.fromArray(SPECIES, c, at)).intoArray(c, at);
      at += cRow;
      c30.add(FloatVector.fromArray(SPECIES, c, at)).intoArray(c, at);
      at += cRow;
      c40.add(FloatVector.fromArray(SPECIES, c, at)).intoArray(c, at);
      at += cRow;
      c50.add(FloatVector.fromArray(SPECIES, c, at)).intoArray(c, at);
    } else {
      c00.intoArray(c, at);
      at += cRow;
      c10.intoArray(c, at);
      at += cRow;
      c20.intoArray(c, at);
      at += cRow;
      c30.intoArray(c, at);
      at += cRow;
      c40.intoArray(c, at);
      at += cRow;
      c50.intoArray(c, at);
    }
  }
}
