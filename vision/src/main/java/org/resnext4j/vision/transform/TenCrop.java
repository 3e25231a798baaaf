package org.resnext4j.vision.transform;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.resnext4j.vision.Image;

/**
 * Ten crops of a picture: its four corners and its middle, then the same five crops of its mirror
 * image. The paper's ten-crop results use this protocol; the order is torchvision's.
 *
 * @param height rows of each crop
 * @param width columns of each crop
 */
public record TenCrop(int height, int width) implements Function<Image, List<Image>> {

  /** Creates square crops of {@code size} × {@code size} pixels. */
  public TenCrop(int size) {
    this(size, size);
  }

  /**
   * Returns the ten crops: top left, top right, bottom left, bottom right, middle, and those of the
   * mirror image.
   *
   * @throws IllegalArgumentException if the picture is smaller than a crop
   */
  @Override
  public List<Image> apply(Image image) {
    int bottom = image.height() - height;
    int right = image.width() - width;
    if (bottom < 0 || right < 0) {
      throw new IllegalArgumentException(
          "ten crops of %d×%d need a picture at least as large, but found %d×%d"
              .formatted(height, width, image.height(), image.width()));
    }
    List<UnaryOperator<Image>> five =
        List.of(
            new Crop(0, 0, height, width),
            new Crop(0, right, height, width),
            new Crop(bottom, 0, height, width),
            new Crop(bottom, right, height, width),
            new CenterCrop(height, width));
    List<Image> crops = new ArrayList<>();
    for (Image side : List.of(image, new HorizontalFlip().apply(image))) {
      for (UnaryOperator<Image> crop : five) {
        crops.add(crop.apply(side));
      }
    }
    return List.copyOf(crops);
  }
}
