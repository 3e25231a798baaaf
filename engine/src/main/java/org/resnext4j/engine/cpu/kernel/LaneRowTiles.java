package org.resnext4j.engine.cpu.kernel;

import static org.resnext4j.engine.cpu.kernel.StridedGemm.LANES;
import static org.resnext4j.engine.cpu.kernel.StridedGemm.SPECIES;

import jdk.incubator.vector.FloatVector;

/**
 * Inner loops of a grouped convolution whose vectors hold one channel of as many groups as there
 * are lanes: the groups are alike, so every lane does the same with its own numbers, and no value
 * ever crosses lanes.
 */
public final class LaneRowTiles {

  /** Output channels of a tile. */
  public static final int OUTS = 4;

  /** Whether 24 accumulators fit the vector registers. */
  private static final boolean MANY_REGISTERS = LANES != 8;

  private LaneRowTiles() {}

  /**
   * One row of pixels by {@code outs} output channels: for each pixel the sum over {@code rows}
   * source rows of {@code depth} vectors times as many weights.
   *
   * @param outs {@link #OUTS} or 1
   * @param pixelStep step in the source from pixel to pixel
   * @param rowStep step in the source from row to row
   * @param w weights, {@code [rows][depth][outs][lanes]}
   */
  public static void convolveRow(
      float[] x,
      int xAt,
      int pixelStep,
      int rowStep,
      int rows,
      int depth,
      float[] w,
      int wAt,
      int outs,
      float[] to,
      int toAt,
      int toStep,
      int pixels,
      boolean accumulate) {
    int p = 0;
    if (outs == OUTS) {
      if (MANY_REGISTERS) {
        for (; p <= pixels - 4; p += 4) {
          pixels4x4(
              x,
              xAt + p * pixelStep,
              pixelStep,
              rowStep,
              rows,
              depth,
              w,
              wAt,
              to,
              toAt + p * toStep,
              toStep,
              accumulate);
        }
      }
      for (; p <= pixels - 2; p += 2) {
        pixels2x4(
            x,
            xAt + p * pixelStep,
            pixelStep,
            rowStep,
            rows,
            depth,
            w,
            wAt,
            to,
            toAt + p * toStep,
            toStep,
            accumulate);
      }
      for (; p < pixels; p++) {
        pixels1x4(
            x,
            xAt + p * pixelStep,
            rowStep,
            rows,
            depth,
            w,
            wAt,
            to,
            toAt + p * toStep,
            accumulate);
      }
    } else {
      for (; p <= pixels - 4; p += 4) {
        pixels4x1(
            x,
            xAt + p * pixelStep,
            pixelStep,
            rowStep,
            rows,
            depth,
            w,
            wAt,
            to,
            toAt + p * toStep,
            toStep,
            accumulate);
      }
      for (; p < pixels; p++) {
        pixels1x1(
            x,
            xAt + p * pixelStep,
            rowStep,
            rows,
            depth,
            w,
            wAt,
            to,
            toAt + p * toStep,
            accumulate);
      }
    }
  }

  /**
   * Adds to {@code to[depth][outs][lanes]} the sums over a block of pixels of source times
   * gradient.
   *
   * @param g gradients, {@code [rows][columns][gStep]}, without gaps between rows
   * @param toStep step in the result from one of the {@code depth} to the next
   */
  public static void addProducts(
      float[] x,
      int xAt,
      int pixelStep,
      int rowStep,
      int depth,
      float[] g,
      int gAt,
      int gStep,
      int rows,
      int columns,
      int outs,
      float[] to,
      int toAt,
      int toStep) {
    int q = 0;
    if (outs == OUTS) {
      if (MANY_REGISTERS) {
        for (; q <= depth - 6; q += 6) {
          products6x4(
              x,
              xAt + q * LANES,
              pixelStep,
              rowStep,
              g,
              gAt,
              gStep,
              rows,
              columns,
              to,
              toAt + q * toStep,
              toStep);
        }
      }
      for (; q <= depth - 2; q += 2) {
        products2x4(
            x,
            xAt + q * LANES,
            pixelStep,
            rowStep,
            g,
            gAt,
            gStep,
            rows,
            columns,
            to,
            toAt + q * toStep,
            toStep);
      }
      for (; q < depth; q++) {
        products1x4(
            x,
            xAt + q * LANES,
            pixelStep,
            rowStep,
            g,
            gAt,
            gStep,
            rows,
            columns,
            to,
            toAt + q * toStep);
      }
    } else {
      for (; q < depth; q++) {
        products1x1(
            x,
            xAt + q * LANES,
            pixelStep,
            rowStep,
            g,
            gAt,
            gStep,
            rows,
            columns,
            to,
            toAt + q * toStep);
      }
    }
  }

