package org.resnext4j.training.input;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.resnext4j.training.input.Randomness.Purpose;
import org.resnext4j.vision.data.Dataset;

/**
 * Orders and divisions of a data set, which depend on the seed alone.
 *
 * {@snippet :
 * int[] order = EpochOrder.of(50_000, 1, 0);
 * int[] ofSecondWorker = EpochOrder.shard(order, 1, 4); // 12,500 of them
 * }
 */
public final class EpochOrder {

  private EpochOrder() {}

  /**
   * The order of an epoch: a random permutation (Fisher and Yates).
   *
   * @param size number of examples
   * @param seed seed of the run
   * @param epoch the epoch, counted from 0
   * @return all numbers below {@code size}
   */
  public static int[] of(int size, long seed, int epoch) {
    return shuffled(size, Randomness.of(seed, Purpose.ORDER, epoch));
  }

  /**
   * An order for repeated augmentation (Hoffer et al., 2020). Each picture comes several times in a
   * row, each time with another augmentation. The length of the order stays the same, so an epoch
   * holds a part of the pictures.
   *
   * @param order order of an epoch
   * @param repetitions number of times that a picture comes, 1 for an ordinary epoch
   */
  public static int[] repeated(int[] order, int repetitions) {
    int[] repeated = new int[order.length];
    for (int i = 0; i < repeated.length; i++) {
      repeated[i] = order[i / repetitions];
    }
    return repeated;
  }

  /** Number of times that the picture at a place has come directly before it. */
  static int repetition(int[] order, int place) {
    int before = place;
    while (before > 0 && order[before - 1] == order[place]) {
      before--;
    }
    return place - before;
  }

  /**
   * The part of an epoch's order that one worker trains on. All parts have the same length; up to
   * {@code workers - 1} pictures are in no part.
   *
   * @param order order of an epoch
   * @param worker number of the worker, from 0
   * @param workers number of workers
   */
  public static int[] shard(int[] order, int worker, int workers) {
    int[] shard = new int[order.length / workers];
    for (int i = 0; i < shard.length; i++) {
      shard[i] = order[i * workers + worker];
    }
    return shard;
  }

  /**
   * Divides a data set into training and validation pictures, class by class.
   *
   * @param data the whole data set
   * @param share share of validation pictures, between 0 and 1; a class with two or more pictures
   *     has at least one in each part
   * @param seed seed of the choice
   * @throws IllegalArgumentException if the share is not between 0 and 1
   */
  public static Split split(Dataset data, double share, long seed) {
    if (!(share > 0 && share < 1)) {
      throw new IllegalArgumentException(
          "the share kept back for validation must lie between 0 and 1, but was " + share);
    }
    int[] order = shuffled(data.size(), Randomness.of(seed, Purpose.SPLIT));
    int[] counts = data.classCounts();
    int[] wanted =
        Arrays.stream(counts)
            .map(n -> n < 2 ? 0 : Math.clamp(Math.round(n * share), 1, n - 1))
            .toArray();
    List<Integer> training = new ArrayList<>();
    List<Integer> validation = new ArrayList<>();
    for (int index : order) {
      (wanted[data.label(index)]-- > 0 ? validation : training).add(index);
    }
    return new Split(data.subset(sorted(training)), data.subset(sorted(validation)));
  }

  private static int[] sorted(List<Integer> indexes) {
    return indexes.stream().mapToInt(Integer::intValue).sorted().toArray();
  }

  private static int[] shuffled(int size, Randomness random) {
    int[] order = new int[size];
    for (int i = 0; i < size; i++) {
      int j = random.nextInt(i + 1);
      order[i] = order[j];
      order[j] = i;
    }
    return order;
  }

  /**
   * A data set in two parts.
   *
   * @param training training pictures
   * @param validation validation pictures
   */
  public record Split(Dataset training, Dataset validation) {}
}
