package org.resnext4j.vision.metrics;

/**
 * How well a class, or an average of classes, is found. A quotient of nothing by nothing counts as
 * 0, as scikit-learn has it.
 *
 * @param precision share of what was called so that was so
 * @param recall share of what was so that was called so
 * @param f1 harmonic mean of the two (for an average: the average of the classes' F1)
 */
public record Scores(double precision, double recall, double f1) {

  static Scores of(long right, long called, long actual) {
    return new Scores(
        quotient(right, called), quotient(right, actual), quotient(2 * right, called + actual));
  }

  private static double quotient(long part, long whole) {
    return whole == 0 ? 0 : (double) part / whole;
  }
}
