package org.resnext4j.detection.loss;

import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;
import org.resnext4j.detection.box.BoxCoding;
import org.resnext4j.detection.box.Boxes;

/**
 * The sampled regions of a picture, from which the box head learns.
 *
 * @param boxes boxes in pixels of the resized picture
 * @param classes the true class of each region, 0 for background
 * @param targets four deltas from each region to its object; zero for background
 */
@SuppressWarnings("ArrayRecordComponent") // Never compared.
public record SampledRegions(Boxes boxes, int[] classes, float[] targets) {

  /**
   * Samples regions from the proposals and the true boxes.
   *
   * @param proposals proposals of the picture
   * @param truth objects of the picture
   * @param random draws the regions
   */
  public static SampledRegions of(
      Boxes proposals, TrueObjects truth, LearningOptions options, RandomGenerator random) {
    Boxes candidates = Boxes.join(List.of(proposals, truth.boxes()));
    int[] matches = options.boxMatcher().match(truth.boxes(), candidates);
    int[] drawn = options.boxSampler().sample(matches, random);
    int[] objects = Arrays.stream(drawn).map(region -> matches[region]).toArray();
    int[] classes =
        Arrays.stream(objects).map(object -> object < 0 ? 0 : truth.classes()[object]).toArray();
    Boxes boxes = candidates.select(drawn);
    float[] targets = ProposalLoss.targets(truth.boxes(), objects, boxes, BoxCoding.DETECTIONS);
    return new SampledRegions(boxes, classes, targets);
  }

  /** Number of regions. */
  public int count() {
    return classes.length;
  }
}
