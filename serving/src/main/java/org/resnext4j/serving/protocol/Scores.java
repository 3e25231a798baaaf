package org.resnext4j.serving.protocol;

import java.util.stream.IntStream;

/** From logits to answers. */
public final class Scores {

  private Scores() {}

  /** The softmax of each row of {@code [count, classes]}. */
  public static float[] softmax(float[] logits, int classes) {
    float[] probabilities = new float[logits.length];
    for (int row = 0; row < logits.length; row += classes) {
      float largest = Float.NEGATIVE_INFINITY;
      for (int i = row; i < row + classes; i++) {
        largest = Math.max(largest, logits[i]);
      }
      double sum = 0;
      for (int i = row; i < row + classes; i++) {
        sum += Math.exp(logits[i] - largest);
      }
      for (int i = row; i < row + classes; i++) {
        probabilities[i] = (float) (Math.exp(logits[i] - largest) / sum);
      }
    }
    return probabilities;
  }

  /** Indices of the k largest of a row, the largest first; among equals the first. */
  public static int[] top(float[] values, int from, int length, int k) {
    return IntStream.range(0, length)
        .boxed()
        .sorted((a, b) -> Float.compare(values[from + b], values[from + a]))
        .limit(k)
        .mapToInt(Integer::intValue)
        .toArray();
  }
}
