package org.resnext4j.training.recipe;

import org.resnext4j.vision.ImageReader;

/**
 * The part of a recipe that says which picture files a training reads. A resumed run reads the same
 * files.
 *
 * @param maximumPixels largest number of pixels in a picture, at least 1
 * @param truncated whether to read files that end early; the missing part stays black or grey
 */
public record Reading(long maximumPixels, boolean truncated) {

  /** The limits of {@link ImageReader#defaults}. */
  public static final Reading DEFAULT =
      new Reading(ImageReader.defaults().maximumPixels(), ImageReader.defaults().truncated());

  /** Checks the limit. */
  public Reading {
    if (maximumPixels < 1) {
      throw new IllegalArgumentException(
          "reading.maximumPixels must be at least 1, but was " + maximumPixels);
    }
  }

  /** The reader with these limits. */
  public ImageReader reader() {
    return ImageReader.defaults().withMaximumPixels(maximumPixels).withTruncated(truncated);
  }
}
