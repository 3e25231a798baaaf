package org.resnext4j.detection.network;

/**
 * Bounds on the proposals of a picture (Faster R-CNN, section 3.1).
 *
 * @param perLevel largest number of proposals for a pyramid level before suppression
 * @param perPicture largest number of proposals for a picture after suppression
 * @param overlap intersection over union above which the proposal of the lower score is suppressed
 * @param smallestSide least width and height in pixels; smaller proposals are left out
 */
public record ProposalOptions(int perLevel, int perPicture, double overlap, float smallestSide) {

  /** torchvision's options for training: 2,000 proposals for a level and for a picture. */
  public static final ProposalOptions TRAINING = new ProposalOptions(2000, 2000, 0.7, 1e-3f);

  /**
   * Checks the numbers.
   *
   * @throws IllegalArgumentException if a count is below 1 or the side is negative
   */
  public ProposalOptions {
    if (perLevel < 1 || perPicture < 1 || !(smallestSide >= 0)) {
      throw new IllegalArgumentException(
          "proposals need counts of at least 1 and a side of at least 0, but found %d, %d and %s"
              .formatted(perLevel, perPicture, smallestSide));
    }
  }

  /** The options of a detector at inference, with the same count for levels and pictures. */
  static ProposalOptions of(DetectionOptions options, Conventions conventions) {
    return new ProposalOptions(
        options.proposals(),
        options.proposals(),
        options.proposalOverlap(),
        conventions.smallestProposal());
  }
}
