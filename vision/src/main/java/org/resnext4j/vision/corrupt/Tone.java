package org.resnext4j.vision.corrupt;

import org.resnext4j.vision.Image;

/** Changes of brightness, contrast and saturation. */
final class Tone {

  private Tone() {}

  static Image contrast(Image image, double factor) {
    double[] means = new double[Image.CHANNELS];
    byte[] rgb = image.rgb();
    for (int i = 0; i < rgb.length; i++) {
      means[i % Image.CHANNELS] += (rgb[i] & 0xff) / 255.0;
    }
    for (int c = 0; c < Image.CHANNELS; c++) {
      means[c] /= image.height() * image.width();
    }
    return Samples.each(
        image,
        (value, i) -> {
          double mean = means[i % Image.CHANNELS];
          return (value - mean) * factor + mean;
        });
  }

  /**
   * Adds to the value channel of HSV. Hue and saturation stay: all three channels grow by the same
   * factor, and black becomes grey.
   */
  static Image brightness(Image image, double rise) {
    return pixels(
        image,
        (pixel, most, least) -> {
          double value = Math.min(1, most + rise);
          for (int c = 0; c < Image.CHANNELS; c++) {
            pixel[c] = most == 0 ? value : pixel[c] / most * value;
          }
        });
  }

  /** Scales the saturation of HSV and adds to it. Grey pixels have no hue and become reddish. */
  static Image saturate(Image image, double factor, double rise) {
    return pixels(
        image,
        (pixel, most, least) -> {
          double before = most == 0 ? 0 : (most - least) / most;
          double after = Math.max(0, Math.min(1, before * factor + rise));
          for (int c = 0; c < Image.CHANNELS; c++) {
            // A pixel without hue has hue 0, red.
            double fall = before == 0 ? (c == 0 ? 0 : 1) : (most - pixel[c]) / (most - least);
            pixel[c] = most * (1 - after * fall);
          }
        });
  }

  private interface Change {
    void apply(double[] pixel, double most, double least);
  }

  private static Image pixels(Image image, Change change) {
    byte[] in = image.rgb();
    byte[] out = new byte[in.length];
    double[] pixel = new double[Image.CHANNELS];
    for (int i = 0; i < in.length; i += Image.CHANNELS) {
      for (int c = 0; c < Image.CHANNELS; c++) {
        pixel[c] = (in[i + c] & 0xff) / 255.0;
      }
      double most = Math.max(pixel[0], Math.max(pixel[1], pixel[2]));
      double least = Math.min(pixel[0], Math.min(pixel[1], pixel[2]));
      change.apply(pixel, most, least);
      for (int c = 0; c < Image.CHANNELS; c++) {
        // Rounding must not lower a sample whose number is unchanged.
        out[i + c] = Samples.sample(pixel[c] + 1e-9);
      }
    }
    return new Image(image.height(), image.width(), out);
  }
}
