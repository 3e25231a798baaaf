package org.resnext4j.vision.metrics;

import java.io.Serializable;
import java.util.Comparator;

/**
 * A picture that a classifier took for another class than its own. Mistakes are ordered from the
 * most wrong (the least probability given to the right class) to the least, equal ones by name.
 *
 * @param picture name of the picture
 * @param actual index of its actual class (the first if it has several)
 * @param predicted index of the predicted class
 * @param confidence probability given to the predicted class
 * @param probability probability given to the right classes
 */
public record Mistake(
    String picture, int actual, int predicted, double confidence, double probability)
    implements Comparable<Mistake>, Serializable {

  private static final Comparator<Mistake> MOST_WRONG_FIRST =
      Comparator.comparingDouble(Mistake::probability)
          .thenComparing(Mistake::picture)
          .thenComparingInt(Mistake::actual)
          .thenComparingInt(Mistake::predicted)
          .thenComparingDouble(Mistake::confidence);

  @Override
  public int compareTo(Mistake other) {
    return MOST_WRONG_FIRST.compare(this, other);
  }
}