  /** 4 pixels by 4 output channels of all lanes' groups. Hot. */
  private static void pixels4x4(
      float[] x,
      int xAt,
      int pixelStep,
      int rowStep,
      int rows,
      int depth,
      float[] w,
      int wAt,
      float[] to,
      int toAt,
      int toStep,
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
    int weight = wAt;
    for (int row = 0; row < rows; row++) {
      int x0 = xAt + row * rowStep;
      int x1 = x0 + pixelStep;
      int x2 = x1 + pixelStep;
      int x3 = x2 + pixelStep;
      for (int q = 0; q < depth; q++) {
        FloatVector w0 = FloatVector.fromArray(SPECIES, w, weight);
        FloatVector w1 = FloatVector.fromArray(SPECIES, w, weight + LANES);
        FloatVector w2 = FloatVector.fromArray(SPECIES, w, weight + 2 * LANES);
        FloatVector w3 = FloatVector.fromArray(SPECIES, w, weight + 3 * LANES);
        FloatVector v0 = FloatVector.fromArray(SPECIES, x, x0 + q * LANES);
        c00 = v0.fma(w0, c00);
        c01 = v0.fma(w1, c01);
        c02 = v0.fma(w2, c02);
        c03 = v0.fma(w3, c03);
        FloatVector v1 = FloatVector.fromArray(SPECIES, x, x1 + q * LANES);
        c10 = v1.fma(w0, c10);
        c11 = v1.fma(w1, c11);
        c12 = v1.fma(w2, c12);
        c13 = v1.fma(w3, c13);
        FloatVector v2 = FloatVector.fromArray(SPECIES, x, x2 + q * LANES);
        c20 = v2.fma(w0, c20);
        c21 = v2.fma(w1, c21);
        c22 = v2.fma(w2, c22);
        c23 = v2.fma(w3, c23);
        FloatVector v3 = FloatVector.fromArray(SPECIES, x, x3 + q * LANES);
        c30 = v3.fma(w0, c30);
        c31 = v3.fma(w1, c31);
        c32 = v3.fma(w2, c32);
        c33 = v3.fma(w3, c33);
        weight += 4 * LANES;
      }
    }
    int at = toAt;
    if (accumulate) {
      c00.add(FloatVector.fromArray(SPECIES, to, at)).intoArray(to, at);
      c01.add(FloatVector.fromArray(SPECIES, to, at + LANES)).intoArray(to, at + LANES);
      c02.add(FloatVector.fromArray(SPECIES, to, at + 2 * LANES)).intoArray(to, at + 2 * LANES);
      c03.add(FloatVector.fromArray(SPECIES, to, at + 3 * LANES)).intoArray(to, at + 3 * LANES);
      at += toStep;
      c10.add(FloatVector.fromArray(SPECIES, to, at)).intoArray(to, at);
      c11.add(FloatVector.fromArray(SPECIES, to, at + LANES)).intoArray(to, at + LANES);
      c12.add(FloatVector.fromArray(SPECIES, to, at + 2 * LANES)).intoArray(to, at + 2 * LANES);
      c13.add(FloatVector.fromArray(SPECIES, to, at + 3 * LANES)).intoArray(to, at + 3 * LANES);
      at += toStep;
      c20.add(FloatVector.fromArray(SPECIES, to, at)).intoArray(to, at);
      c21.add(FloatVector.fromArray(SPECIES, to, at + LANES)).intoArray(to, at + LANES);
      c22.add(FloatVector.fromArray(SPECIES, to, at + 2 * LANES)).intoArray(to, at + 2 * LANES);
      c23.add(FloatVector.fromArray(SPECIES, to, at + 3 * LANES)).intoArray(to, at + 3 * LANES);
      at += toStep;
      c30.add(FloatVector.fromArray(SPECIES, to, at)).intoArray(to, at);
      c31.add(FloatVector.fromArray(SPECIES, to, at + LANES)).intoArray(to, at + LANES);
      c32.add(FloatVector.fromArray(SPECIES, to, at + 2 * LANES)).intoArray(to, at + 2 * LANES);
      c33.add(FloatVector.fromArray(SPECIES, to, at + 3 * LANES)).intoArray(to, at + 3 * LANES);
    } else {
      c00.intoArray(to, at);
      c01.intoArray(to, at + LANES);
      c02.intoArray(to, at + 2 * LANES);
      c03.intoArray(to, at + 3 * LANES);
      at += toStep;
      c10.intoArray(to, at);
      c11.intoArray(to, at + LANES);
      c12.intoArray(to, at + 2 * LANES);
      c13.intoArray(to, at + 3 * LANES);
      at += toStep;
      c20.intoArray(to, at);
      c21.intoArray(to, at + LANES);
      c22.intoArray(to, at + 2 * LANES);
      c23.intoArray(to, at + 3 * LANES);
      at += toStep;
      c30.intoArray(to, at);
      c31.intoArray(to, at + LANES);
      c32.intoArray(to, at + 2 * LANES);
      c33.intoArray(to, at + 3 * LANES);
    }
  }

