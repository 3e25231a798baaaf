package org.resnext4j.vision.metrics;

import java.io.Serializable;
import java.util.Comparator;

/**
 * A picture whose predicted class is not its actual class. Mistakes are ordered by rising
 * probability of the correct class, and equal probabilities by name.
 *
 * @param picture name of the picture
 * @param actual index of its actual class (the first if it has several)
 * @param predicted index of the predicted class
 * @param confidence probability of the predicted class
 * @param probability total probability of the correct classes
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
