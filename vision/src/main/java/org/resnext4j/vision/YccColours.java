package org.resnext4j.vision;

/** JPEG's luminance and colour differences to red, green and blue, rounded as libjpeg does. */
final class YccColours {

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

  /** Converts the first three of each pixel's samples in place. */
  static void toRgb(byte[] samples, int step) {
    for (int i = 0; i < samples.length - 2; i += step) {
      int pixel = rgb(samples[i] & 0xff, samples[i + 1] & 0xff, samples[i + 2] & 0xff);
      samples[i] = (byte) pixel;
      samples[i + 1] = (byte) (pixel >> 8);
      samples[i + 2] = (byte) (pixel >> 16);
    }
  }

  /**
   * Converts some pixels to red, green and blue, in this order from the lowest bits. Hot, written
   * to be vectorised by C2.
   */
  static void pack(int[] luminance, int[] blue, int[] red, int count, int[] packed) {
    for (int i = 0; i < count; i++) {
      packed[i] = rgb(luminance[i], blue[i], red[i]);
    }
  }

  private static int rgb(int luminance, int blueDifference, int redDifference) {
    int cb = blueDifference - 128;
    int cr = redDifference - 128;
    int red = clip(luminance + ((RED_OF_CR * cr + HALF) >> BITS));
    int green = clip(luminance + ((HALF - GREEN_OF_CB * cb - GREEN_OF_CR * cr) >> BITS));
    int blue = clip(luminance + ((BLUE_OF_CB * cb + HALF) >> BITS));
    return red | (green << 8) | (blue << 16);
  }

  private static int clip(int value) {
    return Math.max(0, Math.min(255, value));
  }
}