  /** 2 pixels by 4 output channels of all lanes' groups. Hot. */
  private static void pixels2x4(
      float[] x,
      int xAt,
      int pixelStep,
      int rowStep,
      int rows,
      int depth,
      float[] w,
      int wAt,
      float[] to,
      int toAt,
      int toStep,
      boolean accumulate) {
    FloatVector c00 = FloatVector.zero(SPECIES);
    FloatVector c01 = FloatVector.zero(SPECIES);
    FloatVector c02 = FloatVector.zero(SPECIES);
    FloatVector c03 = FloatVector.zero(SPECIES);
    FloatVector c10 = FloatVector.zero(SPECIES);
    FloatVector c11 = FloatVector.zero(SPECIES);
    FloatVector c12 = FloatVector.zero(SPECIES);
    FloatVector c13 = FloatVector.zero(SPECIES);
    int weight = wAt;
    for (int row = 0; row < rows; row++) {
      int x0 = xAt + row * rowStep;
      int x1 = x0 + pixelStep;
      for (int q = 0; q < depth; q++) {
        FloatVector w0 = FloatVector.fromArray(SPECIES, w, weight);
        FloatVector w1 = FloatVector.fromArray(SPECIES, w, weight + LANES);
        FloatVector w2 = FloatVector.fromArray(SPECIES, w, weight + 2 * LANES);
        FloatVector w3 = FloatVector.fromArray(SPECIES, w, weight + 3 * LANES);
        FloatVector v0 = FloatVector.fromArray(SPECIES, x, x0 + q * LANES);
        c00 = v0.fma(w0, c00);
        c01 = v0.fma(w1, c01);
        c02 = v0.fma(w2, c02);
        c03 = v0.fma(w3, c03);
        FloatVector v1 = FloatVector.fromArray(SPECIES, x, x1 + q * LANES);
        c10 = v1.fma(w0, c10);
        c11 = v1.fma(w1, c11);
        c12 = v1.fma(w2, c12);
        c13 = v1.fma(w3, c13);
        weight += 4 * LANES;
      }
    }
    int at = toAt;
    if (accumulate) {
      c00.add(FloatVector.fromArray(SPECIES, to, at)).intoArray(to, at);
      c01.add(FloatVector.fromArray(SPECIES, to, at + LANES)).intoArray(to, at + LANES);
      c02.add(FloatVector.fromArray(SPECIES, to, at + 2 * LANES)).intoArray(to, at + 2 * LANES);
      c03.add(FloatVector.fromArray(SPECIES, to, at + 3 * LANES)).intoArray(to, at + 3 * LANES);
      at += toStep;
      c10.add(FloatVector.fromArray(SPECIES, to, at)).intoArray(to, at);
      c11.add(FloatVector.fromArray(SPECIES, to, at + LANES)).intoArray(to, at + LANES);
      c12.add(FloatVector.fromArray(SPECIES, to, at + 2 * LANES)).intoArray(to, at + 2 * LANES);
      c13.add(FloatVector.fromArray(SPECIES, to, at + 3 * LANES)).intoArray(to, at + 3 * LANES);
    } else {
      c00.intoArray(to, at);
      c01.intoArray(to, at + LANES);
      c02.intoArray(to, at + 2 * LANES);
      c03.intoArray(to, at + 3 * LANES);
      at += toStep;
      c10.intoArray(to, at);
      c11.intoArray(to, at + LANES);
      c12.intoArray(to, at + 2 * LANES);
      c13.intoArray(to, at + 3 * LANES);
    }
  }

