package org.resnext4j.vision.corrupt;

import java.util.random.RandomGenerator;
import org.resnext4j.vision.Image;

/** Haze by the diamond-square algorithm on a torus. */
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
    // The picture and the haze share the range that the picture had.
    double scale = largest + amount == 0 ? 0 : largest / (largest + amount);
    int width = image.width();
    return Samples.each(
        image,
        (value, i) -> {
          int pixel = i / Image.CHANNELS;
          return (value + amount * plasma[pixel / width * side + pixel % width]) * scale;
        });
  }

  /** A square height map of 0 to 1 whose detail fades by {@code decay} at each halving. */
  static double[] plasma(int side, double decay, RandomGenerator random) {
    double[] map = new double[side * side];
    double wibble = FIRST_WIBBLE;
    for (int step = side; step >= 2; step /= 2) {
      int half = step / 2;
      // The middle of each square, from its corners.
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
      // The middle of each edge, from its ends and the squares beside it.
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

  /** The published definition multiplies by the wibble twice, so the detail fades by its square. */
  private static double wobble(double wibble, RandomGenerator random) {
    return wibble * wibble * (2 * random.nextDouble() - 1);
  }

  private static double at(double[] map, int side, int y, int x) {
    return map[Math.floorMod(y, side) * side + Math.floorMod(x, side)];
  }
}
