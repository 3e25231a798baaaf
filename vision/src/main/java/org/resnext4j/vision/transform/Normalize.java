package org.resnext4j.vision.transform;

import java.util.Arrays;
import java.util.Objects;
import org.resnext4j.vision.Image;

/**
 * Converts samples to numbers: {@code (sample / 255 - mean) / deviation} in float32. The results
 * are bit for bit those of torchvision's {@code ToTensor} and {@code Normalize}.
 */
public final class Normalize {

  private static final int LEVELS = 256;

  /** Pillow's weights of red, green and blue in a grey level (ITU-R BT.601), in 1/65536. */
  private static final int RED = 19595;

  private static final int GREEN = 38470;
  private static final int BLUE = 7471;
  private static final int HALF = 1 << 15;

  /** The normalised value of each sample, of shape {@code [channels][256]}. */
  private final float[][] table;

  /**
   * Computes the table of all levels.
   *
   * @param mean mean of red, green and blue, or only of grey, in units of 0..1
   * @param deviation standard deviation of the same channels, in units of 0..1
   */
  public Normalize(float[] mean, float[] deviation) {
    table = new float[mean.length][LEVELS];
    for (int c = 0; c < mean.length; c++) {
      for (int level = 0; level < LEVELS; level++) {
        table[c][level] = (level / 255f - mean[c]) / deviation[c];
      }
    }
  }

  /**
   * Writes the normalised numbers of a picture. With one channel, these are the numbers of the
   * picture's grey levels (Pillow's {@code convert("L")}).
   *
   * @param destination array that receives the numbers, {@code [height, width, channels]}, from
   *     {@code offset} on
   * @throws IndexOutOfBoundsException if the numbers do not fit into the array
   */
  public void apply(Image image, float[] destination, int offset) {
    byte[] rgb = image.rgb();
    if (table.length == 1) {
      Objects.checkFromIndexSize(offset, rgb.length / Image.CHANNELS, destination.length);
      for (int i = 0; i < rgb.length; i += Image.CHANNELS) {
        destination[offset + i / Image.CHANNELS] = table[0][grey(rgb, i)];
      }
      return;
    }
    Objects.checkFromIndexSize(offset, rgb.length, destination.length);
    float[] red = table[0];
    float[] green = table[1];
    float[] blue = table[2];
    for (int i = 0; i < rgb.length; i += Image.CHANNELS) {
      destination[offset + i] = red[rgb[i] & 0xff];
      destination[offset + i + 1] = green[rgb[i + 1] & 0xff];
      destination[offset + i + 2] = blue[rgb[i + 2] & 0xff];
    }
  }

  /** Converts a picture to grey levels (Pillow's {@code convert("L")}), in three equal channels. */
  public static Image grey(Image image) {
    byte[] rgb = image.rgb();
    byte[] grey = new byte[rgb.length];
    for (int i = 0; i < rgb.length; i += Image.CHANNELS) {
      Arrays.fill(grey, i, i + Image.CHANNELS, (byte) grey(rgb, i));
    }
    return new Image(image.height(), image.width(), grey);
  }

  private static int grey(byte[] rgb, int at) {
    return (RED * (rgb[at] & 0xff)
            + GREEN * (rgb[at + 1] & 0xff)
            + BLUE * (rgb[at + 2] & 0xff)
            + HALF)
        >> 16;
  }
}
