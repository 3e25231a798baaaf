package org.resnext4j.detection.network;

import java.util.Arrays;
import org.resnext4j.detection.box.BoxCoding;
import org.resnext4j.detection.box.Boxes;
import org.resnext4j.detection.box.NonMaximumSuppression;
import org.resnext4j.vision.metrics.Softmax;

/**
 * The detected boxes of one picture, in descending order of their scores.
 *
 * @param boxes boxes in pixels of the picture
 * @param classes the class of each box, from 1
 * @param scores the score of each box, from 0 to 1
 */
@SuppressWarnings("ArrayRecordComponent") // Never compared.
public record FoundBoxes(Boxes boxes, int[] classes, float[] scores) {

  /**
   * Selects boxes from the outputs of the box head.
   *
   * @param regions regions in pixels of the resized picture
   * @param logits {@code [regions, classes]}
   * @param deltas {@code [regions, classes, 4]}
   * @param size size of the resized picture
   * @param smallestSide least length of a side; boxes with a shorter side are left out
   */
  static FoundBoxes choose(
      Boxes regions,
      float[] logits,
      float[] deltas,
      PictureBatch.Size size,
      DetectionOptions options,
      float smallestSide) {
    int count = regions.count();
    int classes = count == 0 ? 0 : logits.length / count;
    float[] corners = new float[Boxes.CORNERS * logits.length];
    float[] scores = new float[logits.length];
    int[] labels = new int[logits.length];
    int candidates = 0;
    for (int region = 0; region < count; region++) {
      Softmax softmax = Softmax.of(logits, region * classes, classes);
      for (int label = 1; label < classes; label++) {
        // Few classes of a region are likely, so only the boxes of likely classes are decoded.
        float probability = (float) softmax.probability(label);
        if (!(probability > options.leastScore())) {
          continue;
        }
        int at = Boxes.CORNERS * candidates;
        int delta = Boxes.CORNERS * (region * classes + label);
        BoxCoding.DETECTIONS.decode(deltas, delta, regions, region, corners, at);
        for (int i = at; i < at + Boxes.CORNERS; i++) {
          corners[i] =
              Math.clamp(corners[i], 0f, (float) (i % 2 == 0 ? size.width() : size.height()));
        }
        if (corners[at + 2] - corners[at] >= smallestSide
            && corners[at + 3] - corners[at + 1] >= smallestSide) {
          scores[candidates] = probability;
          labels[candidates] = label;
          candidates++;
        }
      }
    }
    FoundBoxes all =
        new FoundBoxes(
            new Boxes(Arrays.copyOf(corners, Boxes.CORNERS * candidates)),
            Arrays.copyOf(labels, candidates),
            Arrays.copyOf(scores, candidates));
    int[] kept =
        new NonMaximumSuppression(options.overlap())
            .applyByClass(all.boxes, all.scores, all.classes);
    return all.select(Arrays.copyOf(kept, Math.min(kept.length, options.most())));
  }

  /** The boxes in pixels of the original picture. */
  FoundBoxes inPictureOf(int height, int width, PictureBatch.Size resized) {
    float horizontally = (float) width / resized.width();
    float vertically = (float) height / resized.height();
    return new FoundBoxes(boxes.scale(horizontally, vertically), classes, scores);
  }

  private FoundBoxes select(int[] positions) {
    int[] labels = new int[positions.length];
    float[] chosen = new float[positions.length];
    for (int i = 0; i < positions.length; i++) {
      labels[i] = classes[positions[i]];
      chosen[i] = scores[positions[i]];
    }
    return new FoundBoxes(boxes.select(positions), labels, chosen);
  }
}
