package org.resnext4j.engine.cpu.kernel;

import org.resnext4j.engine.graph.Nonlinearity;

/**
 * Functions of the channels of one pixel: nonlinearities, the operations of attention, and the sums
 * of fixed filters. They are plain loops, which C2 vectorises. An array, an index and a common
 * count describe each range of values.
 */
public final class PixelFunctions {

  private PixelFunctions() {}

  /** Computes {@code y = f(x)}. x and y may be the same range. */
  public static void apply(Nonlinearity f, float[] x, int from, float[] y, int to, int count) {
    switch (f) {
      case SIGMOID -> {
        for (int i = 0; i < count; i++) {
          y[to + i] = 1 / (1 + exp(-x[from + i]));
        }
      }
      case HARD_SIGMOID -> {
        for (int i = 0; i < count; i++) {
          y[to + i] = Math.min(1, Math.max(0, x[from + i] * (1f / 6) + 0.5f));
        }
      }
      case SILU -> {
        for (int i = 0; i < count; i++) {
          y[to + i] = x[from + i] / (1 + exp(-x[from + i]));
        }
      }
    }
  }

  /** Computes {@code dx = dy · f′(x)}. dx and dy may be the same range. */
  public static void applyGradient(
      Nonlinearity f, float[] x, float[] dy, int dyAt, float[] dx, int dxAt, int count) {
    switch (f) {
      case SIGMOID -> {
        for (int i = 0; i < count; i++) {
          float gate = 1 / (1 + exp(-x[i]));
          dx[dxAt + i] = dy[dyAt + i] * (gate * (1 - gate));
        }
      }
      case HARD_SIGMOID -> {
        for (int i = 0; i < count; i++) {
          dx[dxAt + i] = x[i] > -3 && x[i] < 3 ? dy[dyAt + i] * (1f / 6) : 0;
        }
      }
      case SILU -> {
        for (int i = 0; i < count; i++) {
          float gate = 1 / (1 + exp(-x[i]));
          dx[dxAt + i] = dy[dyAt + i] * (gate * (1 + x[i] * (1 - gate)));
        }
      }
    }
  }

  /**
   * Computes the exponential function within 2 ulp as {@code 2ⁿ · eʳ}, where n is the integer
   * nearest to {@code x / ln 2} and a polynomial approximates eʳ (Cody and Waite 1980). The code
   * has no branch and no call, so C2 vectorises it.
   */
  static float exp(float x) {
    float bounded = Math.min(88f, Math.max(-87f, x));
    float n =
        bounded * 1.442695f
            + 12582912f
            - 12582912f; // Rounds, since 1.5 · 2²³ has no fraction bits.
    float r = bounded - n * 0.6933594f + n * 2.1219444e-4f;
    float p = 1.9875691e-4f;
    p = p * r + 1.3981999e-3f;
    p = p * r + 8.333452e-3f;
    p = p * r + 4.1665796e-2f;
    p = p * r + 1.6666666e-1f;
    p = p * r + 0.5f;
    return (p * r * r + r + 1) * Float.intBitsToFloat(((int) n + 127) << 23);
  }

  /** Computes {@code y += factor · x}. */
  public static void addScaled(float factor, float[] x, int from, float[] y, int to, int count) {
    for (int i = 0; i < count; i++) {
      y[to + i] += factor * x[from + i];
    }
  }

  /** Computes {@code y = a · b}. The three ranges may be the same. */
  public static void multiply(
      float[] a, int aAt, float[] b, int bAt, float[] y, int to, int count) {
    for (int i = 0; i < count; i++) {
      y[to + i] = a[aAt + i] * b[bAt + i];
    }
  }

  /** Computes a convolution along the channels with zero padding. x and y must not overlap. */
  public static void convolve(float[] weight, float[] x, int from, float[] y, int to, int count) {
    int half = weight.length / 2;
    for (int i = 0; i < count; i++) {
      float sum = 0;
      for (int tap = Math.max(0, half - i);
          tap < Math.min(weight.length, count + half - i);
          tap++) {
        sum += weight[tap] * x[from + i + tap - half];
      }
      y[to + i] = sum;
    }
  }

  /**
   * Computes softmax over paths; the values are {@code [path, channel]}. x and y may be the same
   * range.
   */
  public static void softmax(int paths, float[] x, int from, float[] y, int to, int count) {
    int width = count / paths;
    for (int i = 0; i < width; i++) {
      float largest = Float.NEGATIVE_INFINITY;
      for (int j = i; j < count; j += width) {
        largest = Math.max(largest, x[from + j]);
      }
      float sum = 0;
      for (int j = i; j < count; j += width) {
        float power = exp(x[from + j] - largest);
        y[to + j] = power;
        sum += power;
      }
      for (int j = i; j < count; j += width) {
        y[to + j] /= sum;
      }
    }
  }

  /**
   * Computes the gradient of a softmax's input from its outputs y: {@code dx = y · (dy − Σ y ·
   * dy)}.
   */
  public static void softmaxGradient(
      int paths, float[] y, float[] dy, int dyAt, float[] dx, int dxAt, int count) {
    int width = count / paths;
    for (int i = 0; i < width; i++) {
      float sum = 0;
      for (int j = i; j < count; j += width) {
        sum += y[j] * dy[dyAt + j];
      }
      for (int j = i; j < count; j += width) {
        dx[dxAt + j] = y[j] * (dy[dyAt + j] - sum);
      }
    }
  }
}
