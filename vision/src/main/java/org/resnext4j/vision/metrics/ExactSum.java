package org.resnext4j.vision.metrics;

import java.io.Serializable;
import java.math.BigInteger;

/**
 * The exact sum of float64 values. Rounding happens once, in {@link #value}, so sums of any parts,
 * merged in any order, give the same bits.
 *
 * <p>Every finite float64 value is a whole number of {@code 2^-1074}, so a whole number of that
 * unit is the simplest exact accumulator. It holds at most some 2,200 bits; an addition takes a
 * fraction of a microsecond, which is little beside a forward pass.
 *
 * {@snippet :
 * ExactSum first = ExactSum.ZERO.plus(1e16).plus(1);
 * ExactSum second = ExactSum.ZERO.plus(-1e16);
 * double sum = first.plus(second).value(); // 1, where float64 additions give 0
 * }
 *
 * @param units the sum in units of {@code 2^-1074}
 */
public record ExactSum(BigInteger units) implements Serializable {

  /** The sum of no values. */
  public static final ExactSum ZERO = new ExactSum(BigInteger.ZERO);

  /** Exponent of the unit, the smallest positive float64 value. */
  private static final int UNIT = Double.MIN_EXPONENT - (Double.PRECISION - 1);

  /** More bits than a float64 value keeps, and fewer than it can scale. */
  private static final int ROUNDED_BITS = 1000;

  /**
   * This sum and one more value.
   *
   * @throws IllegalArgumentException if the value is not finite
   */
  public ExactSum plus(double value) {
    return value == 0 ? this : new ExactSum(units.add(units(value)));
  }

  /** This sum and another. */
  public ExactSum plus(ExactSum other) {
    return new ExactSum(units.add(other.units));
  }

  /** The sum, rounded once to the nearest float64 value; infinite if it is too large for one. */
  public double value() {
    return round(units, UNIT);
  }

  /**
   * The sum of squared deviations from the mean, {@code Σx² - (Σx)²/n}, without cancellation.
   *
   * @param squares sum of the squares of the values that this is the sum of
   * @param count number of values, at least 1
   */
  double squaredDeviations(ExactSum squares, long count) {
    BigInteger scaled = squares.units.multiply(BigInteger.valueOf(count)).shiftLeft(-UNIT);
    return round(scaled.subtract(units.multiply(units)), 2 * UNIT) / count;
  }

  private static BigInteger units(double value) {
    if (!Double.isFinite(value)) {
      throw new IllegalArgumentException(
          "an exact sum takes finite values, but was given " + value);
    }
    int exponent = Math.max(Math.getExponent(value), Double.MIN_EXPONENT);
    // Scaling by a power of two is exact: the significand becomes a whole number below 2^53.
    long significand = (long) Math.scalb(value, Double.PRECISION - 1 - exponent);
    return BigInteger.valueOf(significand).shiftLeft(exponent - Double.MIN_EXPONENT);
  }

  /** {@code number · 2^exponent} as the nearest float64 value, ties to even. */
  private static double round(BigInteger number, int exponent) {
    BigInteger magnitude = number.abs();
    int dropped = Math.max(0, magnitude.bitLength() - ROUNDED_BITS);
    BigInteger kept = magnitude.shiftRight(dropped);
    if (magnitude.getLowestSetBit() < dropped) {
      kept = kept.setBit(0); // What is dropped only decides whether a tie is one.
    }
    return number.signum() * Math.scalb(kept.doubleValue(), exponent + dropped);
  }
}
