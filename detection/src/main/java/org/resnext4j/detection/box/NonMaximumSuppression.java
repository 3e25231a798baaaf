package org.resnext4j.detection.box;

import java.util.Arrays;

/**
 * Greedy non-maximum suppression: of boxes that overlap by more than a threshold only the one of
 * the highest score stays.
 *
 * @param threshold intersection over union above which a box is suppressed
 */
public record NonMaximumSuppression(double threshold) {

  /**
   * Up to this many boxes torchvision suppresses all classes at once, each class moved to a place
   * of its own. In float32 that changes the last bits of overlaps, so it is done here too.
   */
  private static final int MOST_MOVED_BOXES = 1000;

  /**
   * Suppresses among all boxes.
   *
   * @param scores one a box
   * @return positions of the boxes that stay, the highest score first
   */
  public int[] apply(Boxes boxes, float[] scores) {
    return suppress(boxes, Ranking.descending(scores));
  }

  /**
   * Suppresses within each class.
   *
   * @param scores one a box
   * @param classes one a box, any numbers that are not negative
   * @return positions of the boxes that stay, the highest score first
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
