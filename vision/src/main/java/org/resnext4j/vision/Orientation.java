package org.resnext4j.vision;

/** Turns a picture as EXIF's orientation says. */
final class Orientation {

  private Orientation() {}

  /** The picture as its photographer saw it; {@code orientation} is EXIF's 1 to 8. */
  static Image upright(Image image, int orientation) {
    if (orientation <= 1) {
      return image;
    }
    boolean sideways = orientation >= 5;
    int height = sideways ? image.width() : image.height();
    int width = sideways ? image.height() : image.width();
    Image result = Image.black(height, width);
    // Where the result's rows and columns run against the stored picture's.
    boolean upDown = orientation == 3 || orientation == 4 || orientation == 7 || orientation == 8;
    boolean leftRight =
        orientation == 2 || orientation == 3 || orientation == 6 || orientation == 7;
    for (int y = 0; y < height; y++) {
      int a = upDown ? height - 1 - y : y;
      for (int x = 0; x < width; x++) {
        int b = leftRight ? width - 1 - x : x;
        int from = (sideways ? b * image.width() + a : a * image.width() + b) * Image.CHANNELS;
        int to = (y * width + x) * Image.CHANNELS;
        for (int c = 0; c < Image.CHANNELS; c++) {
          result.rgb()[to + c] = image.rgb()[from + c];
        }
      }
    }
    return result;
  }
}
