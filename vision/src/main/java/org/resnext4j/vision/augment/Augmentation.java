package org.resnext4j.vision.augment;

import java.util.random.RandomGenerator;
import org.resnext4j.vision.Image;

/** A random change to a picture. */
@FunctionalInterface
public interface Augmentation {

  /**
   * Draws random numbers from {@code random} and returns the changed picture, or the same picture.
   */
  Image apply(Image image, RandomGenerator random);

  /** This change followed by another. */
  default Augmentation then(Augmentation next) {
    return (image, random) -> next.apply(apply(image, random), random);
  }

  /** No change. */
  static Augmentation none() {
    return (image, random) -> image;
  }
}
