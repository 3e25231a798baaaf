package org.resnext4j.vision.metrics;

import java.io.Serializable;

/**
 * A share of counted things, such as the right answers of all answers.
 *
 * @param part number of things counted, from 0 to {@code whole}
 * @param whole number of all things; a share of nothing has the value NaN
 */
public record Proportion(long part, long whole) implements Serializable {

  /**
   * Checks that the part is within the whole.
   *
   * @throws IllegalArgumentException if it is not
   */
  public Proportion {
    if (part < 0 || part > whole) {
      throw new IllegalArgumentException(
          "a share needs a part from 0 to the whole, but was %d of %d".formatted(part, whole));
    }
  }

  /** The share, from 0 to 1; NaN of nothing. */
  public double value() {
    return (double) part / whole;
  }

  /** The share over the things of both: exact, in any order of parts. */
  public Proportion plus(Proportion other) {
    return new Proportion(part + other.part, whole + other.whole);
  }

  /** The share of the rest: the error that belongs to an accuracy. */
  public Proportion complement() {
    return new Proportion(whole - part, whole);
  }

  /**
   * Wilson's 95 % score interval. Unlike the normal approximation it stays within 0 and 1 and holds
   * for small counts and for shares near the ends. The interval of an empty share is 0 to 1.
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
