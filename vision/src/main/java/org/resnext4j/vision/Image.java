package org.resnext4j.vision;

import java.awt.image.BufferedImage;
import java.awt.image.DataBufferByte;
import java.util.Arrays;

/**
 * A picture of 8-bit red, green and blue samples.
 *
 * <p>The image keeps the given array and makes no copy. Code that shares an image must not write to
 * the array.
 *
 * @param height rows, at least 1
 * @param width columns, at least 1
 * @param rgb unsigned samples in {@code [height, width, 3]} order
 */
@SuppressWarnings("ArrayRecordComponent") // equals and hashCode compare the content.
public record Image(int height, int width, byte[] rgb) {

  /** Samples of a pixel. */
  public static final int CHANNELS = 3;

  /**
   * Checks that the samples fill the picture.
   *
   * @throws IllegalArgumentException if a side is below 1 or the number of samples is not {@code
   *     height * width * 3}
   */
  public Image {
    if (height < 1 || width < 1 || rgb.length != (long) height * width * CHANNELS) {
      throw new IllegalArgumentException(
          "an image of %d×%d (height × width) pixels needs 3 samples a pixel, but found %d samples"
              .formatted(height, width, rgb.length));
    }
  }

  /**
   * Creates a black picture.
   *
   * @throws IllegalArgumentException if the picture is empty or has more samples than an array can
   *     hold
   */
  public static Image black(int height, int width) {
    if ((long) height * width * CHANNELS > Integer.MAX_VALUE) {
      throw new IllegalArgumentException(
          "an image of %d×%d pixels has more samples than an array can hold"
              .formatted(height, width));
    }
    return new Image(height, width, new byte[Math.max(0, height * width * CHANNELS)]);
  }

  /** Returns a sample, from 0 to 255. Channel 0 is red, channel 1 is green, channel 2 is blue. */
  public int sample(int row, int column, int channel) {
    return rgb[(row * width + column) * CHANNELS + channel] & 0xff;
  }

  /** Copies the picture into a {@link BufferedImage} of type {@code TYPE_3BYTE_BGR}. */
  public BufferedImage toBufferedImage() {
    BufferedImage buffered = new BufferedImage(width, height, BufferedImage.TYPE_3BYTE_BGR);
    byte[] bgr = ((DataBufferByte) buffered.getRaster().getDataBuffer()).getData();
    for (int i = 0; i < rgb.length; i += CHANNELS) {
      bgr[i] = rgb[i + 2];
      bgr[i + 1] = rgb[i + 1];
      bgr[i + 2] = rgb[i];
    }
    return buffered;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Image image
        && height == image.height
        && width == image.width
        && Arrays.equals(rgb, image.rgb);
  }

  @Override
  public int hashCode() {
    return 31 * (31 * height + width) + Arrays.hashCode(rgb);
  }

  @Override
  public String toString() {
    return "Image[" + height + "×" + width + "]";
  }
}
