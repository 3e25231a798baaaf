package org.resnext4j.vision.augment;

import java.util.random.RandomGenerator;

/** A random change to a picture that is already normalised. */
@FunctionalInterface
public interface TensorAugmentation {

  /**
   * Draws random numbers from {@code random} and changes the values in place.
   *
   * @param values holds {@code [height, width, channels]} numbers from {@code offset} on
   */
  void apply(float[] values, int offset, int height, int width, RandomGenerator random);

  /** This change followed by another. */
  default TensorAugmentation then(TensorAugmentation next) {
    return (values, offset, height, width, random) -> {
      apply(values, offset, height, width, random);
      next.apply(values, offset, height, width, random);
    };
  }

  /** No change. */
  static TensorAugmentation none() {
    return (values, offset, height, width, random) -> {};
  }
}
