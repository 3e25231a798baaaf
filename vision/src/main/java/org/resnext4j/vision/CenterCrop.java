package org.resnext4j.vision;

import java.util.function.UnaryOperator;

/**
 * The middle of a picture, as torchvision's {@code CenterCrop}: what is smaller gets black pixels
 * around it, and half pixels round to even.
 *
 * @param height rows of the result
 * @param width columns of the result
 */
public record CenterCrop(int height, int width) implements UnaryOperator<Image> {

  /**
   * Checks the size.
   *
   * @throws IllegalArgumentException if it is not positive
   */
  public CenterCrop {
    if (height < 1 || width < 1) {
      throw new IllegalArgumentException(
          "a crop needs a positive size, but found %d×%d".formatted(height, width));
    }
  }

  /** A square. */
  public CenterCrop(int size) {
    this(size, size);
  }

  @Override
  public Image apply(Image image) {
    return Crop.window(
        image, start(image.height(), height), start(image.width(), width), height, width);
  }

  /** Where the crop begins on a side; negative where the picture is padded. */
  static int start(int length, int crop) {
    return length >= crop ? (int) Math.rint((length - crop) / 2.0) : -((crop - length) / 2);
  }
}
