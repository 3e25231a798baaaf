package org.resnext4j.vision.corrupt;

import java.util.random.RandomGenerator;
import org.resnext4j.vision.Image;

/** Adds independent noise to each sample. */
final class Noise {

  /** The mean from which transformed rejection is faster than counting events one by one. */
  private static final double LARGE_MEAN = 10;

  private Noise() {}

  static Image gaussian(Image image, double deviation, RandomGenerator random) {
    return Samples.each(image, (value, i) -> value + deviation * random.nextGaussian());
  }

  static Image shot(Image image, double photons, RandomGenerator random) {
    return Samples.each(image, (value, i) -> poisson(value * photons, random) / photons);
  }

  static Image impulse(Image image, double share, RandomGenerator random) {
    return Samples.each(
        image,
        (value, i) -> {
          if (random.nextDouble() >= share) {
            return value;
          }
          return random.nextBoolean() ? 1.0 : 0.0;
        });
  }

  /** Draws a Poisson variate. */
  static int poisson(double mean, RandomGenerator random) {
    return mean < LARGE_MEAN ? counted(mean, random) : rejected(mean, random);
  }

  private static int counted(double mean, RandomGenerator random) {
    double limit = Math.exp(-mean);
    int count = 0;
    double product = random.nextDouble();
    while (product > limit) {
      count++;
      product *= random.nextDouble();
    }
    return count;
  }

  /**
   * Draws by rejection (Hörmann 1993, "The transformed rejection method for generating Poisson
   * random variables").
   */
  private static int rejected(double mean, RandomGenerator random) {
    double b = 0.931 + 2.53 * Math.sqrt(mean);
    double a = -0.059 + 0.02483 * b;
    double inverseAlpha = 1.1239 + 1.1328 / (b - 3.4);
    double accepted = 0.9277 - 3.6224 / (b - 2);
    while (true) {
      double u = random.nextDouble() - 0.5;
      double v = random.nextDouble();
      double distance = 0.5 - Math.abs(u);
      int k = (int) Math.floor((2 * a / distance + b) * u + mean + 0.43);
      if (distance >= 0.07 && v <= accepted) {
        return k;
      }
      boolean outside = k < 0 || (distance < 0.013 && v > distance);
      if (!outside
          && Math.log(v * inverseAlpha / (a / (distance * distance) + b))
              <= k * Math.log(mean) - mean - logFactorial(k)) {
        return k;
      }
    }
  }

  /**
   * Returns the logarithm of k!, from 10 on by Stirling's series with an error below 1e-9, below 10
   * by a sum of logarithms.
   */
  static double logFactorial(int k) {
    if (k < 10) {
      double sum = 0;
      for (int i = 2; i <= k; i++) {
        sum += Math.log(i);
      }
      return sum;
    }
    double x = k + 1.0;
    double inverse = 1 / x;
    double square = inverse * inverse;
    return (x - 0.5) * Math.log(x)
        - x
        + 0.5 * Math.log(2 * Math.PI)
        + inverse * (1.0 / 12 - square * (1.0 / 360 - square / 1260));
  }
}
