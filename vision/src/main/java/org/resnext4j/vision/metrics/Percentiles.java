package org.resnext4j.vision.metrics;

import java.util.Arrays;

/** Computes the percentiles of a sample. */
final class Percentiles {

  private Percentiles() {}

  /** Returns the interval from the 2.5th to the 97.5th percentile, with linear interpolation. */
  static Interval interval(double[] values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    return new Interval(at(sorted, 0.025), at(sorted, 0.975));
  }

  private static double at(double[] sorted, double share) {
    double place = share * (sorted.length - 1);
    int below = (int) place;
    int above = Math.min(below + 1, sorted.length - 1);
    return sorted[below] + (place - below) * (sorted[above] - sorted[below]);
  }
}
