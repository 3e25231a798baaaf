package org.resnext4j.vision.metrics;

import java.util.OptionalInt;
import java.util.stream.IntStream;

/** Reads a classifier's logits: the class with the highest logit, and the rank of a class. */
public final class Logits {

  private Logits() {}

  /**
   * The rank of a class, which is the number of classes before it: 0 for the predicted class, below
   * 5 for a class in the top 5. Of equal logits the class with the lower index comes first. A class
   * whose logit is NaN comes last.
   *
   * @param logits of one or more pictures
   * @param offset of the picture's first logit
   * @param classes number of classes
   * @param label the class
   */
  public static int rank(float[] logits, int offset, int classes, int label) {
    float own = logits[offset + label];
    int rank = 0;
    for (int k = 0; k < classes; k++) {
      float other = logits[offset + k];
      if (k != label && !(other < own) && !(other == own && k > label)) {
        rank++;
      }
    }
    return Float.isNaN(own) ? classes : rank;
  }

  /** The class with the highest logit; of equal logits the class with the lowest index. */
  public static int highest(float[] logits, int offset, int classes) {
    int best = 0;
    for (int k = 1; k < classes; k++) {
      if (logits[offset + k] > logits[offset + best]) {
        best = k;
      }
    }
    return best;
  }

  /**
   * The first class whose logit is NaN or infinite.
   *
   * @param logits of one or more pictures
   * @param offset of the picture's first logit
   * @param classes number of classes
   * @return the class; empty if all logits are finite
   */
  public static OptionalInt notFinite(float[] logits, int offset, int classes) {
    return IntStream.range(0, classes).filter(k -> !Float.isFinite(logits[offset + k])).findFirst();
  }
}
