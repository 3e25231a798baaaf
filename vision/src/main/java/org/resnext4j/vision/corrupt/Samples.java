package org.resnext4j.vision.corrupt;

import org.resnext4j.vision.Image;

/** Between samples of 0 to 255 and numbers of 0 to 1, as the published definitions compute. */
final class Samples {

  /** Computes a number from a number and its place. */
  @FunctionalInterface
  interface Change {
    double apply(double value, int index);
  }

  private Samples() {}

  /** Changes every sample alone; results are clipped to 0..1 and rounded down. */
  static Image each(Image image, Change change) {
    byte[] in = image.rgb();
    byte[] out = new byte[in.length];
    for (int i = 0; i < in.length; i++) {
      out[i] = sample(change.apply((in[i] & 0xff) / 255.0, i));
    }
    return new Image(image.height(), image.width(), out);
  }

  /** A number as a sample. */
  static byte sample(double value) {
    return (byte) (int) (Math.max(0.0, Math.min(1.0, value)) * 255.0);
  }
}
