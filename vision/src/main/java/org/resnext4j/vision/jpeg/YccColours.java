package org.resnext4j.vision.jpeg;

/**
 * Converts luminance and chrominance (JFIF's YCbCr) to red, green and blue with libjpeg's rounding.
 */
public final class YccColours {

  private static final int BITS = 16;
  private static final int HALF = 1 << (BITS - 1);
  private static final int RED_OF_CR = fixed(1.40200);
  private static final int BLUE_OF_CB = fixed(1.77200);
  private static final int GREEN_OF_CR = fixed(0.71414);
  private static final int GREEN_OF_CB = fixed(0.34414);

  private YccColours() {}

  private static int fixed(double factor) {
    return (int) (factor * (1 << BITS) + 0.5);
  }

  /** Converts the first three samples of each pixel in place. */
  public static void toRgb(byte[] samples, int step) {
    for (int i = 0; i < samples.length - 2; i += step) {
      int luminance = samples[i] & 0xff;
      int cb = samples[i + 1] & 0xff;
      int cr = samples[i + 2] & 0xff;
      samples[i] = (byte) clip(luminance + red(cr));
      samples[i + 1] = (byte) clip(luminance + green(cb, cr));
      samples[i + 2] = (byte) clip(luminance + blue(cb));
    }
  }

  /**
   * Converts pixels to red, green and blue, in this order from the lowest bits. The loops are hot.
   * Each colour has a separate loop, because C2 does not vectorise longer loops.
   */
  static void pack(
      int[] luminance, int[] blueDifference, int[] redDifference, int count, int[] packed) {
    for (int i = 0; i < count; i++) {
      packed[i] = clip(luminance[i] + red(redDifference[i]));
    }
    for (int i = 0; i < count; i++) {
      packed[i] |= clip(luminance[i] + green(blueDifference[i], redDifference[i])) << 8;
    }
    for (int i = 0; i < count; i++) {
      packed[i] |= clip(luminance[i] + blue(blueDifference[i])) << 16;
    }
  }

  private static int red(int redDifference) {
    return (RED_OF_CR * (redDifference - 128) + HALF) >> BITS;
  }

  private static int green(int blueDifference, int redDifference) {
    int differences = GREEN_OF_CB * (blueDifference - 128) + GREEN_OF_CR * (redDifference - 128);
    return (HALF - differences) >> BITS;
  }

  private static int blue(int blueDifference) {
    return (BLUE_OF_CB * (blueDifference - 128) + HALF) >> BITS;
  }

  private static int clip(int value) {
    return Math.max(0, Math.min(255, value));
  }
}
