package org.resnext4j.serving.protocol;

import java.util.stream.IntStream;

/** Finds the highest scores. */
public final class Scores {

  private Scores() {}

  /** Indices of the k largest values of a row, the largest first. Equal values keep their order. */
  public static int[] top(float[] values, int from, int length, int k) {
    return IntStream.range(0, length)
        .boxed()
        .sorted((a, b) -> Float.compare(values[from + b], values[from + a]))
        .limit(k)
        .mapToInt(Integer::intValue)
        .toArray();
  }
}