  /** 1 pixel by 4 output channels of all lanes' groups. Hot. */
  private static void pixels1x4(
      float[] x,
      int xAt,
      int rowStep,
      int rows,
      int depth,
      float[] w,
      int wAt,
      float[] to,
      int toAt,
      boolean accumulate) {
    FloatVector c00 = FloatVector.zero(SPECIES);
    FloatVector c01 = FloatVector.zero(SPECIES);
    FloatVector c02 = FloatVector.zero(SPECIES);
    FloatVector c03 = FloatVector.zero(SPECIES);
    int weight = wAt;
    for (int row = 0; row < rows; row++) {
      int x0 = xAt + row * rowStep;
      for (int q = 0; q < depth; q++) {
        FloatVector w0 = FloatVector.fromArray(SPECIES, w, weight);
        FloatVector w1 = FloatVector.fromArray(SPECIES, w, weight + LANES);
        FloatVector w2 = FloatVector.fromArray(SPECIES, w, weight + 2 * LANES);
        FloatVector w3 = FloatVector.fromArray(SPECIES, w, weight + 3 * LANES);
        FloatVector v0 = FloatVector.fromArray(SPECIES, x, x0 + q * LANES);
        c00 = v0.fma(w0, c00);
        c01 = v0.fma(w1, c01);
        c02 = v0.fma(w2, c02);
        c03 = v0.fma(w3, c03);
        weight += 4 * LANES;
      }
    }
    int at = toAt;
    if (accumulate) {
      c00.add(FloatVector.fromArray(SPECIES, to, at)).intoArray(to, at);
      c01.add(FloatVector.fromArray(SPECIES, to, at + LANES)).intoArray(to, at + LANES);
      c02.add(FloatVector.fromArray(SPECIES, to, at + 2 * LANES)).intoArray(to, at + 2 * LANES);
      c03.add(FloatVector.fromArray(SPECIES, to, at + 3 * LANES)).intoArray(to, at + 3 * LANES);
    } else {
      c00.intoArray(to, at);
      c01.intoArray(to, at + LANES);
      c02.intoArray(to, at + 2 * LANES);
      c03.intoArray(to, at + 3 * LANES);
    }
  }

