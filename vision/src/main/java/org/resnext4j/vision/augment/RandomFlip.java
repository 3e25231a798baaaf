package org.resnext4j.vision.augment;

import java.util.random.RandomGenerator;
import org.resnext4j.vision.Image;
import org.resnext4j.vision.transform.HorizontalFlip;

/**
 * Flips a picture horizontally with a given probability: torchvision's {@code
 * RandomHorizontalFlip}.
 *
 * @param probability probability of the change
 */
public record RandomFlip(double probability) implements Augmentation {

  /** Flips with a probability of one half. */
  public RandomFlip() {
    this(0.5);
  }

  @Override
  public Image apply(Image image, RandomGenerator random) {
    return random.nextDouble() < probability ? new HorizontalFlip().apply(image) : image;
  }
}
