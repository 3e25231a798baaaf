package org.resnext4j.vision.metrics;

/**
 * A 95 % interval of a measured value.
 *
 * @param low lower end
 * @param high upper end
 */
public record Interval(double low, double high) {

  /** The 97.5 % quantile of the standard normal distribution. */
  static final double Z = 1.959963984540054;

  /** Multiplies both ends by a positive factor. The factor 100 converts shares to percent. */
  public Interval times(double factor) {
    return new Interval(low * factor, high * factor);
  }
}
