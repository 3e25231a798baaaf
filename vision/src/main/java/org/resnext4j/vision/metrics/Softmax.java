package org.resnext4j.vision.metrics;

/**
 * The softmax of a picture's logits, in float64: {@code exp(x_k) / Σ exp(x_j)}, with the largest
 * logit subtracted first, so that no exponential overflows. {@link StrictMath} gives the same bits
 * on every machine.
 *
 * {@snippet :
 * Softmax softmax = Softmax.of(new float[] {1, 2, 3}, 0, 3);
 * softmax.probability(2); // 0.665
 * }
 *
 * @param largest the largest logit
 * @param exponentials {@code exp(x_k - largest)} of each class
 * @param sum of the exponentials, in the order of the classes
 */
@SuppressWarnings("ArrayRecordComponent") // Never compared.
public record Softmax(double largest, double[] exponentials, double sum) {

  /** The softmax of {@code classes} logits from {@code offset}. */
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

  /** Probabilities of rows of logits, {@code [rows, classes]}. */
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

  /** Probability of a class. */
  public double probability(int label) {
    return exponentials[label] / sum;
  }

  /** Natural logarithm of the sum of the logits' exponentials. */
  public double logSum() {
    return largest + StrictMath.log(sum);
  }
}
