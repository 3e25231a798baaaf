package org.resnext4j.detection.metric;

import org.resnext4j.detection.annotation.Annotations.Category;
import org.resnext4j.detection.metric.CocoEvaluation.Size;

/**
 * Precision and recall of one category.
 *
 * @param category which one
 * @param objects number of true boxes of each size; those of a crowd do not count
 * @param precision by size and overlap, at each of the 101 recalls
 * @param recall by size, detections that count of a picture, and overlap
 */
@SuppressWarnings("ArrayRecordComponent") // Package-private and never compared.
record CategoryCurves(
    Category category, int[] objects, double[][][] precision, double[][][] recall) {

  /** Detections that count of a picture and category, at most. */
  static final int[] MOST = {1, 10, CocoEvaluation.MOST_DETECTIONS};

  boolean has(Size size) {
    return objects[size.index()] > 0;
  }
}
