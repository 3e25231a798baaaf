package org.resnext4j.detection.network;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.resnext4j.detection.box.BoxCoding;
import org.resnext4j.detection.box.Boxes;
import org.resnext4j.detection.box.NonMaximumSuppression;
import org.resnext4j.detection.box.Ranking;

/**
 * Selects the proposals of a picture from the outputs of the proposal head (Faster R-CNN, section
 * 3.1).
 */
final class Proposals {

  private final List<Boxes> boxes = new ArrayList<>();
  private final List<float[]> scores = new ArrayList<>();
  private final ProposalOptions options;

  Proposals(ProposalOptions options) {
    this.options = options;
  }

  /**
   * Adds a level to the proposals of each picture of a batch.
   *
   * @param anchors anchors of the level
   * @param logits one logit for each anchor, {@code [batch, anchors]}
   * @param deltas four deltas for each anchor, {@code [batch, anchors, 4]}
   */
  static void addLevel(List<Proposals> batch, Boxes anchors, float[] logits, float[] deltas) {
    for (int picture = 0; picture < batch.size(); picture++) {
      batch
          .get(picture)
          .addLevel(
              anchors,
              part(logits, picture, anchors.count()),
              part(deltas, picture, Boxes.CORNERS * anchors.count()));
    }
  }

  /** Copies the values of one picture from a batch. Each picture has {@code length} values. */
  private static float[] part(float[] values, int picture, int length) {
    return Arrays.copyOfRange(values, picture * length, (picture + 1) * length);
  }

  private void addLevel(Boxes anchors, float[] logits, float[] deltas) {
    int[] best = Ranking.best(logits, options.perLevel());
    float[] chosen = new float[Boxes.CORNERS * best.length];
    float[] probabilities = new float[best.length];
    for (int i = 0; i < best.length; i++) {
      System.arraycopy(deltas, Boxes.CORNERS * best[i], chosen, Boxes.CORNERS * i, Boxes.CORNERS);
      probabilities[i] = (float) (1 / (1 + Math.exp(-logits[best[i]])));
    }
    boxes.add(BoxCoding.PROPOSALS.decode(chosen, anchors.select(best)));
    scores.add(probabilities);
  }

  /**
   * The proposals of all added levels, in descending order of their scores, clipped to the picture.
   */
  Boxes choose(PictureBatch.Size size) {
    Boxes all = Boxes.join(boxes).clip(size.height(), size.width());
    float[] allScores = new float[all.count()];
    int[] levels = new int[all.count()];
    int at = 0;
    for (int level = 0; level < scores.size(); level++) {
      float[] own = scores.get(level);
      System.arraycopy(own, 0, allScores, at, own.length);
      Arrays.fill(levels, at, at + own.length, level);
      at += own.length;
    }
    int[] large = IntStream.range(0, all.count()).filter(box -> isLargeEnough(all, box)).toArray();
    Boxes kept = all.select(large);
    int[] order =
        new NonMaximumSuppression(options.overlap())
            .applyByClass(kept, select(allScores, large), select(levels, large));
    return kept.select(Arrays.copyOf(order, Math.min(order.length, options.perPicture())));
  }

  private boolean isLargeEnough(Boxes all, int box) {
    return all.width(box) >= options.smallestSide() && all.height(box) >= options.smallestSide();
  }

  private static float[] select(float[] values, int[] positions) {
    float[] selected = new float[positions.length];
    for (int i = 0; i < positions.length; i++) {
      selected[i] = values[positions[i]];
    }
    return selected;
  }

  private static int[] select(int[] values, int[] positions) {
    return IntStream.of(positions).map(position -> values[position]).toArray();
  }
}
