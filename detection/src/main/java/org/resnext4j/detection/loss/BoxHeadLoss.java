package org.resnext4j.detection.loss;

import java.util.List;
import org.resnext4j.detection.box.Boxes;
import org.resnext4j.vision.metrics.Logits;
import org.resnext4j.vision.metrics.Softmax;

/**
 * The losses of the box head (Fast R-CNN, equation 1): the cross-entropy of a region's class, and
 * the box loss between the predicted and the true deltas from the region. Only the deltas of the
 * true class contribute.
 *
 * @param options options that give the box loss
 * @param classes number of classes, including the background
 */
public record BoxHeadLoss(LearningOptions options, int classes) {

  /**
   * The losses and the gradient of their sum.
   *
   * @param loss the two losses
   * @param logits gradient, {@code [regions, classes]}
   * @param deltas gradient, {@code [regions, classes, 4]}
   */
  @SuppressWarnings("ArrayRecordComponent") // Buffers, never compared.
  public record Result(HeadLoss loss, float[] logits, float[] deltas) {}

  /**
   * Computes the losses of a batch.
   *
   * @param regions sampled regions of each picture; the network's outputs hold them picture by
   *     picture
   * @param logits {@code [regions, classes]}
   * @param deltas {@code [regions, classes, 4]}
   */
  public Result of(List<SampledRegions> regions, float[] logits, float[] deltas) {
    int count = Math.max(1, regions.stream().mapToInt(SampledRegions::count).sum());
    float[] logitGradient = new float[logits.length];
    float[] deltaGradient = new float[deltas.length];
    double classLoss = 0;
    double boxLoss = 0;
    long right = 0;
    int at = 0;
    for (SampledRegions picture : regions) {
      for (int region = 0; region < picture.count(); region++, at++) {
        int label = picture.classes()[region];
        int first = at * classes;
        right += Logits.rank(logits, first, classes, label) == 0 ? 1 : 0;
        Softmax softmax = Softmax.of(logits, first, classes);
        classLoss += softmax.logSum() - logits[first + label];
        for (int each = 0; each < classes; each++) {
          double error = softmax.probability(each) - (each == label ? 1 : 0);
          logitGradient[first + each] = (float) (error / count);
        }
        for (int k = 0; label > 0 && k < Boxes.CORNERS; k++) {
          int delta = Boxes.CORNERS * (first + label) + k;
          double difference = deltas[delta] - picture.targets()[Boxes.CORNERS * region + k];
          boxLoss += options.deltaLoss(difference);
          deltaGradient[delta] = (float) (options.deltaGradient(difference) / count);
        }
      }
    }
    return new Result(
        new HeadLoss(classLoss / count, boxLoss / count, at, right), logitGradient, deltaGradient);
  }
}
