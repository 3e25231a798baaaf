package org.resnext4j.vision.augment;

import java.util.random.RandomGenerator;
import org.resnext4j.vision.Image;
import org.resnext4j.vision.transform.Crop;
import org.resnext4j.vision.transform.Interpolation;
import org.resnext4j.vision.transform.Resize;

/**
 * Resizes a rectangle of random area, aspect ratio and position to a square. This is the training
 * crop of the paper's ImageNet recipe (scale and aspect ratio augmentation) and torchvision's
 * {@code RandomResizedCrop}.
 *
 * @param size side of the result
 * @param scale range of the rectangle's area divided by the picture's area
 * @param ratio range of the rectangle's width divided by its height; the logarithm is uniform
 * @param interpolation filter of the resizing
 */
public record RandomResizedCrop(int size, Range scale, Range ratio, Interpolation interpolation)
    implements Augmentation {

  private static final int ATTEMPTS = 10;

  /** Crops with torchvision's default scale of 0.08 to 1 and ratio of 3/4 to 4/3, bilinear. */
  public RandomResizedCrop(int size) {
    this(size, new Range(0.08, 1.0), new Range(3.0 / 4, 4.0 / 3), Interpolation.BILINEAR);
  }

  @Override
  public Image apply(Image image, RandomGenerator random) {
    return Resize.exactly(size, size, interpolation).apply(image, rectangle(image, random));
  }

  private Crop rectangle(Image image, RandomGenerator random) {
    int height = image.height();
    int width = image.width();
    for (int i = 0; i < ATTEMPTS; i++) {
      double area = (double) height * width * scale.draw(random);
      double aspect = ratio.drawLogarithmic(random);
      int w = (int) Math.rint(Math.sqrt(area * aspect));
      int h = (int) Math.rint(Math.sqrt(area / aspect));
      if (w > 0 && w <= width && h > 0 && h <= height) {
        int top = random.nextInt(height - h + 1);
        return new Crop(top, random.nextInt(width - w + 1), h, w);
      }
    }
    // No rectangle fitted, as in a very long picture. Take the largest central rectangle of an
    // allowed ratio.
    double aspect = (double) width / height;
    int w = aspect > ratio.to() ? (int) Math.rint(height * ratio.to()) : width;
    int h = aspect < ratio.from() ? (int) Math.rint(width / ratio.from()) : height;
    return new Crop((height - h) / 2, (width - w) / 2, h, w);
  }
}
