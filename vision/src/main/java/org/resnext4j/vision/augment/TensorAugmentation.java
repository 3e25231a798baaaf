package org.resnext4j.vision.augment;

import java.util.random.RandomGenerator;

/** A random change to a picture that is already normalised. */
@FunctionalInterface
public interface TensorAugmentation {

  /**
   * Draws random numbers from {@code random} and changes the values in place.
   *
   * @param values array that holds the picture, {@code [height, width, channels]}, from {@code
   *     offset} on
   */
  void apply(float[] values, int offset, int height, int width, RandomGenerator random);

  /** Returns the composition of this change and the next one. */
  default TensorAugmentation then(TensorAugmentation next) {
    return (values, offset, height, width, random) -> {
      apply(values, offset, height, width, random);
      next.apply(values, offset, height, width, random);
    };
  }

  /** Returns an augmentation that changes nothing. */
  static TensorAugmentation none() {
    return (values, offset, height, width, random) -> {};
  }
}
