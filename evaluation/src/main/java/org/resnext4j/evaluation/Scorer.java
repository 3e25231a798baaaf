package org.resnext4j.evaluation;

/**
 * A network that computes the logits of prepared pictures, such as {@code classifier::logits}.
 *
 * {@snippet :
 * Scorer scorer = classifier::logits;
 * }
 */
@FunctionalInterface
public interface Scorer {

  /**
   * Computes logits.
   *
   * @param images normalised pictures {@code [count, height, width, channels]}
   * @param count number of pictures
   * @return logits {@code [count, outputs]}
   * @throws ArithmeticException if a logit is not finite; the evaluator then finds the picture
   */
  float[] logits(float[] images, int count);
}
