// build/Tiles.java generates this file: change that program and run `mvn -N verify -Ptiles`.
package org.resnext4j.engine.cpu.kernel;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/** Tiles of {@link LaneRows}: grouped convolutions of training with lanes across cardinality. */
final class LaneRowTiles {

  private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
  private static final int LANES = SPECIES.length();

  private LaneRowTiles() {}

  /** Calls the smallest tile that has at least the given rows and vectors. */
  static void pixels(
      int tileRows,
      int tileVectors,
      float[] a,
      int aOffset,
      int aPixel,
      int aRow,
      int rows,
      int depth,
      float[] b,
      int bOffset,
      float[] c,
      int cOffset,
      int cRow,
      boolean accumulate) {
    if (tileVectors <= 1) {
      if (tileRows <= 1) {
        pixels1x1(a, aOffset, aPixel, aRow, rows, depth, b, bOffset, c, cOffset, cRow, accumulate);
      } else {
        pixels4x1(a, aOffset, aPixel, aRow, rows, depth, b, bOffset, c, cOffset, cRow, accumulate);
      }
    } else {
      if (tileRows <= 1) {
        pixels1x4(a, aOffset, aPixel, aRow, rows, depth, b, bOffset, c, cOffset, cRow, accumulate);
      } else if (tileRows <= 2) {
        pixels2x4(a, aOffset, aPixel, aRow, rows, depth, b, bOffset, c, cOffset, cRow, accumulate);
      } else {
        pixels4x4(a, aOffset, aPixel, aRow, rows, depth, b, bOffset, c, cOffset, cRow, accumulate);
      }
    }
  }

  /** Computes four pixels by four vectors. A vector holds one output channel of many groups. */
  static void pixels4x4(
      float[] a,
      int aOffset,
      int aPixel,
      int aRow,
      int rows,
      int depth,
      float[] b,
      int bOffset,
      float[] c,
      int cOffset,
      int cRow,
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
    int bAt = bOffset;
    for (int row = 0; row < rows; row++) {
      int a0 = aOffset + row * aRow;
      int a1 = a0 + aPixel;
      int a2 = a1 + aPixel;
      int a3 = a2 + aPixel;
      for (int k = 0; k < depth; k++) {
        FloatVector b0 = FloatVector.fromArray(SPECIES, b, bAt);
        FloatVector b1 = FloatVector.fromArray(SPECIES, b, bAt + LANES);
        FloatVector b2 = FloatVector.fromArray(SPECIES, b, bAt + 2 * LANES);
        FloatVector b3 = FloatVector.fromArray(SPECIES, b, bAt + 3 * LANES);
        FloatVector x0 = FloatVector.fromArray(SPECIES, a, a0 + k * LANES);
        c00 = x0.fma(b0, c00);
        c01 = x0.fma(b1, c01);
        c02 = x0.fma(b2, c02);
        c03 = x0.fma(b3, c03);
        FloatVector x1 = FloatVector.fromArray(SPECIES, a, a1 + k * LANES);
        c10 = x1.fma(b0, c10);
        c11 = x1.fma(b1, c11);
        c12 = x1.fma(b2, c12);
        c13 = x1.fma(b3, c13);
        FloatVector x2 = FloatVector.fromArray(SPECIES, a, a2 + k * LANES);
        c20 = x2.fma(b0, c20);
        c21 = x2.fma(b1, c21);
        c22 = x2.fma(b2, c22);
        c23 = x2.fma(b3, c23);
        FloatVector x3 = FloatVector.fromArray(SPECIES, a, a3 + k * LANES);
        c30 = x3.fma(b0, c30);
        c31 = x3.fma(b1, c31);
        c32 = x3.fma(b2, c32);
        c33 = x3.fma(b3, c33);
        bAt += 4 * LANES;
      }
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
    }
  }

