package org.resnext4j.vision.transform;

import java.util.function.UnaryOperator;
import org.resnext4j.vision.Image;

/**
 * Cuts a rectangle out of a picture. Pixels outside the picture are black.
 *
 * @param top first row; may be negative
 * @param left first column; may be negative
 * @param height rows of the result
 * @param width columns of the result
 */
public record Crop(int top, int left, int height, int width) implements UnaryOperator<Image> {

  /** Returns the rectangle of all pixels of a picture. */
  public static Crop whole(Image image) {
    return new Crop(0, 0, image.height(), image.width());
  }

  @Override
  public Image apply(Image image) {
    if (top == 0 && left == 0 && height == image.height() && width == image.width()) {
      return image;
    }
    Image result = Image.black(height, width);
    int from = Math.max(0, left);
    int columns = Math.min(image.width(), left + width) - from;
    for (int y = Math.max(0, -top);
        y < Math.min(height, image.height() - top) && columns > 0;
        y++) {
      System.arraycopy(
          image.rgb(),
          ((top + y) * image.width() + from) * Image.CHANNELS,
          result.rgb(),
          (y * width + from - left) * Image.CHANNELS,
          columns * Image.CHANNELS);
    }
    return result;
  }

  /** Whether the rectangle has at least one pixel and all its pixels lie inside a picture. */
  public boolean isInside(Image image) {
    return top >= 0
        && left >= 0
        && height > 0
        && width > 0
        && height <= image.height() - top
        && width <= image.width() - left;
  }
}
