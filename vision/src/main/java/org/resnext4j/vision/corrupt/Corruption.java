package org.resnext4j.vision.corrupt;

import java.util.Arrays;
import java.util.Locale;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import org.resnext4j.vision.Image;

/**
 * A corruption of a picture in five severities. Apply it to the network's view of the picture,
 * after the resize and the crop.
 *
 * <p>Pictures whose shorter side has at most 64 pixels get the strengths of CIFAR-10-C. Larger
 * pictures get the strengths of ImageNet-C.
 */
public enum Corruption {
  /** Independent Gaussian noise, as in low light. */
  GAUSSIAN_NOISE(
      new double[][] {{.08}, {.12}, {.18}, {.26}, {.38}},
      new double[][] {{.04}, {.06}, {.08}, {.09}, {.10}}) {
    @Override
    Image apply(Image image, double[] strength, RandomGenerator random) {
      return Noise.gaussian(image, strength[0], random);
    }
  },
  /** Poisson noise, which comes from the discreteness of light. */
  SHOT_NOISE(
      new double[][] {{60}, {25}, {12}, {5}, {3}},
      new double[][] {{500}, {250}, {100}, {75}, {50}}) {
    @Override
    Image apply(Image image, double[] strength, RandomGenerator random) {
      return Noise.shot(image, strength[0], random);
    }
  },
  /** Impulse noise (salt and pepper): random samples become black or white, as after bit errors. */
  IMPULSE_NOISE(
      new double[][] {{.03}, {.06}, {.09}, {.17}, {.27}},
      new double[][] {{.01}, {.02}, {.03}, {.05}, {.07}}) {
    @Override
    Image apply(Image image, double[] strength, RandomGenerator random) {
      return Noise.impulse(image, strength[0], random);
    }
  },
  /** The blur of a lens out of focus. The parameters are radius and smoothing of the disk. */
  DEFOCUS_BLUR(
      new double[][] {{3, .1}, {4, .5}, {6, .5}, {8, .5}, {10, .5}},
      new double[][] {{.3, .4}, {.4, .5}, {.5, .6}, {1, .2}, {1.5, .1}}) {
    @Override
    Image apply(Image image, double[] strength, RandomGenerator random) {
      return Blur.defocus(image, strength[0], strength[1]);
    }
  },
  /** The blur of a moving camera. The parameters are length and fading of the trail. */
  MOTION_BLUR(
      new double[][] {{10, 3}, {15, 5}, {15, 8}, {15, 12}, {20, 15}},
      new double[][] {{6, 1}, {6, 1.5}, {6, 2}, {8, 2}, {9, 2.5}}) {
    @Override
    Image apply(Image image, double[] strength, RandomGenerator random) {
      double degrees = -45 + 90 * random.nextDouble();
      return Blur.motion(image, (int) strength[0], strength[1], degrees);
    }
  },
  /** A Gaussian blur. The parameter is the standard deviation in pixels. */
  GAUSSIAN_BLUR(
      new double[][] {{1}, {2}, {3}, {4}, {6}}, new double[][] {{.4}, {.6}, {.7}, {.8}, {1}}) {
    @Override
    Image apply(Image image, double[] strength, RandomGenerator random) {
      return Blur.gaussian(image, strength[0]);
    }
  },
  /** Haze from a plasma fractal. The parameters are the amount and the decay of its detail. */
  FOG(
      new double[][] {{1.5, 2}, {2, 2}, {2.5, 1.7}, {2.5, 1.5}, {3, 1.4}},
      new double[][] {{.2, 3}, {.5, 3}, {.75, 2.5}, {1, 2}, {1.5, 1.75}}) {
    @Override
    Image apply(Image image, double[] strength, RandomGenerator random) {
      return Fog.apply(image, strength[0], strength[1], random);
    }
  },
  /** Adds to the value channel of HSV. */
  BRIGHTNESS(
      new double[][] {{.1}, {.2}, {.3}, {.4}, {.5}},
      new double[][] {{.05}, {.1}, {.15}, {.2}, {.3}}) {
    @Override
    Image apply(Image image, double[] strength, RandomGenerator random) {
      return Tone.brightness(image, strength[0]);
    }
  },
  /** Moves each channel's samples towards the channel's mean. */
  CONTRAST(
      new double[][] {{.4}, {.3}, {.2}, {.1}, {.05}},
      new double[][] {{.75}, {.5}, {.4}, {.3}, {.15}}) {
    @Override
    Image apply(Image image, double[] strength, RandomGenerator random) {
      return Tone.contrast(image, strength[0]);
    }
  },
  /** Scales the saturation of HSV and adds to it. */
  SATURATE(
      new double[][] {{.3, 0}, {.1, 0}, {2, 0}, {5, .1}, {20, .2}},
      new double[][] {{.3, 0}, {.1, 0}, {1.5, 0}, {2, .1}, {2.5, .2}}) {
    @Override
    Image apply(Image image, double[] strength, RandomGenerator random) {
      return Tone.saturate(image, strength[0], strength[1]);
    }
  },
  /** JPEG compression of low quality. */
  JPEG_COMPRESSION(
      new double[][] {{25}, {18}, {15}, {10}, {7}}, new double[][] {{80}, {65}, {58}, {50}, {40}}) {
    @Override
    Image apply(Image image, double[] strength, RandomGenerator random) {
      return Compression.jpeg(image, (int) strength[0]);
    }
  },
  /** Reduces the resolution: fewer, larger pixels. */
  PIXELATE(
      new double[][] {{.6}, {.5}, {.4}, {.3}, {.25}},
      new double[][] {{.95}, {.9}, {.85}, {.75}, {.65}}) {
    @Override
    Image apply(Image image, double[] strength, RandomGenerator random) {
      return Compression.pixelate(image, strength[0]);
    }
  };

  /** The number of severities, which are counted from 1. */
  public static final int SEVERITIES = 5;

  private static final int SMALL = 64;

  @SuppressWarnings("ImmutableEnumChecker") // No code writes to it.
  private final double[][] large;

  @SuppressWarnings("ImmutableEnumChecker") // No code writes to it.
  private final double[][] small;

  Corruption(double[][] large, double[][] small) {
    this.large = large;
    this.small = small;
  }

  abstract Image apply(Image image, double[] strength, RandomGenerator random);

  /**
   * Corrupts a picture.
   *
   * @param severity from 1 to 5
   * @param random source of randomness; the same generator gives the same picture
   * @throws IllegalArgumentException if there is no such severity
   */
  public Image apply(Image image, int severity, RandomGenerator random) {
    if (severity < 1 || severity > SEVERITIES) {
      throw new IllegalArgumentException(
          "a severity should be 1 to %d, but found %d".formatted(SEVERITIES, severity));
    }
    boolean isSmall = Math.min(image.height(), image.width()) <= SMALL;
    return apply(image, (isSmall ? small : large)[severity - 1], random);
  }

  /** Returns the published name, such as {@code gaussian_noise}. */
  public String id() {
    return name().toLowerCase(Locale.ROOT);
  }

  /**
   * Returns the corruption with this published name.
   *
   * @throws IllegalArgumentException if no corruption has this name; the message lists all names
   */
  public static Corruption of(String id) {
    for (Corruption corruption : values()) {
      if (corruption.id().equals(id)) {
        return corruption;
      }
    }
    throw new IllegalArgumentException(
        "expected one of the corruptions %s, but found '%s'"
            .formatted(
                Arrays.stream(values()).map(Corruption::id).collect(Collectors.joining(", ")), id));
  }
}