  /** Computes two pixels by four vectors. A vector holds one output channel of many groups. */
  static void pixels2x4(
      float[] a,
      int aOffset,
      int aPixel,
      int aRow,
      int rows,
      int depth,
      float[] b,
      int bOffset,
      float[] c,
      int cOffset,
      int cRow,
      boolean accumulate) {
    FloatVector c00 = FloatVector.zero(SPECIES);
    FloatVector c01 = FloatVector.zero(SPECIES);
    FloatVector c02 = FloatVector.zero(SPECIES);
    FloatVector c03 = FloatVector.zero(SPECIES);
    FloatVector c10 = FloatVector.zero(SPECIES);
    FloatVector c11 = FloatVector.zero(SPECIES);
    FloatVector c12 = FloatVector.zero(SPECIES);
    FloatVector c13 = FloatVector.zero(SPECIES);
    int bAt = bOffset;
    for (int row = 0; row < rows; row++) {
      int a0 = aOffset + row * aRow;
      int a1 = a0 + aPixel;
      for (int k = 0; k < depth; k++) {
        FloatVector b0 = FloatVector.fromArray(SPECIES, b, bAt);
        FloatVector b1 = FloatVector.fromArray(SPECIES, b, bAt + LANES);
        FloatVector b2 = FloatVector.fromArray(SPECIES, b, bAt + 2 * LANES);
        FloatVector b3 = FloatVector.fromArray(SPECIES, b, bAt + 3 * LANES);
        FloatVector x0 = FloatVector.fromArray(SPECIES, a, a0 + k * LANES);
        c00 = x0.fma(b0, c00);
        c01 = x0.fma(b1, c01);
        c02 = x0.fma(b2, c02);
        c03 = x0.fma(b3, c03);
        FloatVector x1 = FloatVector.fromArray(SPECIES, a, a1 + k * LANES);
        c10 = x1.fma(b0, c10);
        c11 = x1.fma(b1, c11);
        c12 = x1.fma(b2, c12);
        c13 = x1.fma(b3, c13);
        bAt += 4 * LANES;
      }
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
    }
  }

  /** Computes one pixel by four vectors. A vector holds one output channel of many groups. */
  static void pixels1x4(
      float[] a,
      int aOffset,
      int aPixel,
      int aRow,
      int rows,
      int depth,
      float[] b,
      int bOffset,
      float[] c,
      int cOffset,
      int cRow,
      boolean accumulate) {
    FloatVector c00 = FloatVector.zero(SPECIES);
    FloatVector c01 = FloatVector.zero(SPECIES);
    FloatVector c02 = FloatVector.zero(SPECIES);
    FloatVector c03 = FloatVector.zero(SPECIES);
    int bAt = bOffset;
    for (int row = 0; row < rows; row++) {
      int a0 = aOffset + row * aRow;
      for (int k = 0; k < depth; k++) {
        FloatVector b0 = FloatVector.fromArray(SPECIES, b, bAt);
        FloatVector b1 = FloatVector.fromArray(SPECIES, b, bAt + LANES);
        FloatVector b2 = FloatVector.fromArray(SPECIES, b, bAt + 2 * LANES);
        FloatVector b3 = FloatVector.fromArray(SPECIES, b, bAt + 3 * LANES);
        FloatVector x0 = FloatVector.fromArray(SPECIES, a, a0 + k * LANES);
        c00 = x0.fma(b0, c00);
        c01 = x0.fma(b1, c01);
        c02 = x0.fma(b2, c02);
        c03 = x0.fma(b3, c03);
        bAt += 4 * LANES;
      }
    }
    int at = cOffset;
    if (accumulate) {
      c00.add(FloatVector.fromArray(SPECIES, c, at)).intoArray(c, at);
      c01.add(FloatVector.fromArray(SPECIES, c, at + LANES)).intoArray(c, at + LANES);
      c02.add(FloatVector.fromArray(SPECIES, c, at + 2 * LANES)).intoArray(c, at + 2 * LANES);
      c03.add(FloatVector.fromArray(SPECIES, c, at + 3 * LANES)).intoArray(c, at + 3 * LANES);
    } else {
      c00.intoArray(c, at);
      c01.intoArray(c, at + LANES);
      c02.intoArray(c, at + 2 * LANES);
      c03.intoArray(c, at + 3 * LANES);
    }
  }

