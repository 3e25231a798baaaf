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

  /** Returns the composition of this change and the next one. */
  default Augmentation then(Augmentation next) {
    return (image, random) -> next.apply(apply(image, random), random);
  }

  /** Returns an augmentation that changes nothing. */
  static Augmentation none() {
    return (image, random) -> image;
  }
}
