package org.resnext4j.detection.loss;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import org.resnext4j.detection.box.BoxCoding;
import org.resnext4j.detection.box.Boxes;

/**
 * The losses of the proposal head (Faster R-CNN, equation 1): the binary cross-entropy of an
 * anchor's objectness, and the box loss between the predicted and the true deltas from the anchor.
 */
public final class ProposalLoss {

  private final LearningOptions options;
  private final List<Boxes> anchors;
  private final Boxes all;

  /**
   * Prepares the losses for one shape of pictures.
   *
   * @param anchors anchors of each level
   */
  public ProposalLoss(LearningOptions options, List<Boxes> anchors) {
    this.options = options;
    this.anchors = List.copyOf(anchors);
    this.all = Boxes.join(anchors);
  }

  /**
   * Outputs of the proposal head for a level and a batch, or their gradients.
   *
   * @param logits one logit for each anchor, {@code [batch, anchors]}
   * @param deltas four deltas for each anchor, {@code [batch, anchors, 4]}
   */
  @SuppressWarnings("ArrayRecordComponent") // Buffers, never compared.
  public record LevelValues(float[] logits, float[] deltas) {

    /** Zeros of the same sizes. */
    LevelValues zeros() {
      return new LevelValues(new float[logits.length], new float[deltas.length]);
    }
  }

  /**
   * The losses and the gradient of their sum.
   *
   * @param loss the two losses
   * @param gradients gradients of each level's outputs
   */
  public record Result(HeadLoss loss, List<LevelValues> gradients) {}

  /** The sampled anchors of a picture. */
  @SuppressWarnings("ArrayRecordComponent") // Never compared.
  private record Sample(int picture, int[] drawn, int[] matches, TrueObjects truth) {}

  /**
   * Computes the losses of a batch.
   *
   * @param outputs outputs of the head, level by level
   * @param truth the objects of each picture
   * @param random draws the anchors
   */
  public Result of(List<LevelValues> outputs, List<TrueObjects> truth, RandomGenerator random) {
    List<Sample> samples = new ArrayList<>();
    int sampled = 0;
    for (int picture = 0; picture < truth.size(); picture++) {
      int[] matches = options.proposalMatcher().match(truth.get(picture).boxes(), all);
      int[] drawn = options.proposalSampler().sample(matches, random);
      samples.add(new Sample(picture, drawn, matches, truth.get(picture)));
      sampled += drawn.length;
    }
    List<LevelValues> gradients = outputs.stream().map(LevelValues::zeros).toList();
    double objectness = 0;
    double boxes = 0;
    long right = 0;
    for (Sample sample : samples) {
      float[] targets = targets(sample);
      for (int i = 0; i < sample.drawn().length; i++) {
        int anchor = sample.drawn()[i];
        int level = 0;
        while (anchor >= anchors.get(level).count()) {
          anchor -= anchors.get(level++).count();
        }
        LevelValues values = outputs.get(level);
        LevelValues gradient = gradients.get(level);
        int at = sample.picture() * anchors.get(level).count() + anchor;
        boolean object = sample.matches()[sample.drawn()[i]] >= 0;
        double logit = values.logits()[at];
        objectness +=
            Math.max(logit, 0) - (object ? logit : 0) + Math.log1p(Math.exp(-Math.abs(logit)));
        double probability = 1 / (1 + Math.exp(-logit));
        gradient.logits()[at] = (float) ((probability - (object ? 1 : 0)) / sampled);
        right += object == logit > 0 ? 1 : 0;
        for (int k = 0; object && k < Boxes.CORNERS; k++) {
          int delta = Boxes.CORNERS * at + k;
          double difference = values.deltas()[delta] - targets[Boxes.CORNERS * i + k];
          boxes += options.deltaLoss(difference);
          gradient.deltas()[delta] = (float) (options.deltaGradient(difference) / sampled);
        }
      }
    }
    int count = Math.max(1, sampled);
    return new Result(new HeadLoss(objectness / count, boxes / count, sampled, right), gradients);
  }

  /**
   * The deltas of each sampled anchor to its object. The values of an anchor without an object have
   * no meaning.
   */
  private float[] targets(Sample sample) {
    int[] objects = Arrays.stream(sample.drawn()).map(anchor -> sample.matches()[anchor]).toArray();
    return targets(
        sample.truth().boxes(), objects, all.select(sample.drawn()), BoxCoding.PROPOSALS);
  }

  /** The deltas from each reference to its object; zero for a reference without an object. */
  static float[] targets(Boxes objects, int[] matches, Boxes references, BoxCoding coding) {
    int[] matched = IntStream.range(0, matches.length).filter(i -> matches[i] >= 0).toArray();
    Boxes own = objects.select(Arrays.stream(matched).map(i -> matches[i]).toArray());
    float[] deltas = coding.encode(own, references.select(matched));
    float[] targets = new float[Boxes.CORNERS * matches.length];
    for (int i = 0; i < matched.length; i++) {
      System.arraycopy(
          deltas, Boxes.CORNERS * i, targets, Boxes.CORNERS * matched[i], Boxes.CORNERS);
    }
    return targets;
  }
}
