package org.resnext4j.vision.augment;

import java.util.random.RandomGenerator;
import org.resnext4j.vision.Image;

/** A random change to a picture. */
@FunctionalInterface
public interface Augmentation {

  /** Draws what it needs from {@code random} and returns the changed picture, or the same one. */
  Image apply(Image image, RandomGenerator random);

  /** This change and then another. */
  default Augmentation then(Augmentation next) {
    return (image, random) -> next.apply(apply(image, random), random);
  }

  /** No change. */
  static Augmentation none() {
    return (image, random) -> image;
  }
}
