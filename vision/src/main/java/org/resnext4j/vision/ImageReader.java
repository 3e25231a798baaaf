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
 * Decodes JPEG, PNG, BMP, GIF, WebP, PNM and TIFF files to the samples that Pillow's {@code
 * Image.open(file).convert("RGB")} gives. The content of a file, not its name, selects the decoder.
 * A reader is immutable, and any number of threads may use it.
 *
 * @param maximumPixels the reader refuses pictures of more pixels before it allocates memory for
 *     them
 * @param maximumBytes the reader refuses files of more bytes before it reads them
 * @param applyOrientation whether the reader turns a picture by its EXIF orientation; torchvision
 *     does not turn pictures
 * @param truncated whether the reader accepts files that end early, as Pillow does with {@code
 *     LOAD_TRUNCATED_IMAGES}; the missing part is black, in JPEG files grey
 */
public record ImageReader(
    long maximumPixels, long maximumBytes, boolean applyOrientation, boolean truncated) {

  /**
   * Returns a reader for whole files of at most 256 MiB and pictures of at most 67,108,864 pixels
   * (192 MiB of samples). The reader ignores the EXIF orientation.
   */
  public static ImageReader defaults() {
    return new ImageReader(1L << 26, 256L << 20, false, false);
  }

  /** Returns a copy of this reader with another limit of pixels. */
  public ImageReader withMaximumPixels(long pixels) {
    return new ImageReader(pixels, maximumBytes, applyOrientation, truncated);
  }

  /** Returns a copy of this reader with another limit of bytes. */
  public ImageReader withMaximumBytes(long bytes) {
    return new ImageReader(maximumPixels, bytes, applyOrientation, truncated);
  }

  /** Returns a copy of this reader that applies or ignores the EXIF orientation. */
  public ImageReader withOrientation(boolean apply) {
    return new ImageReader(maximumPixels, maximumBytes, apply, truncated);
  }

  /** Returns a copy of this reader that accepts or refuses files that end early. */
  public ImageReader withTruncated(boolean allowed) {
    return new ImageReader(maximumPixels, maximumBytes, applyOrientation, allowed);
  }

  /**
   * Reads a file.
   *
   * @throws ImageException if no decoder can read the file, or it exceeds a limit of size
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
   * @throws ImageException if no decoder can read the bytes, or they exceed a limit of size
   */
  public Image read(byte[] file) throws ImageException {
    return read(file, "image");
  }

  /**
   * Reads the bytes of a file.
   *
   * @param name name of the picture in messages
   * @throws ImageException if no decoder can read the bytes, or they exceed a limit of size
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
   * Returns the number of pixels that a file's header declares, without decoding the pixels.
   * Returns 0 if no decoder can read the header; {@link #read(byte[])} then reports the reason.
   */
  public long pixels(byte[] file) {
    try {
      Decoder decoder = ImageFormat.open("image", file, truncated);
      return Math.max(0, (long) decoder.width() * decoder.height());
    } catch (ImageException e) {
      return 0;
    }
  }

  /** Tells from the first bytes of a file, at least twelve, whether a decoder reads its format. */
  public static boolean recognises(byte[] start) {
    return ImageFormat.of(start).isPresent();
  }

  /**
   * Reserves memory for a picture and decodes it. If the virtual machine still runs out of memory,
   * a second attempt decodes the picture while no other picture is being decoded.
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
      // The second attempt begins below, where the objects of the first are unreachable.
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
   * Reads a stream to its end and leaves the stream open.
   *
   * @throws ImageException if no decoder can read the bytes, or they exceed a limit of size
   * @throws IOException if the stream fails
   */
  public Image read(InputStream stream) throws IOException {
    return read(stream, "image");
  }

  /**
   * Reads a stream to its end and leaves the stream open.
   *
   * @param name name of the picture in messages
   * @throws ImageException if no decoder can read the bytes, or they exceed a limit of size
   * @throws IOException if the stream fails
   */
  public Image read(InputStream stream, String name) throws IOException {
    // A stream does not tell its length. One byte above the limit shows that it is too long.
    int most = (int) Math.min(Integer.MAX_VALUE - 8, maximumBytes + 1);
    byte[] file = stream.readNBytes(most);
    return read(file, name);
  }

  /** Copies the colours of a {@link BufferedImage} and drops its alpha channel. */
  public Image read(BufferedImage picture) {
    return BufferedImages.samples(picture);
  }
}
