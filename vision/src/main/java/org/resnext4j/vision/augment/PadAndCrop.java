package org.resnext4j.vision.augment;

import java.util.random.RandomGenerator;
import org.resnext4j.vision.Crop;
import org.resnext4j.vision.Image;

/**
 * The picture shifted by up to {@code padding} pixels each way, black where nothing is: the paper's
 * CIFAR augmentation (section 5.3), torchvision's {@code RandomCrop(size, padding)}.
 *
 * @param padding pixels added on each side before a crop of the picture's own size is taken
 */
public record PadAndCrop(int padding) implements Augmentation {

  /** By four pixels, as the paper does. */
  public PadAndCrop() {
    this(4);
  }

  @Override
  public Image apply(Image image, RandomGenerator random) {
    int top = random.nextInt(2 * padding + 1) - padding;
    int left = random.nextInt(2 * padding + 1) - padding;
    return new Crop(top, left, image.height(), image.width()).apply(image);
  }
}
