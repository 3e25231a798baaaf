package org.resnext4j.detection.loss;

import org.resnext4j.detection.box.Boxes;

/**
 * The objects of a training picture.
 *
 * @param boxes boxes with a width and a height above 0, in pixels of the resized picture
 * @param classes the class of each box, from 1
 */
@SuppressWarnings("ArrayRecordComponent") // Never compared.
public record TrueObjects(Boxes boxes, int[] classes) {

  /**
   * Checks that each box has a class.
   *
   * @throws IllegalArgumentException if the numbers of boxes and classes differ
   */
  public TrueObjects {
    if (boxes.count() != classes.length) {
      throw new IllegalArgumentException(
          "objects need a class a box, but found %d boxes and %d classes"
              .formatted(boxes.count(), classes.length));
    }
  }
}
