package org.resnext4j.training.classification;

import org.resnext4j.vision.metrics.Softmax;

/**
 * Cross-entropy of softmax against target probabilities, averaged over the batch, as PyTorch's
 * {@code cross_entropy} computes it: with label smoothing s and K classes the target {@code t} of a
 * class counts as {@code (1 - s)·t + s/K}.
 *
 * @param smoothing share of each target that is spread evenly over all classes, at least 0 and
 *     below 1
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
   * The mean loss of a batch, and its gradient.
   *
   * @param logits {@code [batch, classes]}
   * @param targets probabilities {@code [batch, classes]}, each row summing to 1
   * @param classes number of classes
   * @param gradient receives the gradient of the mean loss in the logits, {@code [batch, classes]};
   *     may be the array of the logits
   * @return the mean loss; not finite if a logit is not
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