  /** Computes four pixels by one vector. A vector holds one output channel of many groups. */
  static void pixels4x1(
      float[] a,
      int aOffset,
      int aPixel,
      int aRow,
      int rows,
      int depth,
      float[] b,
      int bOffset,
      float[] c,
      int cOffset,
      int cRow,
      boolean accumulate) {
    FloatVector c00 = FloatVector.zero(SPECIES);
    FloatVector c10 = FloatVector.zero(SPECIES);
    FloatVector c20 = FloatVector.zero(SPECIES);
    FloatVector c30 = FloatVector.zero(SPECIES);
    int bAt = bOffset;
    for (int row = 0; row < rows; row++) {
      int a0 = aOffset + row * aRow;
      int a1 = a0 + aPixel;
      int a2 = a1 + aPixel;
      int a3 = a2 + aPixel;
      for (int k = 0; k < depth; k++) {
        FloatVector b0 = FloatVector.fromArray(SPECIES, b, bAt);
        FloatVector x0 = FloatVector.fromArray(SPECIES, a, a0 + k * LANES);
        c00 = x0.fma(b0, c00);
        FloatVector x1 = FloatVector.fromArray(SPECIES, a, a1 + k * LANES);
        c10 = x1.fma(b0, c10);
        FloatVector x2 = FloatVector.fromArray(SPECIES, a, a2 + k * LANES);
        c20 = x2.fma(b0, c20);
        FloatVector x3 = FloatVector.fromArray(SPECIES, a, a3 + k * LANES);
        c30 = x3.fma(b0, c30);
        bAt += LANES;
      }
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
    } else {
      c00.intoArray(c, at);
      at += cRow;
      c10.intoArray(c, at);
      at += cRow;
      c20.intoArray(c, at);
      at += cRow;
      c30.intoArray(c, at);
    }
  }

  /** Computes one pixel by one vector. A vector holds one output channel of many groups. */
  static void pixels1x1(
      float[] a,
      int aOffset,
      int aPixel,
      int aRow,
      int rows,
      int depth,
      float[] b,
      int bOffset,
      float[] c,
      int cOffset,
      int cRow,
      boolean accumulate) {
    FloatVector c00 = FloatVector.zero(SPECIES);
    int bAt = bOffset;
    for (int row = 0; row < rows; row++) {
      int a0 = aOffset + row * aRow;
      for (int k = 0; k < depth; k++) {
        FloatVector b0 = FloatVector.fromArray(SPECIES, b, bAt);
        FloatVector x0 = FloatVector.fromArray(SPECIES, a, a0 + k * LANES);
        c00 = x0.fma(b0, c00);
        bAt += LANES;
      }
    }
    int at = cOffset;
    if (accumulate) {
      c00.add(FloatVector.fromArray(SPECIES, c, at)).intoArray(c, at);
    } else {
      c00.intoArray(c, at);
    }
  }

  /** Calls the smallest tile that has at least the given rows and vectors. */
  static void products(
      int tileRows,
      int tileVectors,
      float[] a,
      int aOffset,
      int aPixel,
      int aRow,
      float[] b,
      int bOffset,
      int bPixel,
      int rows,
      int pixels,
      float[] c,
      int cOffset,
      int cRow) {
    if (tileVectors <= 1) {
      {
        products1x1(a, aOffset, aPixel, aRow, b, bOffset, bPixel, rows, pixels, c, cOffset, cRow);
      }
    } else {
      if (tileRows <= 1) {
        products1x4(a, aOffset, aPixel, aRow, b, bOffset, bPixel, rows, pixels, c, cOffset, cRow);
      } else if (tileRows <= 2) {
        products2x4(a, aOffset, aPixel, aRow, b, bOffset, bPixel, rows, pixels, c, cOffset, cRow);
      } else {
        products6x4(a, aOffset, aPixel, aRow, b, bOffset, bPixel, rows, pixels, c, cOffset, cRow);
      }
    }
  }

