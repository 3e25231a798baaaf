package org.resnext4j.vision.augment;

import java.util.random.RandomGenerator;

/**
 * A closed range of numbers, from which an augmentation draws.
 *
 * @param from the smallest number
 * @param to the largest number, not less than {@code from}
 */
public record Range(double from, double to) {

  /**
   * Checks the order.
   *
   * @throws IllegalArgumentException if the numbers are not finite and in order
   */
  public Range {
    if (!(from <= to) || Double.isInfinite(from) || Double.isInfinite(to)) {
      throw new IllegalArgumentException(
          "a range needs finite numbers in order, but found %s to %s".formatted(from, to));
    }
  }

  /** Draws a number uniformly. */
  double draw(RandomGenerator random) {
    return from + (to - from) * random.nextDouble();
  }

  /** Draws a number whose logarithm is uniform. */
  double drawLogarithmic(RandomGenerator random) {
    return Math.exp(new Range(Math.log(from), Math.log(to)).draw(random));
  }
}
