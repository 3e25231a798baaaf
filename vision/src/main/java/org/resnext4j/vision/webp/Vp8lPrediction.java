package org.resnext4j.vision.webp;

/**
 * The predictor transform, which predicts a pixel from the pixels before it (RFC 9649, section
 * 3.5.1).
 */
final class Vp8lPrediction {

  private static final int BLACK = 0xff000000;

  private Vp8lPrediction() {}

  /** Adds to each pixel the pixel's prediction. */
  static void undo(int[] pixels, int width, int height, int bits, int[] modes) {
    int columns = (width + (1 << bits) - 1) >> bits;
    for (int y = 0, i = 0; y < height; y++) {
      for (int x = 0; x < width; x++, i++) {
        int predicted;
        if (y == 0) {
          predicted = x == 0 ? BLACK : pixels[i - 1];
        } else if (x == 0) {
          predicted = pixels[i - width];
        } else {
          int mode = modes[(y >> bits) * columns + (x >> bits)] >> 8 & 15;
          predicted = predict(mode, pixels, i, width);
        }
        pixels[i] = Vp8lDecoder.add(pixels[i], predicted);
      }
    }
  }

  /**
   * Predicts a pixel. In the last column, the pixel above to the right is the first pixel of the
   * same row.
   */
  private static int predict(int mode, int[] pixels, int i, int width) {
    int left = pixels[i - 1];
    int above = pixels[i - width];
    int aboveLeft = pixels[i - width - 1];
    int aboveRight = pixels[i - width + 1];
    return switch (mode) {
      case 1 -> left;
      case 2 -> above;
      case 3 -> aboveRight;
      case 4 -> aboveLeft;
      case 5 -> mean(mean(left, aboveRight), above);
      case 6 -> mean(left, aboveLeft);
      case 7 -> mean(left, above);
      case 8 -> mean(aboveLeft, above);
      case 9 -> mean(above, aboveRight);
      case 10 -> mean(mean(left, aboveLeft), mean(above, aboveRight));
      case 11 -> nearer(left, above, aboveLeft);
      case 12 -> clamped(left, above, aboveLeft);
      case 13 -> halfway(mean(left, above), aboveLeft);
      default -> BLACK;
    };
  }

  private static int mean(int a, int b) {
    return ((a ^ b) >>> 1 & 0x7f7f7f7f) + (a & b);
  }

  private static int nearer(int left, int above, int corner) {
    int toLeft = 0;
    int toAbove = 0;
    for (int shift = 0; shift < 32; shift += 8) {
      toLeft += Math.abs((above >> shift & 0xff) - (corner >> shift & 0xff));
      toAbove += Math.abs((left >> shift & 0xff) - (corner >> shift & 0xff));
    }
    return toLeft < toAbove ? left : above;
  }

  private static int clamped(int a, int b, int c) {
    int result = 0;
    for (int shift = 0; shift < 32; shift += 8) {
      int sum = (a >> shift & 0xff) + (b >> shift & 0xff) - (c >> shift & 0xff);
      result |= clip(sum) << shift;
    }
    return result;
  }

  private static int halfway(int a, int b) {
    int result = 0;
    for (int shift = 0; shift < 32; shift += 8) {
      int from = a >> shift & 0xff;
      result |= clip(from + (from - (b >> shift & 0xff)) / 2) << shift;
    }
    return result;
  }

  private static int clip(int value) {
    return Math.max(0, Math.min(255, value));
  }
}
