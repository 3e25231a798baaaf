package org.resnext4j.vision.augment;

import java.util.random.RandomGenerator;
import org.resnext4j.vision.Image;
import org.resnext4j.vision.transform.Crop;

/**
 * Shifts a picture by up to {@code padding} pixels in each direction and fills the border with
 * black: the paper's CIFAR augmentation (section 5.3) and torchvision's {@code RandomCrop(size,
 * padding)}.
 *
 * @param padding pixels of black border on each side; the crop has the picture's own size
 */
public record PadAndCrop(int padding) implements Augmentation {

  /** Shifts by up to four pixels, as in the paper. */
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
