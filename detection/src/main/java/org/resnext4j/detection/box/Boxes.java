package org.resnext4j.detection.box;

import java.util.Arrays;

/**
 * Boxes as corners: left, top, right and bottom of each box, in pixels. The right and bottom edges
 * are exclusive, so a box from 0 to 3 is three pixels wide.
 *
 * <p>The array is not copied.
 *
 * @param corners four values for each box
 */
@SuppressWarnings("ArrayRecordComponent") // Equality is by content, below.
public record Boxes(float[] corners) {

  /** Values of a box. */
  public static final int CORNERS = 4;

  /**
   * Checks the array's length.
   *
   * @throws IllegalArgumentException if the length is not a multiple of four
   */
  public Boxes {
    if (corners.length % CORNERS != 0) {
      throw new IllegalArgumentException(
          "boxes need four values each, but found %d values".formatted(corners.length));
    }
  }

  /** Boxes with the given corners. */
  public static Boxes of(float... corners) {
    return new Boxes(corners);
  }

  /** The boxes of several lists, one list after another. */
  public static Boxes join(Iterable<Boxes> lists) {
    int length = 0;
    for (Boxes boxes : lists) {
      length = Math.addExact(length, boxes.corners.length);
    }
    float[] joined = new float[length];
    int at = 0;
    for (Boxes boxes : lists) {
      System.arraycopy(boxes.corners, 0, joined, at, boxes.corners.length);
      at += boxes.corners.length;
    }
    return new Boxes(joined);
  }

  /** Number of boxes. */
  public int count() {
    return corners.length / CORNERS;
  }

  /** Left edge of a box. */
  public float left(int box) {
    return corners[CORNERS * box];
  }

  /** Top edge of a box. */
  public float top(int box) {
    return corners[CORNERS * box + 1];
  }

  /** Right edge of a box. */
  public float right(int box) {
    return corners[CORNERS * box + 2];
  }

  /** Bottom edge of a box. */
  public float bottom(int box) {
    return corners[CORNERS * box + 3];
  }

  /** Width of a box. */
  public float width(int box) {
    return right(box) - left(box);
  }

  /** Height of a box. */
  public float height(int box) {
    return bottom(box) - top(box);
  }

  /** Width times height of a box. */
  public float area(int box) {
    return width(box) * height(box);
  }

  /** Intersection over union of a box of this list and one of another; NaN if both are empty. */
  public float overlap(int box, Boxes others, int other) {
    float width =
        Math.max(
            0, Math.min(right(box), others.right(other)) - Math.max(left(box), others.left(other)));
    float height =
        Math.max(
            0, Math.min(bottom(box), others.bottom(other)) - Math.max(top(box), others.top(other)));
    float intersection = width * height;
    return intersection / (area(box) + others.area(other) - intersection);
  }

  /** The boxes at the given positions, in the order of the positions. */
  public Boxes select(int[] positions) {
    float[] selected = new float[CORNERS * positions.length];
    for (int i = 0; i < positions.length; i++) {
      System.arraycopy(corners, CORNERS * positions[i], selected, CORNERS * i, CORNERS);
    }
    return new Boxes(selected);
  }

  /** The boxes clipped to a picture. */
  public Boxes clip(int height, int width) {
    float[] clipped = new float[corners.length];
    for (int i = 0; i < corners.length; i++) {
      clipped[i] = Math.clamp(corners[i], 0f, (float) (i % 2 == 0 ? width : height));
    }
    return new Boxes(clipped);
  }

  /** The boxes with their horizontal and vertical coordinates multiplied by factors. */
  public Boxes scale(float horizontally, float vertically) {
    float[] scaled = new float[corners.length];
    for (int i = 0; i < corners.length; i++) {
      scaled[i] = corners[i] * (i % 2 == 0 ? horizontally : vertically);
    }
    return new Boxes(scaled);
  }

  /** The boxes in the picture after it is flipped left to right. */
  public Boxes flip(int pictureWidth) {
    float[] flipped = corners.clone();
    for (int i = 0; i < corners.length; i += CORNERS) {
      flipped[i] = pictureWidth - corners[i + 2];
      flipped[i + 2] = pictureWidth - corners[i];
    }
    return new Boxes(flipped);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Boxes boxes && Arrays.equals(corners, boxes.corners);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(corners);
  }

  @Override
  public String toString() {
    return "Boxes[" + count() + "]";
  }
}
