package org.resnext4j.vision.metrics;

/** What a classifier's raw outputs say: the class with the highest, and the rank of a class. */
public final class Logits {

  private Logits() {}

  /**
   * How many classes come before one: 0 if it is the answer, below 5 if it is in the top 5. Of
   * equal logits the lower class comes first. A logit that is not a number never counts as right.
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

  /** The class with the highest logit; of equal ones the lowest. */
  public static int highest(float[] logits, int offset, int classes) {
    int best = 0;
    for (int k = 1; k < classes; k++) {
      if (logits[offset + k] > logits[offset + best]) {
        best = k;
      }
    }
    return best;
  }
}
