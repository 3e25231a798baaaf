package org.resnext4j.vision.metrics;

import java.util.OptionalInt;
import java.util.stream.IntStream;

/** Reads a classifier's logits: the class with the highest logit, and the rank of a class. */
public final class Logits {

  private Logits() {}

  /**
   * Returns the rank of a class: the number of classes that rank before it by their logits. The
   * predicted class has rank 0; a class in the top 5 has a rank below 5. Of equal logits the class
   * with the lower index ranks first. A class whose logit is NaN ranks last.
   *
   * @param logits logits of one or more pictures
   * @param offset index of the picture's first logit
   * @param classes number of classes
   * @param label index of the class
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

  /** Returns the class with the highest logit; of equal logits the class with the lowest index. */
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
   * Finds the first class whose logit is NaN or infinite.
   *
   * @param logits logits of one or more pictures
   * @param offset index of the picture's first logit
   * @param classes number of classes
   * @return the class; empty if all logits are finite
   */
  public static OptionalInt notFinite(float[] logits, int offset, int classes) {
    return IntStream.range(0, classes).filter(k -> !Float.isFinite(logits[offset + k])).findFirst();
  }
}