  /** 4 pixels by 1 output channel of all lanes' groups. Hot. */
  private static void pixels4x1(
      float[] x,
      int xAt,
      int pixelStep,
      int rowStep,
      int rows,
      int depth,
      float[] w,
      int wAt,
      float[] to,
      int toAt,
      int toStep,
      boolean accumulate) {
    FloatVector c00 = FloatVector.zero(SPECIES);
    FloatVector c10 = FloatVector.zero(SPECIES);
    FloatVector c20 = FloatVector.zero(SPECIES);
    FloatVector c30 = FloatVector.zero(SPECIES);
    int weight = wAt;
    for (int row = 0; row < rows; row++) {
      int x0 = xAt + row * rowStep;
      int x1 = x0 + pixelStep;
      int x2 = x1 + pixelStep;
      int x3 = x2 + pixelStep;
      for (int q = 0; q < depth; q++) {
        FloatVector w0 = FloatVector.fromArray(SPECIES, w, weight);
        FloatVector v0 = FloatVector.fromArray(SPECIES, x, x0 + q * LANES);
        c00 = v0.fma(w0, c00);
        FloatVector v1 = FloatVector.fromArray(SPECIES, x, x1 + q * LANES);
        c10 = v1.fma(w0, c10);
        FloatVector v2 = FloatVector.fromArray(SPECIES, x, x2 + q * LANES);
        c20 = v2.fma(w0, c20);
        FloatVector v3 = FloatVector.fromArray(SPECIES, x, x3 + q * LANES);
        c30 = v3.fma(w0, c30);
        weight += LANES;
      }
    }
    int at = toAt;
    if (accumulate) {
      c00.add(FloatVector.fromArray(SPECIES, to, at)).intoArray(to, at);
      at += toStep;
      c10.add(FloatVector.fromArray(SPECIES, to, at)).intoArray(to, at);
      at += toStep;
      c20.add(FloatVector.fromArray(SPECIES, to, at)).intoArray(to, at);
      at += toStep;
      c30.add(FloatVector.fromArray(SPECIES, to, at)).intoArray(to, at);
    } else {
      c00.intoArray(to, at);
      at += toStep;
      c10.intoArray(to, at);
      at += toStep;
      c20.intoArray(to, at);
      at += toStep;
      c30.intoArray(to, at);
    }
  }

  /** 1 pixel by 1 output channel of all lanes' groups. Hot. */
  private static void pixels1x1(
      float[] x,
      int xAt,
      int rowStep,
      int rows,
      int depth,
      float[] w,
      int wAt,
      float[] to,
      int toAt,
      boolean accumulate) {
    FloatVector c00 = FloatVector.zero(SPECIES);
    int weight = wAt;
    for (int row = 0; row < rows; row++) {
      int x0 = xAt + row * rowStep;
      for (int q = 0; q < depth; q++) {
        FloatVector w0 = FloatVector.fromArray(SPECIES, w, weight);
        FloatVector v0 = FloatVector.fromArray(SPECIES, x, x0 + q * LANES);
        c00 = v0.fma(w0, c00);
        weight += LANES;
      }
    }
    int at = toAt;
    if (accumulate) {
      c00.add(FloatVector.fromArray(SPECIES, to, at)).intoArray(to, at);
    } else {
      c00.intoArray(to, at);
    }
  }

