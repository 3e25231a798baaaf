package org.resnext4j.vision;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import javax.imageio.ImageIO;

/** Pictures made by code, so that they are always there. */
public final class TestImages {

  private TestImages() {}

  /** A picture with edges, gradients and saturated colours, a function of its size and seed. */
  public static Image pattern(int height, int width, int seed) {
    Image image = Image.black(height, width);
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        for (int c = 0; c < 3; c++) {
          int value =
              (x * (3 + c) + y * (7 - 2 * c) + seed * 31) ^ ((x / 5 + y / 3) * 37 * (c + 1));
          image.rgb()[(y * width + x) * 3 + c] = (byte) value;
        }
      }
    }
    return image;
  }

  /** A file of the format that ImageIO calls so. */
  public static byte[] encode(BufferedImage image, String format) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try {
      if (!ImageIO.write(image, format, bytes)) {
        throw new AssertionError("no writer of " + format);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  /** A file of the format that ImageIO calls so. */
  public static byte[] encode(Image image, String format) {
    return encode(image.toBufferedImage(), format);
  }
}
