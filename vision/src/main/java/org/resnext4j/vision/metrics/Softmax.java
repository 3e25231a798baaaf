package org.resnext4j.vision.metrics;

/**
 * The softmax of a picture's logits, in float64: {@code exp(x_k) / Σ exp(x_j)}. Subtracting the
 * largest logit first keeps every exponential from overflowing. {@link StrictMath} gives the same
 * bits on every machine.
 *
 * {@snippet :
 * Softmax softmax = Softmax.of(new float[] {1, 2, 3}, 0, 3);
 * softmax.probability(2); // 0.665
 * }
 *
 * @param largest the largest logit
 * @param exponentials {@code exp(x_k - largest)} of each class
 * @param sum sum of the exponentials, added in the order of the classes
 */
@SuppressWarnings("ArrayRecordComponent") // Nothing compares the records.
public record Softmax(double largest, double[] exponentials, double sum) {

  /** Computes the softmax of {@code classes} logits from {@code offset} on. */
  public static Softmax of(float[] logits, int offset, int classes) {
    double largest = Double.NEGATIVE_INFINITY;
    for (int k = 0; k < classes; k++) {
      largest = Math.max(largest, logits[offset + k]);
    }
    double[] exponentials = new double[classes];
    double sum = 0;
    for (int k = 0; k < classes; k++) {
      exponentials[k] = StrictMath.exp(logits[offset + k] - largest);
      sum += exponentials[k];
    }
    return new Softmax(largest, exponentials, sum);
  }

  /**
   * Computes the probabilities of rows of logits; both arrays have the shape {@code [rows,
   * classes]}.
   */
  public static float[] rows(float[] logits, int classes) {
    float[] probabilities = new float[logits.length];
    for (int row = 0; row < logits.length; row += classes) {
      Softmax softmax = of(logits, row, classes);
      for (int k = 0; k < classes; k++) {
        probabilities[row + k] = (float) softmax.probability(k);
      }
    }
    return probabilities;
  }

  /** Returns the probability of a class. */
  public double probability(int label) {
    return exponentials[label] / sum;
  }

  /** Returns the natural logarithm of the sum of the logits' exponentials (log-sum-exp). */
  public double logSum() {
    return largest + StrictMath.log(sum);
  }
}