  /**
   * Multiplies six input channels by four vectors of gradients, and sums the products over pixels.
   */
  static void products6x4(
      float[] a,
      int aOffset,
      int aPixel,
      int aRow,
      float[] b,
      int bOffset,
      int bPixel,
      int rows,
      int pixels,
      float[] c,
      int cOffset,
      int cRow) {
    FloatVector c00 = FloatVector.fromArray(SPECIES, c, cOffset);
    FloatVector c01 = FloatVector.fromArray(SPECIES, c, cOffset + LANES);
    FloatVector c02 = FloatVector.fromArray(SPECIES, c, cOffset + 2 * LANES);
    FloatVector c03 = FloatVector.fromArray(SPECIES, c, cOffset + 3 * LANES);
    FloatVector c10 = FloatVector.fromArray(SPECIES, c, cOffset + cRow);
    FloatVector c11 = FloatVector.fromArray(SPECIES, c, cOffset + cRow + LANES);
    FloatVector c12 = FloatVector.fromArray(SPECIES, c, cOffset + cRow + 2 * LANES);
    FloatVector c13 = FloatVector.fromArray(SPECIES, c, cOffset + cRow + 3 * LANES);
    FloatVector c20 = FloatVector.fromArray(SPECIES, c, cOffset + 2 * cRow);
    FloatVector c21 = FloatVector.fromArray(SPECIES, c, cOffset + 2 * cRow + LANES);
    FloatVector c22 = FloatVector.fromArray(SPECIES, c, cOffset + 2 * cRow + 2 * LANES);
    FloatVector c23 = FloatVector.fromArray(SPECIES, c, cOffset + 2 * cRow + 3 * LANES);
    FloatVector c30 = FloatVector.fromArray(SPECIES, c, cOffset + 3 * cRow);
    FloatVector c31 = FloatVector.fromArray(SPECIES, c, cOffset + 3 * cRow + LANES);
    FloatVector c32 = FloatVector.fromArray(SPECIES, c, cOffset + 3 * cRow + 2 * LANES);
    FloatVector c33 = FloatVector.fromArray(SPECIES, c, cOffset + 3 * cRow + 3 * LANES);
    FloatVector c40 = FloatVector.fromArray(SPECIES, c, cOffset + 4 * cRow);
    FloatVector c41 = FloatVector.fromArray(SPECIES, c, cOffset + 4 * cRow + LANES);
    FloatVector c42 = FloatVector.fromArray(SPECIES, c, cOffset + 4 * cRow + 2 * LANES);
    FloatVector c43 = FloatVector.fromArray(SPECIES, c, cOffset + 4 * cRow + 3 * LANES);
    FloatVector c50 = FloatVector.fromArray(SPECIES, c, cOffset + 5 * cRow);
    FloatVector c51 = FloatVector.fromArray(SPECIES, c, cOffset + 5 * cRow + LANES);
    FloatVector c52 = FloatVector.fromArray(SPECIES, c, cOffset + 5 * cRow + 2 * LANES);
    FloatVector c53 = FloatVector.fromArray(SPECIES, c, cOffset + 5 * cRow + 3 * LANES);
    int bAt = bOffset;
    for (int row = 0; row < rows; row++) {
      int aAt = aOffset + row * aRow;
      for (int pixel = 0; pixel < pixels; pixel++) {
        FloatVector b0 = FloatVector.fromArray(SPECIES, b, bAt);
        FloatVector b1 = FloatVector.fromArray(SPECIES, b, bAt + LANES);
        FloatVector b2 = FloatVector.fromArray(SPECIES, b, bAt + 2 * LANES);
        FloatVector b3 = FloatVector.fromArray(SPECIES, b, bAt + 3 * LANES);
        FloatVector x0 = FloatVector.fromArray(SPECIES, a, aAt);
        c00 = x0.fma(b0, c00);
        c01 = x0.fma(b1, c01);
        c02 = x0.fma(b2, c02);
        c03 = x0.fma(b3, c03);
        FloatVector x1 = FloatVector.fromArray(SPECIES, a, aAt + LANES);
        c10 = x1.fma(b0, c10);
        c11 = x1.fma(b1, c11);
        c12 = x1.fma(b2, c12);
        c13 = x1.fma(b3, c13);
        FloatVector x2 = FloatVector.fromArray(SPECIES, a, aAt + 2 * LANES);
        c20 = x2.fma(b0, c20);
        c21 = x2.fma(b1, c21);
        c22 = x2.fma(b2, c22);
        c23 = x2.fma(b3, c23);
        FloatVector x3 = FloatVector.fromArray(SPECIES, a, aAt + 3 * LANES);
        c30 = x3.fma(b0, c30);
        c31 = x3.fma(b1, c31);
        c32 = x3.fma(b2, c32);
        c33 = x3.fma(b3, c33);
        FloatVector x4 = FloatVector.fromArray(SPECIES, a, aAt + 4 * LANES);
        c40 = x4.fma(b0, c40);
        c41 = x4.fma(b1, c41);
        c42 = x4.fma(b2, c42);
        c43 = x4.fma(b3, c43);
        FloatVector x5 = FloatVector.fromArray(SPECIES, a, aAt + 5 * LANES);
        c50 = x5.fma(b0, c50);
        c51 = x5.fma(b1, c51);
        c52 = x5.fma(b2, c52);
        c53 = x5.fma(b3, c53);
        aAt += aPixel;
        bAt += bPixel;
      }
    }
    c00.intoArray(c, cOffset);
    c01.intoArray(c, cOffset + LANES);
    c02.intoArray(c, cOffset + 2 * LANES);
    c03.intoArray(c, cOffset + 3 * LANES);
    c10.intoArray(c, cOffset + cRow);
    c11.intoArray(c, cOffset + cRow + LANES);
    c12.intoArray(c, cOffset + cRow + 2 * LANES);
    c13.intoArray(c, cOffset + cRow + 3 * LANES);
    c20.intoArray(c, cOffset + 2 * cRow);
    c21.intoArray(c, cOffset + 2 * cRow + LANES);
    c22.intoArray(c, cOffset + 2 * cRow + 2 * LANES);
    c23.intoArray(c, cOffset + 2 * cRow + 3 * LANES);
    c30.intoArray(c, cOffset + 3 * cRow);
    c31.intoArray(c, cOffset + 3 * cRow + LANES);
    c32.intoArray(c, cOffset + 3 * cRow + 2 * LANES);
    c33.intoArray(c, cOffset + 3 * cRow + 3 * LANES);
    c40.intoArray(c, cOffset + 4 * cRow);
    c41.intoArray(c, cOffset + 4 * cRow + LANES);
    c42.intoArray(c, cOffset + 4 * cRow + 2 * LANES);
    c43.intoArray(c, cOffset + 4 * cRow + 3 * LANES);
    c50.intoArray(c, cOffset + 5 * cRow);
    c51.intoArray(c, cOffset + 5 * cRow + LANES);
    c52.intoArray(c, cOffset + 5 * cRow + 2 * LANES);
    c53.intoArray(c, cOffset + 5 * cRow + 3 * LANES);
  }

