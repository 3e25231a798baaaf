package org.resnext4j.vision;

import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.imageio.ImageIO;

/**
 * Decodes pictures of JPEG, PNG, BMP, GIF and WebP files, recognised by their content, to the
 * samples that Pillow's {@code Image.open(file).convert("RGB")} gives. Immutable; any number of
 * threads may use one reader.
 *
 * @param maximumPixels pictures of more pixels are refused before memory is taken for them
 * @param maximumBytes files of more bytes are refused before they are read
 * @param applyOrientation whether to turn a picture as its EXIF orientation says; torchvision does
 *     not
 */
public record ImageReader(long maximumPixels, long maximumBytes, boolean applyOrientation) {

  /**
   * Pictures of at most 178,956,970 pixels (where Pillow refuses too) and 512 MiB, orientation
   * ignored.
   */
  public static ImageReader defaults() {
    return new ImageReader(178_956_970, 512L << 20, false);
  }

  /** The same with another limit of pixels. */
  public ImageReader withMaximumPixels(long pixels) {
    return new ImageReader(pixels, maximumBytes, applyOrientation);
  }

  /** The same with another limit of bytes. */
  public ImageReader withMaximumBytes(long bytes) {
    return new ImageReader(maximumPixels, bytes, applyOrientation);
  }

  /** The same, turning pictures as their EXIF orientation says or not. */
  public ImageReader withOrientation(boolean apply) {
    return new ImageReader(maximumPixels, maximumBytes, apply);
  }

  /**
   * Reads a file.
   *
   * @throws ImageException if it is not a picture that can be read, or larger than allowed
   * @throws IOException if the file is absent or cannot be read
   */
  public Image read(Path file) throws IOException {
    return read(Files.readAllBytes(file), file.toString());
  }

  /**
   * Reads the bytes of a file.
   *
   * @throws ImageException if they are not a picture that can be read, or larger than allowed
   */
  public Image read(byte[] file) throws ImageException {
    return read(file, "image");
  }

  /**
   * Reads the bytes of a file.
   *
   * @param name what messages call it
   * @throws ImageException if they are not a picture that can be read, or larger than allowed
   */
  public Image read(byte[] file, String name) throws ImageException {
    try {
      BufferedImage image = ImageIO.read(new ByteArrayInputStream(file));
      if (image == null) {
        throw new ImageException(name + ": expected a JPEG, PNG, BMP, GIF or WebP picture");
      }
      return read(image);
    } catch (IOException e) {
      throw new ImageException(name + ": " + e.getMessage(), e);
    }
  }

  /**
   * Reads a stream to its end; it stays open.
   *
   * @throws ImageException if it is not a picture that can be read, or larger than allowed
   * @throws IOException if the stream fails
   */
  public Image read(InputStream stream) throws IOException {
    return read(stream, "image");
  }

  /**
   * Reads a stream to its end; it stays open.
   *
   * @param name what messages call it
   * @throws ImageException if it is not a picture that can be read, or larger than allowed
   * @throws IOException if the stream fails
   */
  public Image read(InputStream stream, String name) throws IOException {
    return read(stream.readAllBytes(), name);
  }

  /** Copies a picture of Java's desktop classes; alpha is dropped. */
  public Image read(BufferedImage picture) {
    Image image = Image.black(picture.getHeight(), picture.getWidth());
    int[] row = new int[picture.getWidth()];
    for (int y = 0; y < picture.getHeight(); y++) {
      picture.getRGB(0, y, row.length, 1, row, 0, row.length);
      int to = y * row.length * Image.CHANNELS;
      for (int pixel : row) {
        image.rgb()[to++] = (byte) (pixel >> 16);
        image.rgb()[to++] = (byte) (pixel >> 8);
        image.rgb()[to++] = (byte) pixel;
      }
    }
    return image;
  }
}
