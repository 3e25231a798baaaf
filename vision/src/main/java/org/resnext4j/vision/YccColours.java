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

  /** Converts the first three of each pixel's samples in place. Hot. */
  static void toRgb(byte[] samples, int step) {
    for (int i = 0; i < samples.length - 2; i += step) {
      int y = samples[i] & 0xff;
      int cb = (samples[i + 1] & 0xff) - 128;
      int cr = (samples[i + 2] & 0xff) - 128;
      samples[i] = clip(y + ((RED_OF_CR * cr + HALF) >> BITS));
      samples[i + 1] = clip(y + ((HALF - GREEN_OF_CB * cb - GREEN_OF_CR * cr) >> BITS));
      samples[i + 2] = clip(y + ((BLUE_OF_CB * cb + HALF) >> BITS));
    }
  }

  private static byte clip(int value) {
    return (byte) Math.max(0, Math.min(255, value));
  }
}