  /**
   * Multiplies two input channels by four vectors of gradients, and sums the products over pixels.
   */
  static void products2x4(
      float[] a,
      int aOffset,
      int aPixel,
      int aRow,
      float[] b,
      int bOffset,
      int bPixel,
      int rows,
      int pixels,
      float[] c,
      int cOffset,
      int cRow) {
    FloatVector c00 = FloatVector.fromArray(SPECIES, c, cOffset);
    FloatVector c01 = FloatVector.fromArray(SPECIES, c, cOffset + LANES);
    FloatVector c02 = FloatVector.fromArray(SPECIES, c, cOffset + 2 * LANES);
    FloatVector c03 = FloatVector.fromArray(SPECIES, c, cOffset + 3 * LANES);
    FloatVector c10 = FloatVector.fromArray(SPECIES, c, cOffset + cRow);
    FloatVector c11 = FloatVector.fromArray(SPECIES, c, cOffset + cRow + LANES);
    FloatVector c12 = FloatVector.fromArray(SPECIES, c, cOffset + cRow + 2 * LANES);
    FloatVector c13 = FloatVector.fromArray(SPECIES, c, cOffset + cRow + 3 * LANES);
    int bAt = bOffset;
    for (int row = 0; row < rows; row++) {
      int aAt = aOffset + row * aRow;
      for (int pixel = 0; pixel < pixels; pixel++) {
        FloatVector b0 = FloatVector.fromArray(SPECIES, b, bAt);
        FloatVector b1 = FloatVector.fromArray(SPECIES, b, bAt + LANES);
        FloatVector b2 = FloatVector.fromArray(SPECIES, b, bAt + 2 * LANES);
        FloatVector b3 = FloatVector.fromArray(SPECIES, b, bAt + 3 * LANES);
        FloatVector x0 = FloatVector.fromArray(SPECIES, a, aAt);
        c00 = x0.fma(b0, c00);
        c01 = x0.fma(b1, c01);
        c02 = x0.fma(b2, c02);
        c03 = x0.fma(b3, c03);
        FloatVector x1 = FloatVector.fromArray(SPECIES, a, aAt + LANES);
        c10 = x1.fma(b0, c10);
        c11 = x1.fma(b1, c11);
        c12 = x1.fma(b2, c12);
        c13 = x1.fma(b3, c13);
        aAt += aPixel;
        bAt += bPixel;
      }
    }
    c00.intoArray(c, cOffset);
    c01.intoArray(c, cOffset + LANES);
    c02.intoArray(c, cOffset + 2 * LANES);
    c03.intoArray(c, cOffset + 3 * LANES);
    c10.intoArray(c, cOffset + cRow);
    c11.intoArray(c, cOffset + cRow + LANES);
    c12.intoArray(c, cOffset + cRow + 2 * LANES);
    c13.intoArray(c, cOffset + cRow + 3 * LANES);
  }

