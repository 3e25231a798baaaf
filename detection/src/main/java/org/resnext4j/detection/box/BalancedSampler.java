package org.resnext4j.detection.box;

import java.util.Arrays;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;

/**
 * Samples the candidates of a training step, so that the background does not outnumber the objects
 * (Faster R-CNN, section 3.1.3).
 *
 * @param count largest number of candidates for a picture
 * @param foreground largest fraction of candidates with an object
 */
public record BalancedSampler(int count, double foreground) {

  /**
   * Checks the numbers.
   *
   * @throws IllegalArgumentException if the count is below 1 or the fraction is not from 0 to 1
   */
  public BalancedSampler {
    if (count < 1 || !(foreground >= 0 && foreground <= 1)) {
      throw new IllegalArgumentException(
          "a sampler needs a count of at least 1 and a share from 0 to 1, but found %d and %s"
              .formatted(count, foreground));
    }
  }

  /**
   * Draws candidates and returns their positions in ascending order.
   *
   * @param matches the result of {@link Matcher#match}
   */
  public int[] sample(int[] matches, RandomGenerator random) {
    int[] objects = IntStream.range(0, matches.length).filter(i -> matches[i] >= 0).toArray();
    int[] backgrounds =
        IntStream.range(0, matches.length).filter(i -> matches[i] == Matcher.BACKGROUND).toArray();
    int positive = Math.min(objects.length, (int) (count * foreground));
    int negative = Math.min(backgrounds.length, count - positive);
    return IntStream.concat(
            Arrays.stream(draw(objects, positive, random)),
            Arrays.stream(draw(backgrounds, negative, random)))
        .sorted()
        .toArray();
  }

  private static int[] draw(int[] from, int wanted, RandomGenerator random) {
    for (int i = 0; i < wanted; i++) {
      int other = i + random.nextInt(from.length - i);
      int drawn = from[other];
      from[other] = from[i];
      from[i] = drawn;
    }
    return Arrays.copyOf(from, wanted);
  }
}
