package org.resnext4j.detection.loss;

import org.resnext4j.detection.box.BalancedSampler;
import org.resnext4j.detection.box.Matcher;

/**
 * The options that choose the training samples of the heads and their box loss.
 *
 * @param proposalMatcher assigns objects to anchors
 * @param proposalSampler draws the anchors of a picture
 * @param boxMatcher assigns objects to proposals
 * @param boxSampler draws the proposals of a picture
 * @param smoothness deviation up to which the box loss is quadratic; 0 for the L1 loss
 */
public record LearningOptions(
    Matcher proposalMatcher,
    BalancedSampler proposalSampler,
    Matcher boxMatcher,
    BalancedSampler boxSampler,
    double smoothness) {

  /**
   * torchvision's options: 256 anchors, at most half of them with an object, and 512 proposals, at
   * most a quarter of them with an object.
   */
  public static final LearningOptions TORCHVISION =
      new LearningOptions(
          Matcher.proposals(),
          new BalancedSampler(256, 0.5),
          Matcher.detections(),
          new BalancedSampler(512, 0.25),
          1.0 / 9);

  /** Detectron2's options: torchvision's with the L1 loss. */
  public static final LearningOptions DETECTRON2 =
      new LearningOptions(
          TORCHVISION.proposalMatcher,
          TORCHVISION.proposalSampler,
          TORCHVISION.boxMatcher,
          TORCHVISION.boxSampler,
          0);

  /**
   * Checks the smoothness.
   *
   * @throws IllegalArgumentException if the smoothness is negative or not finite
   */
  public LearningOptions {
    if (!(smoothness >= 0 && Double.isFinite(smoothness))) {
      throw new IllegalArgumentException(
          "the smoothness of a box loss must be at least 0, but is " + smoothness);
    }
  }

  /** The loss of one delta of a box (Fast R-CNN, equation 3). */
  double deltaLoss(double difference) {
    double size = Math.abs(difference);
    return size < smoothness ? 0.5 * size * size / smoothness : size - 0.5 * smoothness;
  }

  /** The derivative of {@link #deltaLoss}. */
  double deltaGradient(double difference) {
    return Math.abs(difference) < smoothness ? difference / smoothness : Math.signum(difference);
  }
}