  /**
   * Multiplies one input channel by four vectors of gradients, and sums the products over pixels.
   */
  static void products1x4(
      float[] a,
      int aOffset,
      int aPixel,
      int aRow,
      float[] b,
      int bOffset,
      int bPixel,
      int rows,
      int pixels,
      float[] c,
      int cOffset,
      int cRow) {
    FloatVector c00 = FloatVector.fromArray(SPECIES, c, cOffset);
    FloatVector c01 = FloatVector.fromArray(SPECIES, c, cOffset + LANES);
    FloatVector c02 = FloatVector.fromArray(SPECIES, c, cOffset + 2 * LANES);
    FloatVector c03 = FloatVector.fromArray(SPECIES, c, cOffset + 3 * LANES);
    int bAt = bOffset;
    for (int row = 0; row < rows; row++) {
      int aAt = aOffset + row * aRow;
      for (int pixel = 0; pixel < pixels; pixel++) {
        FloatVector b0 = FloatVector.fromArray(SPECIES, b, bAt);
        FloatVector b1 = FloatVector.fromArray(SPECIES, b, bAt + LANES);
        FloatVector b2 = FloatVector.fromArray(SPECIES, b, bAt + 2 * LANES);
        FloatVector b3 = FloatVector.fromArray(SPECIES, b, bAt + 3 * LANES);
        FloatVector x0 = FloatVector.fromArray(SPECIES, a, aAt);
        c00 = x0.fma(b0, c00);
        c01 = x0.fma(b1, c01);
        c02 = x0.fma(b2, c02);
        c03 = x0.fma(b3, c03);
        aAt += aPixel;
        bAt += bPixel;
      }
    }
    c00.intoArray(c, cOffset);
    c01.intoArray(c, cOffset + LANES);
    c02.intoArray(c, cOffset + 2 * LANES);
    c03.intoArray(c, cOffset + 3 * LANES);
  }

  /** Multiplies one input channel by one vector of gradients, and sums the products over pixels. */
  static void products1x1(
      float[] a,
      int aOffset,
      int aPixel,
      int aRow,
      float[] b,
      int bOffset,
      int bPixel,
      int rows,
      int pixels,
      float[] c,
      int cOffset,
      int cRow) {
    FloatVector c00 = FloatVector.fromArray(SPECIES, c, cOffset);
    int bAt = bOffset;
    for (int row = 0; row < rows; row++) {
      int aAt = aOffset + row * aRow;
      for (int pixel = 0; pixel < pixels; pixel++) {
        FloatVector b0 = FloatVector.fromArray(SPECIES, b, bAt);
        FloatVector x0 = FloatVector.fromArray(SPECIES, a, aAt);
        c00 = x0.fma(b0, c00);
        aAt += aPixel;
        bAt += bPixel;
      }
    }
    c00.intoArray(c, cOffset);
  }
}
