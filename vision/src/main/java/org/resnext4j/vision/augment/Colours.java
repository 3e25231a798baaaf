package org.resnext4j.vision.augment;

import java.util.function.IntUnaryOperator;
import org.resnext4j.vision.Image;

/** Pillow's changes of colour ({@code ImageEnhance}, {@code ImageOps}), to the same bits. */
final class Colours {

  private static final int LEVELS = 256;

  private Colours() {}

  /**
   * Scales the brightness: factor 0 gives black, factor 1 the picture, a larger factor a brighter
   * one.
   */
  static Image brightness(Image image, float factor) {
    return lookup(image, level -> blend(0, level, factor));
  }

  /** Scales the contrast: factor 0 gives the mean grey level, factor 1 the picture. */
  static Image contrast(Image image, float factor) {
    long sum = 0;
    for (int i = 0; i < image.rgb().length; i += Image.CHANNELS) {
      sum += grey(image.rgb(), i);
    }
    int mean = (int) ((double) sum / (image.height() * image.width()) + 0.5);
    return lookup(image, level -> blend(mean, level, factor));
  }

  /** Scales the saturation: factor 0 gives the grey picture, factor 1 the picture. */
  static Image saturation(Image image, float factor) {
    byte[] in = image.rgb();
    byte[] out = new byte[in.length];
    for (int i = 0; i < in.length; i += Image.CHANNELS) {
      int grey = grey(in, i);
      for (int c = 0; c < Image.CHANNELS; c++) {
        out[i + c] = (byte) blend(grey, in[i + c] & 0xff, factor);
      }
    }
    return new Image(image.height(), image.width(), out);
  }

  /**
   * Scales the sharpness: factor 0 gives the smoothed picture, factor 1 the picture. The outermost
   * pixels keep their values.
   */
  static Image sharpness(Image image, float factor) {
    byte[] in = image.rgb();
    byte[] out = in.clone();
    int stride = image.width() * Image.CHANNELS;
    for (int y = 1; y < image.height() - 1; y++) {
      for (int x = Image.CHANNELS; x < stride - Image.CHANNELS; x++) {
        int at = y * stride + x;
        int sum = 4 * (in[at] & 0xff);
        for (int row = at - stride; row <= at + stride; row += stride) {
          sum +=
              (in[row - Image.CHANNELS] & 0xff)
                  + (in[row] & 0xff)
                  + (in[row + Image.CHANNELS] & 0xff);
        }
        int smooth = (2 * sum + 13) / 26; // sum / 13, rounded
        out[at] = (byte) blend(smooth, in[at] & 0xff, factor);
      }
    }
    return new Image(image.height(), image.width(), out);
  }

  /** Keeps the upper bits of each sample. */
  static Image posterize(Image image, int bits) {
    int mask = -1 << (8 - bits);
    return lookup(image, level -> level & mask);
  }

  /** Inverts samples that are not below a threshold. */
  static Image solarize(Image image, double threshold) {
    return lookup(image, level -> level < threshold ? level : 255 - level);
  }

  /** Stretches the samples of each channel to the range 0 to 255. */
  static Image autoContrast(Image image) {
    int[][] histograms = histograms(image);
    int[][] tables = new int[Image.CHANNELS][LEVELS];
    for (int c = 0; c < Image.CHANNELS; c++) {
      int low = 0;
      while (histograms[c][low] == 0) {
        low++;
      }
      int high = LEVELS - 1;
      while (histograms[c][high] == 0) {
        high--;
      }
      double scale = 255.0 / (high - low);
      double offset = -low * scale;
      for (int level = 0; level < LEVELS; level++) {
        tables[c][level] = high <= low ? level : clip((int) (level * scale + offset));
      }
    }
    return lookup(image, tables);
  }

  /** Equalises the histogram of each channel. */
  static Image equalize(Image image) {
    int[][] histograms = histograms(image);
    int[][] tables = new int[Image.CHANNELS][LEVELS];
    for (int c = 0; c < Image.CHANNELS; c++) {
      int[] histogram = histograms[c];
      int last = LEVELS - 1;
      while (histogram[last] == 0) {
        last--;
      }
      int step = (image.height() * image.width() - histogram[last]) / 255;
      int sum = step / 2;
      for (int level = 0; level < LEVELS; level++) {
        tables[c][level] = step == 0 ? level : Math.min(255, sum / step);
        sum += histogram[level];
      }
    }
    return lookup(image, tables);
  }

