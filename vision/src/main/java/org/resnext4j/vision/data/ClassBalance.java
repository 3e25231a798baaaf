package org.resnext4j.vision.data;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * How many pictures each class has.
 *
 * @param classes their names
 * @param counts as many
 */
public record ClassBalance(List<String> classes, List<Integer> counts) {

  /** Copies both lists. */
  public ClassBalance {
    classes = List.copyOf(classes);
    counts = List.copyOf(counts);
  }

  /** Counts a data set. */
  public static ClassBalance of(Dataset dataset) {
    return new ClassBalance(
        dataset.classes(), Arrays.stream(dataset.classCounts()).boxed().toList());
  }

  /** Index of the class with the fewest pictures, the first of several. */
  public int smallest() {
    return IntStream.range(0, counts.size())
        .boxed()
        .min(Comparator.comparingInt(counts::get))
        .orElseThrow();
  }

  /** Index of the class with the most pictures, the first of several. */
  public int largest() {
    return IntStream.range(0, counts.size())
        .boxed()
        .min(Comparator.comparingInt((Integer i) -> -counts.get(i)))
        .orElseThrow();
  }

  /** Pictures of the largest class for each of the smallest; infinite if that has none. */
  public double imbalance() {
    int fewest = counts.get(smallest());
    int most = counts.get(largest());
    return fewest == most ? 1.0 : (double) most / fewest;
  }

  /**
   * One line with the numbers of classes and pictures, and the smallest and largest class where
   * they differ.
   */
  @Override
  public String toString() {
    int all = counts.stream().mapToInt(Integer::intValue).sum();
    String line = "%,d pictures of %,d classes".formatted(all, classes.size());
    int fewest = counts.get(smallest());
    int most = counts.get(largest());
    if (fewest == most) {
      return line + ", %,d each".formatted(most);
    }
    return line
        + ", from %,d (%s) to %,d (%s), imbalance %.1f"
            .formatted(fewest, classes.get(smallest()), most, classes.get(largest()), imbalance());
  }
}
