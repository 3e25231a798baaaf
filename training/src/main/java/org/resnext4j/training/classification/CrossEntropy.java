package org.resnext4j.training.classification;

import org.resnext4j.vision.metrics.Softmax;

/**
 * The cross-entropy between softmax and target probabilities, averaged over the batch, as PyTorch's
 * {@code cross_entropy} computes it. With label smoothing s and K classes a target {@code t}
 * becomes {@code (1 - s)·t + s/K} (Szegedy et al., 2016).
 *
 * {@snippet :
 * float[] targets = new float[logits.length];
 * float[] gradient = new float[logits.length];
 * double loss = new CrossEntropy(0.1).apply(logits, targets, 10, gradient);
 * }
 *
 * @param smoothing share of each target that label smoothing spreads over all classes, at least 0
 *     and below 1
 */
public record CrossEntropy(double smoothing) {

  /** Checks the smoothing. */
  public CrossEntropy {
    if (!(smoothing >= 0 && smoothing < 1)) {
      throw new IllegalArgumentException(
          "label smoothing must be at least 0 and below 1, but was " + smoothing);
    }
  }

  /**
   * Computes the mean loss of a batch and its gradient.
   *
   * @param logits logits {@code [batch, classes]}
   * @param targets probabilities {@code [batch, classes]}; each row sums to 1
   * @param classes number of classes
   * @param gradient receives the gradient of the mean loss with respect to the logits {@code
   *     [batch, classes]}; it may be the array of the logits
   * @return the mean loss, which is not finite if a logit is not finite
   * @throws IllegalArgumentException if the lengths of the arrays do not fit
   */
  public double apply(float[] logits, float[] targets, int classes, float[] gradient) {
    int batch = logits.length / classes;
    if (batch * classes != logits.length
        || targets.length != logits.length
        || gradient.length != logits.length) {
      throw new IllegalArgumentException(
          "a loss over %d classes needs logits, targets and gradient of one length, a multiple of it, but found %d, %d and %d"
              .formatted(classes, logits.length, targets.length, gradient.length));
    }
    double sum = 0;
    for (int row = 0; row < batch; row++) {
      sum += row(logits, targets, row * classes, classes, gradient, batch);
    }
    return sum / batch;
  }

  private double row(
      float[] logits, float[] targets, int offset, int classes, float[] gradient, int batch) {
    Softmax softmax = Softmax.of(logits, offset, classes);
    double logSum = softmax.logSum();
    double targetSum = 0;
    for (int k = 0; k < classes; k++) {
      targetSum += targets[offset + k];
    }
    double weight = (1 - smoothing) * targetSum + smoothing;
    double loss = 0;
    for (int k = 0; k < classes; k++) {
      double target = (1 - smoothing) * targets[offset + k] + smoothing / classes;
      loss += target * (logSum - logits[offset + k]);
      gradient[offset + k] =
          (float) ((weight * softmax.exponentials()[k] / softmax.sum() - target) / batch);
    }
    return loss;
  }
}
