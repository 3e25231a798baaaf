package org.resnext4j.vision.corrupt;

import java.util.random.RandomGenerator;
import org.resnext4j.vision.Image;

/** Adds haze, a height map that the diamond-square algorithm computes on a torus. */
final class Fog {

  private static final double FIRST_WIBBLE = 100;

  private Fog() {}

  static Image apply(Image image, double amount, double decay, RandomGenerator random) {
    int longest = Math.max(image.height(), image.width());
    int side = Integer.highestOneBit(Math.max(2, 2 * longest - 1));
    double[] plasma = plasma(side, decay, random);
    double largest = 0;
    for (byte sample : image.rgb()) {
      largest = Math.max(largest, (sample & 0xff) / 255.0);
    }
    // Scale the sum of picture and haze to the range of the picture.
    double scale = largest + amount == 0 ? 0 : largest / (largest + amount);
    int width = image.width();
    return Samples.each(
        image,
        (value, i) -> {
          int pixel = i / Image.CHANNELS;
          return (value + amount * plasma[pixel / width * side + pixel % width]) * scale;
        });
  }

  /**
   * Computes a square height map of 0 to 1. Each halving of the step divides the wibble, which sets
   * the amplitude of the detail, by {@code decay}.
   */
  static double[] plasma(int side, double decay, RandomGenerator random) {
    double[] map = new double[side * side];
    double wibble = FIRST_WIBBLE;
    for (int step = side; step >= 2; step /= 2) {
      int half = step / 2;
      // The square's midpoint is the mean of its corners plus a random number.
      for (int y = 0; y < side; y += step) {
        for (int x = 0; x < side; x += step) {
          double sum =
              at(map, side, y, x)
                  + at(map, side, y + step, x)
                  + at(map, side, y, x + step)
                  + at(map, side, y + step, x + step);
          map[(y + half) * side + x + half] = sum / 4 + wobble(wibble, random);
        }
      }
      // An edge's midpoint is the mean of its ends and the adjacent midpoints plus a random number.
      for (int y = 0; y < side; y += step) {
        for (int x = 0; x < side; x += step) {
          double across =
              at(map, side, y, x)
                  + at(map, side, y, x + step)
                  + at(map, side, y - half, x + half)
                  + at(map, side, y + half, x + half);
          double down =
              at(map, side, y, x)
                  + at(map, side, y + step, x)
                  + at(map, side, y + half, x - half)
                  + at(map, side, y + half, x + half);
          map[y * side + x + half] = across / 4 + wobble(wibble, random);
          map[(y + half) * side + x] = down / 4 + wobble(wibble, random);
        }
      }
      wibble /= decay;
    }
    double least = Double.POSITIVE_INFINITY;
    double most = Double.NEGATIVE_INFINITY;
    for (double height : map) {
      least = Math.min(least, height);
      most = Math.max(most, height);
    }
    for (int i = 0; i < map.length; i++) {
      map[i] = most == least ? 0 : (map[i] - least) / (most - least);
    }
    return map;
  }

  /**
   * Draws the random part of a height. The published definition multiplies by the wibble twice: the
   * amplitude is the square of the wibble.
   */
  private static double wobble(double wibble, RandomGenerator random) {
    return wibble * wibble * (2 * random.nextDouble() - 1);
  }

  private static double at(double[] map, int side, int y, int x) {
    return map[Math.floorMod(y, side) * side + Math.floorMod(x, side)];
  }
}
