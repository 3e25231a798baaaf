package org.resnext4j.evaluation;

import java.io.Serializable;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.resnext4j.vision.metrics.ClassificationMetrics;
import org.resnext4j.vision.metrics.Proportion;

/** The counts of one view over some pictures. Counts of parts merge exactly. */
final class ViewCounts implements Serializable {

  private static final long serialVersionUID = 1;

  private final ClassificationMetrics metrics;
  private final TreeMap<String, Proportion> groups = new TreeMap<>();

  /**
   * The counts of no pictures.
   *
   * @param classes number of classes in the view
   */
  ViewCounts(int classes) {
    this.metrics =
        classes >= 5
            ? new ClassificationMetrics(classes, 1, 5)
            : new ClassificationMetrics(classes, 1);
  }

  /**
   * Counts a picture.
   *
   * @param picture name of the picture
   * @param logits logits of the view's classes
   * @param labels right classes of the view
   * @param inGroups names of the picture's groups
   */
  void add(String picture, float[] logits, int[] labels, Set<String> inGroups) {
    boolean right = metrics.add(picture, logits, 0, labels);
    for (String group : inGroups) {
      groups.merge(group, new Proportion(right ? 1 : 0, 1), Proportion::plus);
    }
  }

  void merge(ViewCounts other) {
    metrics.merge(other.metrics);
    other.groups.forEach((group, share) -> groups.merge(group, share, Proportion::plus));
  }

  ClassificationMetrics metrics() {
    return metrics;
  }

  /** Accuracy of each group that has pictures. */
  Map<String, Proportion> groups() {
    return groups;
  }
}