  /** Shifts the hue by a fraction of a turn of the colour circle, in Pillow's 8-bit HSV. */
  static Image hue(Image image, double turns) {
    int shift = (int) (turns * 255);
    byte[] out = image.rgb().clone();
    for (int i = 0; i < out.length; i += Image.CHANNELS) {
      turn(out, i, shift);
    }
    return new Image(image.height(), image.width(), out);
  }

  private static void turn(byte[] rgb, int i, int shift) {
    int red = rgb[i] & 0xff;
    int green = rgb[i + 1] & 0xff;
    int blue = rgb[i + 2] & 0xff;
    int value = Math.max(red, Math.max(green, blue));
    int least = Math.min(red, Math.min(green, blue));
    if (value == least) {
      return;
    }
    float range = value - least;
    float redPart = (value - red) / range;
    float greenPart = (value - green) / range;
    float bluePart = (value - blue) / range;
    float hue;
    if (red == value) {
      hue = bluePart - greenPart;
    } else if (green == value) {
      hue = (float) (2.0 + redPart - bluePart);
    } else {
      hue = (float) (4.0 + greenPart - redPart);
    }
    hue = (float) ((hue / 6.0 + 1.0) % 1.0);
    int saturation = (int) (range / value * 255.0);
    if (saturation == 0) {
      rgb[i] = (byte) value;
      rgb[i + 1] = (byte) value;
      rgb[i + 2] = (byte) value;
      return;
    }
    int turned = ((int) (hue * 255.0) + shift) & 0xff;
    int sector = (int) Math.floor(turned * 6.0 / 255.0);
    float part = (float) (turned * 6.0 / 255.0 - sector);
    float s = (float) (saturation / 255.0);
    int p = round(value * (1.0 - s));
    int q = round(value * (1.0 - s * part));
    int t = round(value * (1.0 - s * (1.0 - part)));
    int[] colour =
        switch (sector % 6) {
          case 0 -> new int[] {value, t, p};
          case 1 -> new int[] {q, value, p};
          case 2 -> new int[] {p, value, t};
          case 3 -> new int[] {p, q, value};
          case 4 -> new int[] {t, p, value};
          default -> new int[] {value, p, q};
        };
    for (int c = 0; c < Image.CHANNELS; c++) {
      rgb[i + c] = (byte) colour[c];
    }
  }

  private static int round(double value) {
    return clip((int) Math.floor(value + 0.5));
  }

  private static int grey(byte[] rgb, int i) {
    return ((rgb[i] & 0xff) * 19595
            + (rgb[i + 1] & 0xff) * 38470
            + (rgb[i + 2] & 0xff) * 7471
            + 0x8000)
        >> 16;
  }

  private static int blend(int from, int to, float factor) {
    return clip((int) (from + factor * (to - from)));
  }

  private static int clip(int value) {
    return Math.max(0, Math.min(255, value));
  }

  private static int[][] histograms(Image image) {
    int[][] histograms = new int[Image.CHANNELS][LEVELS];
    byte[] rgb = image.rgb();
    for (int i = 0; i < rgb.length; i++) {
      histograms[i % Image.CHANNELS][rgb[i] & 0xff]++;
    }
    return histograms;
  }

  private static Image lookup(Image image, IntUnaryOperator level) {
    int[] table = new int[LEVELS];
    for (int i = 0; i < LEVELS; i++) {
      table[i] = level.applyAsInt(i);
    }
    return lookup(image, new int[][] {table, table, table});
  }

  private static Image lookup(Image image, int[][] tables) {
    byte[] in = image.rgb();
    byte[] out = new byte[in.length];
    for (int i = 0; i < in.length; i++) {
      out[i] = (byte) tables[i % Image.CHANNELS][in[i] & 0xff];
    }
    return new Image(image.height(), image.width(), out);
  }
}
