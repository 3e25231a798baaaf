package org.resnext4j.vision.data;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The number of pictures in each class.
 *
 * @param classes names of the classes
 * @param counts number of pictures of each class
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

  /** Returns the index of the class with the fewest pictures; the first such class in a tie. */
  public int smallest() {
    return IntStream.range(0, counts.size())
        .boxed()
        .min(Comparator.comparingInt(counts::get))
        .orElseThrow();
  }

  /** Returns the index of the class with the most pictures; the first such class in a tie. */
  public int largest() {
    return IntStream.range(0, counts.size())
        .boxed()
        .min(Comparator.comparingInt((Integer i) -> -counts.get(i)))
        .orElseThrow();
  }

  /**
   * Returns the imbalance ratio: the number of pictures of the largest class divided by that of the
   * smallest class. The ratio is infinite if the smallest class has no picture.
   */
  public double imbalance() {
    int fewest = counts.get(smallest());
    int most = counts.get(largest());
    return fewest == most ? 1.0 : (double) most / fewest;
  }

  /**
   * Returns one line: the numbers of classes and pictures, and the smallest and largest class if
   * their sizes differ.
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
