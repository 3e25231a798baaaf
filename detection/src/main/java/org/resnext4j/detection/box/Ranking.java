package org.resnext4j.detection.box;

import java.util.Arrays;

/** Orders positions by their scores. */
public final class Ranking {

  private Ranking() {}

  /**
   * All positions in descending order of their scores. Equal scores keep their order. NaN comes
   * first, as in PyTorch.
   */
  public static int[] descending(float[] scores) {
    return best(scores, scores.length);
  }

  /**
   * The positions of the highest scores, in descending order of their scores. Equal scores keep
   * their order.
   */
  public static int[] best(float[] scores, int count) {
    long[] keys = new long[scores.length];
    for (int i = 0; i < scores.length; i++) {
      keys[i] = (long) descendingKey(scores[i]) << 32 | i;
    }
    Arrays.sort(keys);
    int[] order = new int[Math.min(count, keys.length)];
    for (int i = 0; i < order.length; i++) {
      order[i] = (int) keys[i];
    }
    return order;
  }

  /** An integer that decreases as the score increases; -0 and 0 give the same integer. */
  private static int descendingKey(float score) {
    int bits = Float.floatToIntBits(score + 0f);
    return ~(bits ^ ((bits >> 31) & Integer.MAX_VALUE));
  }
}
