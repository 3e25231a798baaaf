package org.resnext4j.training.input;

import java.util.random.RandomGenerator;

/**
 * A stream of random numbers for a seed and a path of numbers, such as (epoch, picture). It is
 * SplitMix64 (Steele et al., 2014), whose first state is a hash of seed and path.
 *
 * <p>Streams of different paths are independent. The numbers of one picture therefore depend
 * neither on other pictures nor on threads, and a checkpoint stores the seed alone.
 *
 * {@snippet :
 * Randomness random = Randomness.of(1, Randomness.Purpose.PICTURE, 0, 4711);
 * double shift = random.between(-4, 4);
 * }
 */
public final class Randomness implements RandomGenerator {

  private static final long GOLDEN = 0x9e3779b97f4a7c15L;

  private long state;

  private Randomness(long state) {
    this.state = state;
  }

  /**
   * The stream of a seed and a path.
   *
   * @param seed seed of the run
   * @param purpose the use of the stream
   * @param path numbers such as the epoch and the picture
   */
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

  /** A uniform number from {@code low} (inclusive) to {@code high} (exclusive). */
  public double between(double low, double high) {
    return low + (high - low) * nextDouble();
  }

  /**
   * A number from 0 to 1 of the Beta distribution with two equal parameters.
   *
   * @param alpha the parameters, above 0; 1 gives the uniform distribution, less than 1 prefers the
   *     ends
   */
  public double nextBeta(double alpha) {
    double first = nextGamma(alpha);
    double second = nextGamma(alpha);
    double sum = first + second;
    return sum > 0 ? first / sum : nextBoolean() ? 1 : 0;
  }

  /** A number of the Gamma distribution with scale 1 (Marsaglia and Tsang, 2000). */
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

  /** The use of a stream. Two uses never share a stream; a new name changes results. */
  public enum Purpose {
    /** The order of pictures in an epoch. */
    ORDER,
    /** Augmentation of one picture. */
    PICTURE,
    /** Mixing the pictures of one batch. */
    MIXING,
    /** The division into training and validation pictures. */
    SPLIT,
    /** First values of weights. */
    WEIGHTS,
    /** Which anchors and regions of a batch a detector learns from. */
    REGIONS
  }
}
