package org.resnext4j.training.input;

import java.util.random.RandomGenerator;

/**
 * A stream of random numbers named by a seed and a path of numbers, such as (epoch, picture):
 * SplitMix64 from a start that mixes them all.
 *
 * <p>Streams of different paths are independent, so what one picture draws does not depend on how
 * many numbers another drew, nor on which thread did it. There is no state to save but the seed.
 */
public final class Randomness implements RandomGenerator {

  private static final long GOLDEN = 0x9e3779b97f4a7c15L;

  private long state;

  private Randomness(long state) {
    this.state = state;
  }

  /** The stream of a seed and a path. */
  public static Randomness of(long seed, Purpose purpose, long... path) {
    long state = mix(mix(seed + GOLDEN) + purpose.name().hashCode());
    for (long step : path) {
      state = mix(state + GOLDEN + mix(step));
    }
    return new Randomness(state);
  }

  @Override
  public long nextLong() {
    state += GOLDEN;
    return mix(state);
  }

  /** A number between two bounds, the lower included. */
  public double between(double low, double high) {
    return low + (high - low) * nextDouble();
  }

  /**
   * A draw of the Beta distribution with both parameters {@code alpha}, between 0 and 1.
   *
   * @param alpha above 0; 1 is uniform, less prefers the ends
   */
  public double nextBeta(double alpha) {
    double first = nextGamma(alpha);
    double second = nextGamma(alpha);
    double sum = first + second;
    return sum > 0 ? first / sum : nextBoolean() ? 1 : 0;
  }

  /** A draw of the Gamma distribution of scale 1 (Marsaglia and Tsang, 2000). */
  private double nextGamma(double shape) {
    if (shape < 1) {
      return nextGamma(shape + 1) * Math.pow(1 - nextDouble(), 1 / shape);
    }
    double d = shape - 1.0 / 3;
    double c = 1 / Math.sqrt(9 * d);
    while (true) {
      double x = nextGaussian();
      double v = 1 + c * x;
      if (v <= 0) {
        continue;
      }
      v = v * v * v;
      if (Math.log(1 - nextDouble()) < 0.5 * x * x + d - d * v + d * Math.log(v)) {
        return d * v;
      }
    }
  }

  private static long mix(long z) {
    long mixed = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
    mixed = (mixed ^ (mixed >>> 27)) * 0x94d049bb133111ebL;
    return mixed ^ (mixed >>> 31);
  }

  /** What a stream is for, so that two uses never share one. The names are part of the results. */
  public enum Purpose {
    /** The order of pictures in an epoch. */
    ORDER,
    /** Augmentation of one picture. */
    PICTURE,
    /** Mixing the pictures of one batch. */
    MIXING,
    /** Which pictures are kept back for validation. */
    SPLIT,
    /** First values of weights. */
    WEIGHTS
  }
}
