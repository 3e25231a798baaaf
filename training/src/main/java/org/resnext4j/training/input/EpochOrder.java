package org.resnext4j.training.input;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.resnext4j.training.input.Randomness.Purpose;
import org.resnext4j.vision.data.Dataset;

/** Which pictures come when: orders and divisions made from the seed alone. */
public final class EpochOrder {

  private EpochOrder() {}

  /** All numbers below {@code size}, shuffled anew for each epoch (Fisher and Yates). */
  public static int[] of(int size, long seed, int epoch) {
    return shuffled(size, Randomness.of(seed, Purpose.ORDER, epoch));
  }

  /**
   * An order for repeated augmentation: each picture so many times in a row, every time changed in
   * another way, and the epoch as long as ever, so that it sees only a part of the pictures.
   *
   * @param repetitions how often, 1 for an ordinary epoch
   */
  public static int[] repeated(int[] order, int repetitions) {
    int[] repeated = new int[order.length];
    for (int i = 0; i < repeated.length; i++) {
      repeated[i] = order[i / repetitions];
    }
    return repeated;
  }

  /** How often the picture at a place of an order has come directly before. */
  static int repetition(int[] order, int place) {
    int before = place;
    while (before > 0 && order[before - 1] == order[place]) {
      before--;
    }
    return place - before;
  }

  /**
   * The part of an epoch's order that one of several workers trains on: together they see every
   * picture once, save up to {@code workers - 1} left over, so that all take as many steps.
   *
   * @param worker from 0
   * @param workers number of them
   */
  public static int[] shard(int[] order, int worker, int workers) {
    int[] shard = new int[order.length / workers];
    for (int i = 0; i < shard.length; i++) {
      shard[i] = order[i * workers + worker];
    }
    return shard;
  }

  /**
   * Keeps back a share of each class for validation.
   *
   * @param share between 0 and 1; at least one picture of each class with two stays on each side
   * @return the two data sets
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
   * @param training what the network learns from
   * @param validation what it is judged by
   */
  public record Split(Dataset training, Dataset validation) {}
}
