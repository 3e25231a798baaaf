package org.resnext4j.vision.corrupt;

import org.resnext4j.vision.Image;

/** Converts between samples of 0 to 255 and numbers of 0 to 1, as the published definitions do. */
final class Samples {

  /** Computes a sample's new number from its number and its position. */
  @FunctionalInterface
  interface Change {
    double apply(double value, int index);
  }

  private Samples() {}

  /**
   * Changes each sample independently. It clips the results to 0..1 and rounds the samples down.
   */
  static Image each(Image image, Change change) {
    byte[] in = image.rgb();
    byte[] out = new byte[in.length];
    for (int i = 0; i < in.length; i++) {
      out[i] = sample(change.apply((in[i] & 0xff) / 255.0, i));
    }
    return new Image(image.height(), image.width(), out);
  }

  /** Converts a number to a sample. */
  static byte sample(double value) {
    return (byte) (int) (Math.max(0.0, Math.min(1.0, value)) * 255.0);
  }
}
