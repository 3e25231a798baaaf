package org.resnext4j.vision.metrics;

import java.io.Serializable;

/**
 * A share of counted items, such as the correct predictions among all predictions.
 *
 * @param part number of items in the share, from 0 to {@code whole}
 * @param whole number of all items; if it is 0, the share's value is NaN
 */
public record Proportion(long part, long whole) implements Serializable {

  /**
   * Checks the numbers.
   *
   * @throws IllegalArgumentException if {@code part} is not from 0 to {@code whole}
   */
  public Proportion {
    if (part < 0 || part > whole) {
      throw new IllegalArgumentException(
          "a share needs a part from 0 to the whole, but was %d of %d".formatted(part, whole));
    }
  }

  /** Returns the share, from 0 to 1; NaN if {@code whole} is 0. */
  public double value() {
    return (double) part / whole;
  }

  /** Adds the numbers of both shares. The sum is exact and independent of the order. */
  public Proportion plus(Proportion other) {
    return new Proportion(part + other.part, whole + other.whole);
  }

  /** Returns the share of the other items: of an accuracy, the error. */
  public Proportion complement() {
    return new Proportion(whole - part, whole);
  }

  /**
   * Returns Wilson's 95 % score interval. Unlike the normal approximation, this interval stays
   * within 0 and 1 and is valid for small counts and for shares near 0 or 1. If {@code whole} is 0,
   * the interval is 0 to 1.
   */
  public Interval interval() {
    if (whole == 0) {
      return new Interval(0, 1);
    }
    double square = Interval.Z * Interval.Z / whole;
    double share = value();
    double centre = (share + square / 2) / (1 + square);
    double half =
        Interval.Z * Math.sqrt(share * (1 - share) / whole + square / (4.0 * whole)) / (1 + square);
    return new Interval(Math.max(0, centre - half), Math.min(1, centre + half));
  }
}
