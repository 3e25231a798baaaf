package org.resnext4j.vision.corrupt;

import org.resnext4j.vision.Image;

/** Weighted sums of neighbouring pixels. */
final class Blur {

  /** The radius of the Gaussian kernel, in standard deviations. */
  private static final double REACH = 4;

  private Blur() {}

  /** The padding mode: maps a position outside the picture to a pixel. */
  private enum Edge {
    /** The outermost pixel. */
    NEAREST {
      @Override
      int inside(int at, int length) {
        return Math.max(0, Math.min(length - 1, at));
      }
    },
    /** The mirror image without repeating the outermost pixel. */
    REFLECT {
      @Override
      int inside(int at, int length) {
        if (length == 1) {
          return 0;
        }
        int period = 2 * (length - 1);
        int place = Math.floorMod(at, period);
        return place < length ? place : period - place;
      }
    };

    abstract int inside(int at, int length);
  }

  /**
   * Computes weighted sums of pixels.
   *
   * @param rows offsets of the rows, one for each weight
   * @param columns offsets of the columns, one for each weight
   */
  private static double[] sums(
      Image image, int[] rows, int[] columns, double[] weights, Edge edge) {
    int height = image.height();
    int width = image.width();
    byte[] in = image.rgb();
    double[] out = new double[in.length];
    int[] place = new int[width];
    for (int k = 0; k < weights.length; k++) {
      double weight = weights[k] / 255;
      for (int x = 0; x < width; x++) {
        place[x] = edge.inside(x + columns[k], width) * Image.CHANNELS;
      }
      for (int y = 0; y < height; y++) {
        int row = edge.inside(y + rows[k], height) * width * Image.CHANNELS;
        int to = y * width * Image.CHANNELS;
        for (int x = 0; x < width; x++) {
          int from = row + place[x];
          out[to] += weight * (in[from] & 0xff);
          out[to + 1] += weight * (in[from + 1] & 0xff);
          out[to + 2] += weight * (in[from + 2] & 0xff);
          to += Image.CHANNELS;
        }
      }
    }
    return out;
  }

  private static Image image(Image like, double[] values) {
    byte[] rgb = new byte[values.length];
    for (int i = 0; i < rgb.length; i++) {
      // The sum of the weights differs from 1 by rounding, which must not turn white into 254.
      rgb[i] = Samples.sample(values[i] + 1e-9);
    }
    return new Image(like.height(), like.width(), rgb);
  }

  static Image gaussian(Image image, double deviation) {
    double[] weights = normal((int) (REACH * deviation + 0.5), deviation);
    int radius = weights.length / 2;
    int height = image.height();
    int width = image.width();
    int[] offsets = new int[weights.length];
    for (int k = 0; k < weights.length; k++) {
      offsets[k] = k - radius;
    }
    double[] across = sums(image, new int[weights.length], offsets, weights, Edge.NEAREST);
    double[] down = new double[across.length];
    int stride = width * Image.CHANNELS;
    for (int y = 0; y < height; y++) {
      for (int k = 0; k < weights.length; k++) {
        int from = Edge.NEAREST.inside(y + offsets[k], height) * stride;
        for (int x = 0; x < stride; x++) {
          down[y * stride + x] += weights[k] * across[from + x];
        }
      }
    }
    return image(image, down);
  }

  /**
   * Returns a Gaussian kernel: the normal density at the whole numbers from -radius to radius,
   * scaled to a sum of 1.
   */
  private static double[] normal(int radius, double deviation) {
    double[] weights = new double[2 * radius + 1];
    double sum = 0;
    for (int k = 0; k < weights.length; k++) {
      double x = k - radius;
      weights[k] = Math.exp(-x * x / (2 * deviation * deviation));
      sum += weights[k];
    }
    for (int k = 0; k < weights.length; k++) {
      weights[k] /= sum;
    }
    return weights;
  }

  static Image defocus(Image image, double radius, double softness) {
    double[] soft = normal(radius <= 8 ? 1 : 2, softness);
    int reach = (int) Math.ceil(radius) + soft.length / 2;
    int side = 2 * reach + 1;
    double[] weights = new double[side * side];
    int pixels = 0;
    for (int y = -reach; y <= reach; y++) {
      for (int x = -reach; x <= reach; x++) {
        if (x * x + y * y <= radius * radius) {
          pixels++;
          // Smooth the disk's pixel.
          for (int j = 0; j < soft.length; j++) {
            for (int i = 0; i < soft.length; i++) {
              int row = y + j - soft.length / 2 + reach;
              int column = x + i - soft.length / 2 + reach;
              weights[row * side + column] += soft[j] * soft[i];
            }
          }
        }
      }
    }
    int[] rows = new int[weights.length];
    int[] columns = new int[weights.length];
    for (int k = 0; k < weights.length; k++) {
      rows[k] = k / side - reach;
      columns[k] = k % side - reach;
      weights[k] /= pixels;
    }
    return image(image, sums(image, rows, columns, weights, Edge.REFLECT));
  }

  static Image motion(Image image, int radius, double deviation, double degrees) {
    int taps = 2 * radius + 1;
    double[] weights = new double[taps];
    int[] rows = new int[taps];
    int[] columns = new int[taps];
    double sum = 0;
    for (int k = 0; k < taps; k++) {
      weights[k] = Math.exp(-k * k / (2 * deviation * deviation));
      sum += weights[k];
      columns[k] = (int) Math.ceil(k * Math.cos(Math.toRadians(degrees)) - 0.5);
      rows[k] = (int) Math.ceil(k * Math.sin(Math.toRadians(degrees)) - 0.5);
    }
    for (int k = 0; k < taps; k++) {
      weights[k] /= sum;
    }
    return image(image, sums(image, rows, columns, weights, Edge.NEAREST));
  }
}
