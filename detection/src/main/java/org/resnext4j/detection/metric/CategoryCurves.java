package org.resnext4j.detection.metric;

import org.resnext4j.detection.annotation.Annotations.Category;
import org.resnext4j.detection.metric.CocoEvaluation.Size;

/**
 * Precision and recall of one category.
 *
 * @param category the category
 * @param objects number of true boxes of each size, without those of crowds
 * @param precision precision by size, overlap and the 101 recalls
 * @param recall recall by size, largest number of detections per picture, and overlap
 */
@SuppressWarnings("ArrayRecordComponent") // Package-private and never compared.
record CategoryCurves(
    Category category, int[] objects, double[][][] precision, double[][][] recall) {

  /** Largest numbers of detections that count for a picture and category. */
  static final int[] MOST = {1, 10, CocoEvaluation.MOST_DETECTIONS};

  boolean has(Size size) {
    return objects[size.index()] > 0;
  }
}
