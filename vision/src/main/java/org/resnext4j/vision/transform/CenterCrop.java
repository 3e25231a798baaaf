package org.resnext4j.vision.transform;

import java.util.function.UnaryOperator;
import org.resnext4j.vision.Image;

/**
 * Crops the middle of a picture, as torchvision's {@code CenterCrop} does. Black pixels pad a
 * picture that is smaller than the crop. Half pixels round to even.
 *
 * @param height rows of the result
 * @param width columns of the result
 */
public record CenterCrop(int height, int width) implements UnaryOperator<Image> {

  /**
   * Checks the size.
   *
   * @throws IllegalArgumentException if a side is not positive
   */
  public CenterCrop {
    if (height < 1 || width < 1) {
      throw new IllegalArgumentException(
          "a crop needs a positive size, but found %d×%d".formatted(height, width));
    }
  }

  /** Creates a square crop of {@code size} × {@code size} pixels. */
  public CenterCrop(int size) {
    this(size, size);
  }

  @Override
  public Image apply(Image image) {
    return window(image.height(), image.width()).apply(image);
  }

  /**
   * Returns the rectangle of the crop.
   *
   * @param imageHeight rows of the picture
   * @param imageWidth columns of the picture
   * @return the rectangle; its first row or column is negative if the crop pads the picture there
   */
  public Crop window(int imageHeight, int imageWidth) {
    return new Crop(start(imageHeight, height), start(imageWidth, width), height, width);
  }

  /** Returns the crop's first pixel along one side; negative if the crop pads the picture. */
  private static int start(int length, int crop) {
    return length >= crop ? (int) Math.rint((length - crop) / 2.0) : -((crop - length) / 2);
  }
}
