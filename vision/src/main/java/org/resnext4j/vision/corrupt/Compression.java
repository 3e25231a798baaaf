package org.resnext4j.vision.corrupt;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.stream.MemoryCacheImageOutputStream;
import org.resnext4j.vision.Image;
import org.resnext4j.vision.ImageReader;

/** Corrupts pictures by JPEG compression and by low resolution. */
final class Compression {

  private Compression() {}

  static Image jpeg(Image image, int quality) {
    ImageWriter writer = ImageIO.getImageWritersByFormatName("jpeg").next();
    try {
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      try (MemoryCacheImageOutputStream stream = new MemoryCacheImageOutputStream(bytes)) {
        ImageWriteParam parameters = writer.getDefaultWriteParam();
        parameters.setCompressionMode(ImageWriteParam.MODE_EXPLICIT);
        parameters.setCompressionQuality(quality / 100f);
        writer.setOutput(stream);
        writer.write(null, new IIOImage(image.toBufferedImage(), null, null), parameters);
      }
      return ImageReader.defaults().read(bytes.toByteArray());
    } catch (IOException e) {
      throw new UncheckedIOException(e); // Only memory is written: this cannot happen.
    } finally {
      writer.dispose();
    }
  }

  static Image pixelate(Image image, double factor) {
    int height = Math.max(1, (int) (image.height() * factor));
    int width = Math.max(1, (int) (image.width() * factor));
    return box(box(image, height, width), image.height(), image.width());
  }

  /**
   * Resizes with a box filter: each pixel is the mean of the pixels that it covers. An enlarged
   * picture takes the nearest pixel.
   */
  private static Image box(Image image, int height, int width) {
    Image result = Image.black(height, width);
    for (int y = 0; y < height; y++) {
      int top = from(y, image.height(), height);
      int bottom = to(y, image.height(), height);
      for (int x = 0; x < width; x++) {
        int left = from(x, image.width(), width);
        int right = to(x, image.width(), width);
        for (int c = 0; c < Image.CHANNELS; c++) {
          int sum = 0;
          for (int j = top; j < bottom; j++) {
            for (int i = left; i < right; i++) {
              sum += image.sample(j, i, c);
            }
          }
          int count = (bottom - top) * (right - left);
          result.rgb()[(y * width + x) * Image.CHANNELS + c] =
              (byte) ((2 * sum + count) / (2 * count));
        }
      }
    }
    return result;
  }

  private static double radius(int length, int result) {
    return 0.5 * Math.max(1.0, (double) length / result);
  }

  private static int from(int at, int length, int result) {
    double center = (at + 0.5) * length / result;
    return Math.max(0, (int) (center - radius(length, result) + 0.5));
  }

  private static int to(int at, int length, int result) {
    double center = (at + 0.5) * length / result;
    int end = Math.min(length, (int) (center + radius(length, result) + 0.5));
    return Math.max(end, from(at, length, result) + 1);
  }
}
