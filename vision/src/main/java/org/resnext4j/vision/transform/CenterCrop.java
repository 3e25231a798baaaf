package org.resnext4j.vision.transform;

import java.util.function.UnaryOperator;
import org.resnext4j.vision.Image;

/**
 * Crops the middle of a picture, as torchvision's {@code CenterCrop} does. A picture smaller than
 * the crop is padded with black pixels; half pixels round to even.
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

  /** A square crop, {@code size} pixels a side. */
  public CenterCrop(int size) {
    this(size, size);
  }

  @Override
  public Image apply(Image image) {
    return window(image.height(), image.width()).apply(image);
  }

  /**
   * The rectangle that is cropped.
   *
   * @param imageHeight rows of the picture
   * @param imageWidth columns of the picture
   * @return a rectangle that begins at a negative row or column where the picture is padded
   */
  public Crop window(int imageHeight, int imageWidth) {
    return new Crop(start(imageHeight, height), start(imageWidth, width), height, width);
  }

  /** The crop's first pixel along one side; negative where the picture is padded. */
  private static int start(int length, int crop) {
    return length >= crop ? (int) Math.rint((length - crop) / 2.0) : -((crop - length) / 2);
  }
}
