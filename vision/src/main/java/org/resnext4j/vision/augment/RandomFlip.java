package org.resnext4j.vision.augment;

import java.util.random.RandomGenerator;
import org.resnext4j.vision.HorizontalFlip;
import org.resnext4j.vision.Image;

/**
 * The mirror image, sometimes: torchvision's {@code RandomHorizontalFlip}.
 *
 * @param probability of the change
 */
public record RandomFlip(double probability) implements Augmentation {

  /** Half of the time. */
  public RandomFlip() {
    this(0.5);
  }

  @Override
  public Image apply(Image image, RandomGenerator random) {
    return random.nextDouble() < probability ? new HorizontalFlip().apply(image) : image;
  }
}