  /** Sums over pixels the products of 6 input and 4 output channels. Hot. */
  private static void products6x4(
      float[] x,
      int xAt,
      int pixelStep,
      int rowStep,
      float[] g,
      int gAt,
      int gStep,
      int rows,
      int columns,
      float[] to,
      int toAt,
      int toStep) {
    FloatVector c00 = FloatVector.fromArray(SPECIES, to, toAt);
    FloatVector c01 = FloatVector.fromArray(SPECIES, to, toAt + LANES);
    FloatVector c02 = FloatVector.fromArray(SPECIES, to, toAt + 2 * LANES);
    FloatVector c03 = FloatVector.fromArray(SPECIES, to, toAt + 3 * LANES);
    FloatVector c10 = FloatVector.fromArray(SPECIES, to, toAt + toStep);
    FloatVector c11 = FloatVector.fromArray(SPECIES, to, toAt + toStep + LANES);
    FloatVector c12 = FloatVector.fromArray(SPECIES, to, toAt + toStep + 2 * LANES);
    FloatVector c13 = FloatVector.fromArray(SPECIES, to, toAt + toStep + 3 * LANES);
    FloatVector c20 = FloatVector.fromArray(SPECIES, to, toAt + 2 * toStep);
    FloatVector c21 = FloatVector.fromArray(SPECIES, to, toAt + 2 * toStep + LANES);
    FloatVector c22 = FloatVector.fromArray(SPECIES, to, toAt + 2 * toStep + 2 * LANES);
    FloatVector c23 = FloatVector.fromArray(SPECIES, to, toAt + 2 * toStep + 3 * LANES);
    FloatVector c30 = FloatVector.fromArray(SPECIES, to, toAt + 3 * toStep);
    FloatVector c31 = FloatVector.fromArray(SPECIES, to, toAt + 3 * toStep + LANES);
    FloatVector c32 = FloatVector.fromArray(SPECIES, to, toAt + 3 * toStep + 2 * LANES);
    FloatVector c33 = FloatVector.fromArray(SPECIES, to, toAt + 3 * toStep + 3 * LANES);
    FloatVector c40 = FloatVector.fromArray(SPECIES, to, toAt + 4 * toStep);
    FloatVector c41 = FloatVector.fromArray(SPECIES, to, toAt + 4 * toStep + LANES);
    FloatVector c42 = FloatVector.fromArray(SPECIES, to, toAt + 4 * toStep + 2 * LANES);
    FloatVector c43 = FloatVector.fromArray(SPECIES, to, toAt + 4 * toStep + 3 * LANES);
    FloatVector c50 = FloatVector.fromArray(SPECIES, to, toAt + 5 * toStep);
    FloatVector c51 = FloatVector.fromArray(SPECIES, to, toAt + 5 * toStep + LANES);
    FloatVector c52 = FloatVector.fromArray(SPECIES, to, toAt + 5 * toStep + 2 * LANES);
    FloatVector c53 = FloatVector.fromArray(SPECIES, to, toAt + 5 * toStep + 3 * LANES);
    int gradient = gAt;
    for (int row = 0; row < rows; row++) {
      int pixel = xAt + row * rowStep;
      for (int column = 0; column < columns; column++) {
        FloatVector g0 = FloatVector.fromArray(SPECIES, g, gradient);
        FloatVector g1 = FloatVector.fromArray(SPECIES, g, gradient + LANES);
        FloatVector g2 = FloatVector.fromArray(SPECIES, g, gradient + 2 * LANES);
        FloatVector g3 = FloatVector.fromArray(SPECIES, g, gradient + 3 * LANES);
        FloatVector v0 = FloatVector.fromArray(SPECIES, x, pixel);
        c00 = v0.fma(g0, c00);
        c01 = v0.fma(g1, c01);
        c02 = v0.fma(g2, c02);
        c03 = v0.fma(g3, c03);
        FloatVector v1 = FloatVector.fromArray(SPECIES, x, pixel + LANES);
        c10 = v1.fma(g0, c10);
        c11 = v1.fma(g1, c11);
        c12 = v1.fma(g2, c12);
        c13 = v1.fma(g3, c13);
        FloatVector v2 = FloatVector.fromArray(SPECIES, x, pixel + 2 * LANES);
        c20 = v2.fma(g0, c20);
        c21 = v2.fma(g1, c21);
        c22 = v2.fma(g2, c22);
        c23 = v2.fma(g3, c23);
        FloatVector v3 = FloatVector.fromArray(SPECIES, x, pixel + 3 * LANES);
        c30 = v3.fma(g0, c30);
        c31 = v3.fma(g1, c31);
        c32 = v3.fma(g2, c32);
        c33 = v3.fma(g3, c33);
        FloatVector v4 = FloatVector.fromArray(SPECIES, x, pixel + 4 * LANES);
        c40 = v4.fma(g0, c40);
        c41 = v4.fma(g1, c41);
        c42 = v4.fma(g2, c42);
        c43 = v4.fma(g3, c43);
        FloatVector v5 = FloatVector.fromArray(SPECIES, x, pixel + 5 * LANES);
        c50 = v5.fma(g0, c50);
        c51 = v5.fma(g1, c51);
        c52 = v5.fma(g2, c52);
        c53 = v5.fma(g3, c53);
        pixel += pixelStep;
        gradient += gStep;
      }
    }
    c00.intoArray(to, toAt);
    c01.intoArray(to, toAt + LANES);
    c02.intoArray(to, toAt + 2 * LANES);
    c03.intoArray(to, toAt + 3 * LANES);
    c10.intoArray(to, toAt + toStep);
    c11.intoArray(to, toAt + toStep + LANES);
    c12.intoArray(to, toAt + toStep + 2 * LANES);
    c13.intoArray(to, toAt + toStep + 3 * LANES);
    c20.intoArray(to, toAt + 2 * toStep);
    c21.intoArray(to, toAt + 2 * toStep + LANES);
    c22.intoArray(to, toAt + 2 * toStep + 2 * LANES);
    c23.intoArray(to, toAt + 2 * toStep + 3 * LANES);
    c30.intoArray(to, toAt + 3 * toStep);
    c31.intoArray(to, toAt + 3 * toStep + LANES);
    c32.intoArray(to, toAt + 3 * toStep + 2 * LANES);
    c33.intoArray(to, toAt + 3 * toStep + 3 * LANES);
    c40.intoArray(to, toAt + 4 * toStep);
    c41.intoArray(to, toAt + 4 * toStep + LANES);
    c42.intoArray(to, toAt + 4 * toStep + 2 * LANES);
    c43.intoArray(to, toAt + 4 * toStep + 3 * LANES);
    c50.intoArray(to, toAt + 5 * toStep);
    c51.intoArray(to, toAt + 5 * toStep + LANES);
    c52.intoArray(to, toAt + 5 * toStep + 2 * LANES);
    c53.intoArray(to, toAt + 5 * toStep + 3 * LANES);
  }

