package org.resnext4j.vision;

import java.util.Objects;

/**
 * Turns samples into numbers as torchvision's {@code ToTensor} and {@code Normalize} do, to the
 * same bits: {@code (sample / 255 - mean) / deviation} in float32.
 */
public final class Normalize {

  private static final int LEVELS = 256;

  /** The normalised value of each sample, {@code [channel][sample]}, of shape {@code [3][256]}. */
  private final float[][] table = new float[Image.CHANNELS][LEVELS];

  /**
   * Prepares the table of all levels.
   *
   * @param mean of red, green and blue, in units of 0..1
   * @param deviation of red, green and blue, in units of 0..1
   */
  public Normalize(float[] mean, float[] deviation) {
    for (int c = 0; c < Image.CHANNELS; c++) {
      for (int level = 0; level < LEVELS; level++) {
        table[c][level] = (level / 255f - mean[c]) / deviation[c];
      }
    }
  }

  /**
   * Writes the picture's numbers.
   *
   * @param destination receives {@code [height, width, 3]} numbers from {@code offset} on
   * @throws IndexOutOfBoundsException if they do not fit
   */
  public void apply(Image image, float[] destination, int offset) {
    byte[] rgb = image.rgb();
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
}
