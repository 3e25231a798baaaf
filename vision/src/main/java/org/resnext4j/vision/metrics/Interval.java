package org.resnext4j.vision.metrics;

/**
 * A 95 % interval of a measured value.
 *
 * @param low its lower end
 * @param high its upper end
 */
public record Interval(double low, double high) {

  /** The 97.5 % quantile of the standard normal distribution. */
  static final double Z = 1.959963984540054;

  /** Both ends times a factor, which must be positive: 100 turns shares into percent. */
  public Interval times(double factor) {
    return new Interval(low * factor, high * factor);
  }
}
