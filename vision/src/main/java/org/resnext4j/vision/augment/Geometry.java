package org.resnext4j.vision.augment;

import org.resnext4j.vision.Image;

/**
 * Pillow's affine transforms by nearest neighbour, bit for bit. Pixels outside the picture are
 * black.
 */
final class Geometry {

  private static final int BITS = 16;

  private Geometry() {}

  /**
   * Transforms a picture: pixel (x, y) of the result is pixel (a·x + b·y + c, d·x + e·y + f) of the
   * picture. Coordinates are those of pixel centres.
   */
  static Image affine(Image image, double a, double b, double c, double d, double e, double f) {
    int height = image.height();
    int width = image.width();
    Image result = Image.black(height, width);
    // Fixed-point numbers of 64 bits. Pillow uses 32 bits, and floating point for large pictures.
    long stepXx = fixed(a);
    long stepXy = fixed(b);
    long stepYx = fixed(d);
    long stepYy = fixed(e);
    long rowX = fixed(c + a * 0.5 + b * 0.5);
    long rowY = fixed(f + d * 0.5 + e * 0.5);
    for (int y = 0; y < height; y++) {
      long xx = rowX;
      long yy = rowY;
      for (int x = 0; x < width; x++) {
        long fromX = xx >> BITS;
        long fromY = yy >> BITS;
        if (fromX >= 0 && fromX < width && fromY >= 0 && fromY < height) {
          int from = (int) (fromY * width + fromX) * Image.CHANNELS;
          System.arraycopy(
              image.rgb(), from, result.rgb(), (y * width + x) * Image.CHANNELS, Image.CHANNELS);
        }
        xx += stepXx;
        yy += stepYx;
      }
      rowX += stepXy;
      rowY += stepYy;
    }
    return result;
  }

  /** Rotates the picture counter-clockwise about its centre, by an angle in degrees. */
  static Image rotate(Image image, double degrees) {
    double angle = -Math.toRadians(degrees);
    double cos = round15(Math.cos(angle));
    double sin = round15(Math.sin(angle));
    double x = image.width() / 2.0;
    double y = image.height() / 2.0;
    return affine(image, cos, sin, x - cos * x - sin * y, -sin, cos, y + sin * x - cos * y);
  }

  private static double round15(double value) {
    return Math.rint(value * 1e15) / 1e15;
  }

  private static long fixed(double value) {
    return (long) Math.floor(value * (1 << BITS) + 0.5);
  }
}
