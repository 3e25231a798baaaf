package org.resnext4j.vision.webp;

import java.util.Arrays;

/**
 * One plane of a VP8 frame and the prediction of its blocks (RFC 6386, section 12). A row of 127
 * above the plane and a column of 129 to its left predict the outermost blocks.
 */
final class Vp8Plane {

  /** Number of columns beyond the right end that the last block's prediction may read. */
  private static final int BEYOND = 4;

  final int stride;
  final byte[] samples;

  Vp8Plane(int height, int width) {
    stride = 1 + width + BEYOND;
    samples = new byte[(height + 1) * stride];
    Arrays.fill(samples, 0, stride, (byte) 127);
    for (int y = 1; y <= height; y++) {
      samples[y * stride] = (byte) 129;
    }
  }

  /** Returns the index of a sample. */
  int at(int y, int x) {
    return (y + 1) * stride + x + 1;
  }

  int get(int index) {
    return samples[index] & 0xff;
  }

  void set(int index, int value) {
    samples[index] = (byte) Math.max(0, Math.min(255, value));
  }

  /** Predicts a square block from the row above and the column to the left. */
  void predict(int mode, int y, int x, int size) {
    int at = at(y, x);
    int corner = get(at - stride - 1);
    switch (mode) {
      case Vp8Decoder.DC -> {
        int sum = 0;
        int count = 0;
        for (int i = 0; i < size && y > 0; i++, count++) {
          sum += get(at - stride + i);
        }
        for (int i = 0; i < size && x > 0; i++, count++) {
          sum += get(at - 1 + i * stride);
        }
        int mean = count == 0 ? 128 : (sum + count / 2) / count;
        for (int j = 0; j < size; j++) {
          Arrays.fill(samples, at + j * stride, at + j * stride + size, (byte) mean);
        }
      }
      case Vp8Decoder.VERTICAL -> {
        for (int j = 0; j < size; j++) {
          System.arraycopy(samples, at - stride, samples, at + j * stride, size);
        }
      }
      case Vp8Decoder.HORIZONTAL -> {
        for (int j = 0; j < size; j++) {
          int row = at + j * stride;
          Arrays.fill(samples, row, row + size, samples[row - 1]);
        }
      }
      default -> {
        for (int j = 0; j < size; j++) {
          int row = at + j * stride;
          int left = get(row - 1) - corner;
          for (int i = 0; i < size; i++) {
            set(row + i, left + get(at - stride + i));
          }
        }
      }
    }
  }

  /**
   * Predicts a block of 4 × 4.
   *
   * @param aboveRight index of the four samples that continue the row above
   */
  void predictSubblock(int mode, int at, int aboveRight) {
    // The edge: the left column from its bottom, the corner, and the row above.
    int[] e = new int[13];
    for (int i = 0; i < 4; i++) {
      e[3 - i] = get(at - 1 + i * stride);
      e[5 + i] = get(at - stride + i);
      e[9 + i] = get(aboveRight + i);
    }
    e[4] = get(at - stride - 1);
    for (int y = 0; y < 4; y++) {
      for (int x = 0; x < 4; x++) {
        samples[at + y * stride + x] = (byte) subblockSample(mode, e, y, x);
      }
    }
  }

  private static int subblockSample(int mode, int[] e, int y, int x) {
    return switch (mode) {
      case 0 -> (e[0] + e[1] + e[2] + e[3] + e[5] + e[6] + e[7] + e[8] + 4) >> 3;
      case 1 -> Math.max(0, Math.min(255, e[3 - y] + e[5 + x] - e[4]));
      case 2 -> three(e, 5 + x);
      case 3 -> y == 3 ? (e[1] + 3 * e[0] + 2) >> 2 : three(e, 3 - y);
      case 4 -> x + y == 6 ? (e[11] + 3 * e[12] + 2) >> 2 : three(e, 6 + x + y); // left down
      case 5 -> three(e, 4 + x - y); // right down
      case 6 -> { // vertical right
        int k = 2 * x - y;
        yield k >= 0
            ? (k % 2 == 0 ? two(e, 4 + k / 2) : three(e, 4 + (k + 1) / 2))
            : three(e, k == -1 ? 4 : 5 - y);
      }
      case 7 -> { // vertical left
        int k = x + y / 2;
        if (x == 3 && y >= 2) {
          yield y == 2 ? three(e, 10) : three(e, 11);
        }
        yield y % 2 == 0 ? two(e, 5 + k) : three(e, 6 + k);
      }
      case 8 -> { // horizontal down
        int k = 2 * y - x;
        if (k >= 0) {
          yield k % 2 == 0 ? two(e, 3 - k / 2) : three(e, 3 - k / 2);
        }
        yield three(e, k == -1 ? 4 : 3 + x);
      }
      default -> { // horizontal up
        int k = x + 2 * y;
        if (k > 5) {
          yield e[0];
        }
        if (k == 5) {
          yield (e[1] + 3 * e[0] + 2) >> 2;
        }
        yield k % 2 == 0 ? two(e, 2 - k / 2) : three(e, 2 - k / 2);
      }
    };
  }

  /** Returns the rounded mean of an edge sample and the next. */
  private static int two(int[] e, int i) {
    return (e[i] + e[i + 1] + 1) >> 1;
  }

  /** Returns the rounded weighted mean of an edge sample, with weight 2, and its two neighbours. */
  private static int three(int[] e, int i) {
    return (e[i - 1] + 2 * e[i] + e[i + 1] + 2) >> 2;
  }

  /** Adds the inverse transform of 16 coefficients to a block of 4 × 4 (RFC 6386, 14.4). */
  void add(int[] c, int from, int at) {
    int[] t = new int[16];
    for (int i = 0; i < 4; i++) {
      int a = c[from + i] + c[from + 8 + i];
      int b = c[from + i] - c[from + 8 + i];
      int s = sine(c[from + 4 + i]) - cosine(c[from + 12 + i]);
      int d = cosine(c[from + 4 + i]) + sine(c[from + 12 + i]);
      t[4 * i] = a + d;
      t[4 * i + 1] = b + s;
      t[4 * i + 2] = b - s;
      t[4 * i + 3] = a - d;
    }
    for (int y = 0; y < 4; y++) {
      int row = at + y * stride;
      int a = t[y] + 4 + t[8 + y];
      int b = t[y] + 4 - t[8 + y];
      int s = sine(t[4 + y]) - cosine(t[12 + y]);
      int d = cosine(t[4 + y]) + sine(t[12 + y]);
      set(row, get(row) + ((a + d) >> 3));
      set(row + 1, get(row + 1) + ((b + s) >> 3));
      set(row + 2, get(row + 2) + ((b - s) >> 3));
      set(row + 3, get(row + 3) + ((a - d) >> 3));
    }
  }

  /** Multiplies by sqrt(2) · cos(π/8). */
  private static int cosine(int value) {
    return value + ((value * 20091) >> 16);
  }

  /** Multiplies by sqrt(2) · sin(π/8). */
  private static int sine(int value) {
    return (value * 35468) >> 16;
  }
}
