package org.resnext4j.vision;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.resnext4j.vision.decode.BufferedImages;
import org.resnext4j.vision.decode.Decoder;
import org.resnext4j.vision.decode.ImageFormat;
import org.resnext4j.vision.decode.Orientation;

/**
 * Decodes pictures of JPEG, PNG, BMP, GIF, WebP, PNM and TIFF files, recognised by their content,
 * to the samples that Pillow's {@code Image.open(file).convert("RGB")} gives. Immutable; any number
 * of threads may use one reader.
 *
 * @param maximumPixels pictures of more pixels are refused before memory is taken for them
 * @param maximumBytes files of more bytes are refused before they are read
 * @param applyOrientation whether to turn a picture as its EXIF orientation says; torchvision does
 *     not
 * @param truncated whether files that end early are read, too; what is missing stays black, or in
 *     JPEG files grey, as with Pillow's {@code LOAD_TRUNCATED_IMAGES}
 */
public record ImageReader(
    long maximumPixels, long maximumBytes, boolean applyOrientation, boolean truncated) {

  /**
   * Pictures of at most 67,108,864 pixels (192 MiB of samples) and files of 256 MiB, orientation
   * ignored, whole files only.
   */
  public static ImageReader defaults() {
    return new ImageReader(1L << 26, 256L << 20, false, false);
  }

  /** The same with another limit of pixels. */
  public ImageReader withMaximumPixels(long pixels) {
    return new ImageReader(pixels, maximumBytes, applyOrientation, truncated);
  }

  /** The same with another limit of bytes. */
  public ImageReader withMaximumBytes(long bytes) {
    return new ImageReader(maximumPixels, bytes, applyOrientation, truncated);
  }

  /** The same, turning pictures as their EXIF orientation says or not. */
  public ImageReader withOrientation(boolean apply) {
    return new ImageReader(maximumPixels, maximumBytes, apply, truncated);
  }

  /** The same, reading files that end early or not. */
  public ImageReader withTruncated(boolean allowed) {
    return new ImageReader(maximumPixels, maximumBytes, applyOrientation, allowed);
  }

  /**
   * Reads a file.
   *
   * @throws ImageException if it is not a picture that can be read, or larger than allowed
   * @throws IOException if the file is absent or cannot be read
   */
  public Image read(Path file) throws IOException {
    long length = Files.size(file);
    if (length > maximumBytes) {
      throw tooLong(file.toString(), length);
    }
    try (InputStream stream = Files.newInputStream(file)) {
      return read(stream, file.toString());
    }
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
    if (file.length > maximumBytes) {
      throw tooLong(name, file.length);
    }
    Decoder decoder = ImageFormat.open(name, file, truncated);
    int width = decoder.width();
    int height = decoder.height();
    if (width < 1 || height < 1) {
      throw new ImageException(
          "%s: expected a picture of at least one pixel, but found %d×%d"
              .formatted(name, width, height));
    }
    if ((long) width * height > maximumPixels) {
      throw new ImageException(
          "%s: expected a picture of at most %,d pixels, but found %d×%d"
              .formatted(name, maximumPixels, width, height));
    }
    Image image = decode(decoder, file.length, name);
    return applyOrientation ? Orientation.upright(image, decoder.orientation()) : image;
  }

  /**
   * How many pixels a file's header promises, before anything is decoded; 0 if it cannot be read,
   * which {@link #read(byte[])} explains.
   */
  public long pixels(byte[] file) {
    try {
      Decoder decoder = ImageFormat.open("image", file, truncated);
      return Math.max(0, (long) decoder.width() * decoder.height());
    } catch (ImageException e) {
      return 0;
    }
  }

  /** Whether a file that begins with these bytes, twelve at least, is of a format that is read. */
  public static boolean recognises(byte[] start) {
    return ImageFormat.of(start).isPresent();
  }

  /**
   * Decodes in reserved memory. If the virtual machine has too little memory all the same, the
   * picture is decoded once more while no other picture is.
   */
  private static Image decode(Decoder decoder, int fileBytes, String name) throws ImageException {
    long pixels = (long) decoder.width() * decoder.height();
    long heap = Runtime.getRuntime().maxMemory();
    if (Image.CHANNELS * pixels > Math.min(heap, Integer.MAX_VALUE)) {
      throw new ImageException(
          "%s: expected a picture that can be decoded in %,d MB of heap, but found %d×%d"
              .formatted(name, heap >> 20, decoder.width(), decoder.height()));
    }
    long bytes = fileBytes + decoder.bytesOfPixel() * pixels;
    try (PictureMemory.Share share = PictureMemory.OF_HEAP.take(bytes)) {
      Image image = decoder.decode();
      share.keep();
      return image;
    } catch (OutOfMemoryError e) {
      // The second attempt follows when the objects of the first one are unreachable.
    }
    try (PictureMemory.Share share = PictureMemory.OF_HEAP.takeAll()) {
      Image image = decoder.decode();
      share.keep();
      return image;
    }
  }

  private ImageException tooLong(String name, long found) {
    return new ImageException(
        "%s: expected a file of at most %,d bytes, but found %,d"
            .formatted(name, maximumBytes, found));
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
    // One byte more than allowed shows that there is more; a stream does not say how much.
    int most = (int) Math.min(Integer.MAX_VALUE - 8, maximumBytes + 1);
    byte[] file = stream.readNBytes(most);
    return read(file, name);
  }

  /** Copies a picture of Java's desktop classes; alpha is dropped. */
  public Image read(BufferedImage picture) {
    return BufferedImages.samples(picture);
  }
}
