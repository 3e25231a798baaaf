package org.resnext4j.vision.metrics;

/**
 * Precision, recall and F1 of a class or of an average of classes. The quotient 0/0 counts as 0, as
 * in scikit-learn.
 *
 * @param precision share of the pictures predicted as the class that belong to it
 * @param recall share of the class's pictures that are predicted as the class
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
