package org.resnext4j.detection.box;

import java.util.Arrays;

/**
 * Greedy non-maximum suppression. Of several boxes that overlap by more than a threshold, only the
 * box with the highest score stays.
 *
 * @param threshold intersection over union above which a box is suppressed
 */
public record NonMaximumSuppression(double threshold) {

  /**
   * Largest number of boxes for which torchvision suppresses all classes at once, after it shifts
   * the boxes of each class to a separate region. The shift changes the last bits of float32
   * overlaps, so this class shifts the boxes, too.
   */
  private static final int MOST_MOVED_BOXES = 1000;

  /**
   * Suppresses boxes among all boxes.
   *
   * @param scores one score for each box
   * @return positions of the boxes that stay, in descending order of their scores
   */
  public int[] apply(Boxes boxes, float[] scores) {
    return suppress(boxes, Ranking.descending(scores));
  }

  /**
   * Suppresses boxes within each class.
   *
   * @param scores one score for each box
   * @param classes one class for each box, not negative
   * @return positions of the boxes that stay, in descending order of their scores
   */
  public int[] applyByClass(Boxes boxes, float[] scores, int[] classes) {
    if (boxes.count() == 0) {
      return new int[0];
    }
    if (boxes.count() <= MOST_MOVED_BOXES) {
      return apply(moved(boxes, classes), scores);
    }
    int[] order = Ranking.descending(scores);
    boolean[] stays = new boolean[boxes.count()];
    for (int each : Arrays.stream(classes).distinct().toArray()) {
      int[] members = Arrays.stream(order).filter(box -> classes[box] == each).toArray();
      for (int box : suppress(boxes, members)) {
        stays[box] = true;
      }
    }
    return Arrays.stream(order).filter(box -> stays[box]).toArray();
  }

  private static Boxes moved(Boxes boxes, int[] classes) {
    float largest = Float.NEGATIVE_INFINITY;
    for (float corner : boxes.corners()) {
      largest = Math.max(largest, corner);
    }
    float[] moved = boxes.corners().clone();
    for (int i = 0; i < moved.length; i++) {
      moved[i] += classes[i / Boxes.CORNERS] * (largest + 1);
    }
    return new Boxes(moved);
  }

  private int[] suppress(Boxes boxes, int[] order) {
    Boxes ordered = boxes.select(order);
    boolean[] suppressed = new boolean[order.length];
    int[] kept = new int[order.length];
    int count = 0;
    for (int box = 0; box < order.length; box++) {
      if (suppressed[box]) {
        continue;
      }
      kept[count++] = order[box];
      for (int later = box + 1; later < order.length; later++) {
        if (!suppressed[later] && ordered.overlap(box, ordered, later) > threshold) {
          suppressed[later] = true;
        }
      }
    }
    return Arrays.copyOf(kept, count);
  }
}
