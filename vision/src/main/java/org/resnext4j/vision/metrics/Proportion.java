package org.resnext4j.vision.metrics;

/**
 * A share: so many of so many.
 *
 * @param part how many of them, from 0 to {@code whole}
 * @param whole how many there were; a share of nothing has the value NaN
 */
public record Proportion(long part, long whole) {

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

  /** What is missing to the whole: the error to an accuracy. */
  public Proportion complement() {
    return new Proportion(whole - part, whole);
  }

  /**
   * Wilson's 95 % score interval: unlike the textbook one it stays within 0 and 1 and is right for
   * small counts and for shares near the ends. Of nothing it is 0 to 1.
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