  /** Sums over pixels the products of 2 input and 4 output channels. Hot. */
  private static void products2x4(
      float[] x,
      int xAt,
      int pixelStep,
      int rowStep,
      float[] g,
      int gAt,
      int gStep,
      int rows,
      int columns,
      float[] to,
      int toAt,
      int toStep) {
    FloatVector c00 = FloatVector.fromArray(SPECIES, to, toAt);
    FloatVector c01 = FloatVector.fromArray(SPECIES, to, toAt + LANES);
    FloatVector c02 = FloatVector.fromArray(SPECIES, to, toAt + 2 * LANES);
    FloatVector c03 = FloatVector.fromArray(SPECIES, to, toAt + 3 * LANES);
    FloatVector c10 = FloatVector.fromArray(SPECIES, to, toAt + toStep);
    FloatVector c11 = FloatVector.fromArray(SPECIES, to, toAt + toStep + LANES);
    FloatVector c12 = FloatVector.fromArray(SPECIES, to, toAt + toStep + 2 * LANES);
    FloatVector c13 = FloatVector.fromArray(SPECIES, to, toAt + toStep + 3 * LANES);
    int gradient = gAt;
    for (int row = 0; row < rows; row++) {
      int pixel = xAt + row * rowStep;
      for (int column = 0; column < columns; column++) {
        FloatVector g0 = FloatVector.fromArray(SPECIES, g, gradient);
        FloatVector g1 = FloatVector.fromArray(SPECIES, g, gradient + LANES);
        FloatVector g2 = FloatVector.fromArray(SPECIES, g, gradient + 2 * LANES);
        FloatVector g3 = FloatVector.fromArray(SPECIES, g, gradient + 3 * LANES);
        FloatVector v0 = FloatVector.fromArray(SPECIES, x, pixel);
        c00 = v0.fma(g0, c00);
        c01 = v0.fma(g1, c01);
        c02 = v0.fma(g2, c02);
        c03 = v0.fma(g3, c03);
        FloatVector v1 = FloatVector.fromArray(SPECIES, x, pixel + LANES);
        c10 = v1.fma(g0, c10);
        c11 = v1.fma(g1, c11);
        c12 = v1.fma(g2, c12);
        c13 = v1.fma(g3, c13);
        pixel += pixelStep;
        gradient += gStep;
      }
    }
    c00.intoArray(to, toAt);
    c01.intoArray(to, toAt + LANES);
    c02.intoArray(to, toAt + 2 * LANES);
    c03.intoArray(to, toAt + 3 * LANES);
    c10.intoArray(to, toAt + toStep);
    c11.intoArray(to, toAt + toStep + LANES);
    c12.intoArray(to, toAt + toStep + 2 * LANES);
    c13.intoArray(to, toAt + toStep + 3 * LANES);
  }

