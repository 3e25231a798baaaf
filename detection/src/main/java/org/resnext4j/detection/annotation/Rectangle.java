package org.resnext4j.detection.annotation;

/**
 * A box in an annotation file, in pixels.
 *
 * @param left left edge
 * @param top upper edge
 * @param width width, not negative
 * @param height height, not negative
 */
public record Rectangle(double left, double top, double width, double height) {

  /**
   * Checks the numbers.
   *
   * @throws IllegalArgumentException if a number is not finite or a size is negative
   */
  public Rectangle {
    if (!Double.isFinite(left + top + width + height) || width < 0 || height < 0) {
      throw new IllegalArgumentException(
          "a box needs finite numbers and no negative size, but has left %s, top %s, width %s,"
                  .formatted(left, top, width)
              + " height %s".formatted(height));
    }
  }

  /** Right edge. */
  public double right() {
    return left + width;
  }

  /** Lower edge. */
  public double bottom() {
    return top + height;
  }

  /** Width times height. */
  public double area() {
    return width * height;
  }

  /** Whether the box has no area. */
  public boolean isEmpty() {
    return !(width > 0 && height > 0);
  }

  /** Whether the box extends beyond a picture by more than a thousandth of a pixel. */
  public boolean leaves(int pictureHeight, int pictureWidth) {
    double slack = 1e-3;
    return left < -slack
        || top < -slack
        || right() > pictureWidth + slack
        || bottom() > pictureHeight + slack;
  }

  /** Area of the intersection with another box. */
  public double intersection(Rectangle other) {
    double sharedWidth = Math.min(right(), other.right()) - Math.max(left, other.left);
    double sharedHeight = Math.min(bottom(), other.bottom()) - Math.max(top, other.top);
    return sharedWidth > 0 && sharedHeight > 0 ? sharedWidth * sharedHeight : 0;
  }
}
