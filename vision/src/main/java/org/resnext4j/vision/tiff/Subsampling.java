package org.resnext4j.vision.tiff;

import org.resnext4j.vision.Image;
import org.resnext4j.vision.ImageException;

/**
 * YCbCr pixels with subsampled chrominance (TIFF 6.0, section 21). A unit holds the luminance of
 * several pixels and one pair of chrominance samples. This class converts units with the arithmetic
 * of libtiff.
 *
 * @param across columns of pixels in a unit
 * @param down rows of pixels in a unit
 */
record Subsampling(int across, int down) {

  private static final int BITS = 16;
  private static final int HALF = 1 << (BITS - 1);
  private static final float MOST = 128 * 32;

  static Subsampling of(TiffHeader header) throws ImageException {
    int across = (int) header.value(TiffHeader.SUBSAMPLING, 0, 2);
    int down =
        header.count(TiffHeader.SUBSAMPLING) == 1
            ? across
            : (int) header.value(TiffHeader.SUBSAMPLING, 1, 2);
    // The units that libtiff converts.
    boolean known =
        switch (10 * across + down) {
          case 11, 12, 21, 22, 41, 42, 44 -> true;
          default -> false;
        };
    if (!known) {
      throw header.file().damaged("its colours are subsampled %d×%d".formatted(across, down));
    }
    return new Subsampling(across, down);
  }

  /** Returns the number of bytes of a segment. */
  int bytes(int columns, int rows) {
    return Math.toIntExact(
        (long) Math.ceilDiv(columns, across) * Math.ceilDiv(rows, down) * (across * down + 2));
  }

  /**
   * Converts a segment.
   *
   * @return red, green and blue in rows
   */
  byte[] toRgb(Conversion conversion, byte[] units, int columns, int rows) {
    byte[] rgb = new byte[Math.multiplyExact(Math.multiplyExact(columns, rows), Image.CHANNELS)];
    int at = 0;
    for (int top = 0; top < rows; top += down) {
      for (int left = 0; left < columns; left += across) {
        int blue = units[at + across * down] & 0xff;
        int red = units[at + across * down + 1] & 0xff;
        for (int i = 0; i < across * down; i++) {
          int y = top + i / across;
          int x = left + i % across;
          if (y < rows && x < columns) {
            conversion.store(units[at + i] & 0xff, blue, red, rgb, (y * columns + x) * 3);
          }
        }
        at += across * down + 2;
      }
    }
    return rgb;
  }

  /** For each stored number, its contribution to a colour. All segments of a page share it. */
  @SuppressWarnings("ArrayRecordComponent") // Nothing compares the tables.
  record Conversion(
      int[] luminance, int[] redOfRed, int[] greenOfRed, int[] greenOfBlue, int[] blueOfBlue) {

    static Conversion of(TiffHeader header) throws ImageException {
      float[] luma = header.fractions(TiffHeader.LUMA_COEFFICIENTS, 0.299f, 0.587f, 0.114f);
      float[] range = header.fractions(TiffHeader.BLACK_AND_WHITE, 0, 255, 128, 255, 128, 255);
      if (luma[1] == 0) {
        throw header.file().damaged("its luminance holds no green");
      }
      float redFactor = 2 - 2 * luma[0];
      float blueFactor = 2 - 2 * luma[2];
      int red = fixed(redFactor);
      int blue = fixed(blueFactor);
      int greenRed = -fixed(luma[0] * redFactor / luma[1]);
      int greenBlue = -fixed(luma[2] * blueFactor / luma[1]);
      Conversion all =
          new Conversion(new int[256], new int[256], new int[256], new int[256], new int[256]);
      for (int i = 0; i < 256; i++) {
        int cr = value(i - 128, range[4] - 128, range[5] - 128, 127);
        int cb = value(i - 128, range[2] - 128, range[3] - 128, 127);
        all.luminance[i] = value(i, range[0], range[1], 255);
        all.redOfRed[i] = (red * cr + HALF) >> BITS;
        all.blueOfBlue[i] = (blue * cb + HALF) >> BITS;
        all.greenOfRed[i] = greenRed * cr;
        all.greenOfBlue[i] = greenBlue * cb + HALF;
      }
      return all;
    }

    private static int fixed(float factor) {
      return (int) (Math.clamp(factor, 0f, 2f) * (1 << BITS) + 0.5);
    }

    private static int value(int code, float black, float white, int most) {
      float range = white - black;
      float value = (code - (int) black) * (float) most / (range == 0 ? 1 : range);
      return (int) Math.clamp(value, -MOST, MOST);
    }

    void store(int light, int blue, int red, byte[] rgb, int to) {
      rgb[to] = clip(luminance[light] + redOfRed[red]);
      rgb[to + 1] = clip(luminance[light] + ((greenOfBlue[blue] + greenOfRed[red]) >> BITS));
      rgb[to + 2] = clip(luminance[light] + blueOfBlue[blue]);
    }

    private static byte clip(int value) {
      return (byte) Math.clamp(value, 0, 255);
    }
  }
}
