package org.resnext4j.detection.network;

/**
 * The sizes of a detector's pictures and the thresholds of its boxes.
 *
 * @param shorterSide length of the shorter side of a resized picture, in pixels
 * @param longerSide largest length of the longer side, in pixels
 * @param leastScore least score; boxes with a higher score are kept
 * @param overlap intersection over union above which the box of the lower score is suppressed,
 *     within a class
 * @param most largest number of boxes for a picture
 * @param proposals largest number of regions for a level before suppression, and for a picture
 *     after it
 * @param proposalOverlap intersection over union above which the region of the lower score is
 *     suppressed
 */
public record DetectionOptions(
    int shorterSide,
    int longerSide,
    float leastScore,
    double overlap,
    int most,
    int proposals,
    double proposalOverlap) {

  /** torchvision's options. */
  public static final DetectionOptions DEFAULTS =
      new DetectionOptions(800, 1333, 0.05f, 0.5, 100, 1000, 0.7);

  /**
   * Checks the numbers.
   *
   * @throws IllegalArgumentException if a side or a count is below 1, or the shorter side exceeds
   *     the longer
   */
  public DetectionOptions {
    if (shorterSide < 1 || longerSide < shorterSide || most < 1 || proposals < 1) {
      throw new IllegalArgumentException(
          "a detector needs sides and counts of at least 1 and no longer side below the shorter,"
              + " but found sides %d and %d, %d boxes, %d proposals"
                  .formatted(shorterSide, longerSide, most, proposals));
    }
  }

  /** These options for pictures of another size. */
  public DetectionOptions withSides(int shorter, int longer) {
    return new DetectionOptions(
        shorter, longer, leastScore, overlap, most, proposals, proposalOverlap);
  }

  /** These options with another least score. */
  public DetectionOptions withLeastScore(float score) {
    return new DetectionOptions(
        shorterSide, longerSide, score, overlap, most, proposals, proposalOverlap);
  }
}