  /** Sums over pixels the products of 1 input and 4 output channels. Hot. */
  private static void products1x4(
      float[] x,
      int xAt,
      int pixelStep,
      int rowStep,
      float[] g,
      int gAt,
      int gStep,
      int rows,
      int columns,
      float[] to,
      int toAt) {
    FloatVector c00 = FloatVector.fromArray(SPECIES, to, toAt);
    FloatVector c01 = FloatVector.fromArray(SPECIES, to, toAt + LANES);
    FloatVector c02 = FloatVector.fromArray(SPECIES, to, toAt + 2 * LANES);
    FloatVector c03 = FloatVector.fromArray(SPECIES, to, toAt + 3 * LANES);
    int gradient = gAt;
    for (int row = 0; row < rows; row++) {
      int pixel = xAt + row * rowStep;
      for (int column = 0; column < columns; column++) {
        FloatVector g0 = FloatVector.fromArray(SPECIES, g, gradient);
        FloatVector g1 = FloatVector.fromArray(SPECIES, g, gradient + LANES);
        FloatVector g2 = FloatVector.fromArray(SPECIES, g, gradient + 2 * LANES);
        FloatVector g3 = FloatVector.fromArray(SPECIES, g, gradient + 3 * LANES);
        FloatVector v0 = FloatVector.fromArray(SPECIES, x, pixel);
        c00 = v0.fma(g0, c00);
        c01 = v0.fma(g1, c01);
        c02 = v0.fma(g2, c02);
        c03 = v0.fma(g3, c03);
        pixel += pixelStep;
        gradient += gStep;
      }
    }
    c00.intoArray(to, toAt);
    c01.intoArray(to, toAt + LANES);
    c02.intoArray(to, toAt + 2 * LANES);
    c03.intoArray(to, toAt + 3 * LANES);
  }

  /** Sums over pixels the products of 1 input and 1 output channels. Hot. */
  private static void products1x1(
      float[] x,
      int xAt,
      int pixelStep,
      int rowStep,
      float[] g,
      int gAt,
      int gStep,
      int rows,
      int columns,
      float[] to,
      int toAt) {
    FloatVector c00 = FloatVector.fromArray(SPECIES, to, toAt);
    int gradient = gAt;
    for (int row = 0; row < rows; row++) {
      int pixel = xAt + row * rowStep;
      for (int column = 0; column < columns; column++) {
        FloatVector g0 = FloatVector.fromArray(SPECIES, g, gradient);
        FloatVector v0 = FloatVector.fromArray(SPECIES, x, pixel);
        c00 = v0.fma(g0, c00);
        pixel += pixelStep;
        gradient += gStep;
      }
    }
    c00.intoArray(to, toAt);
  }
}
