package org.resnext4j.vision.transform;

import java.util.function.UnaryOperator;
import org.resnext4j.vision.Image;

/**
 * Resizes a picture as torchvision's {@code Resize} does with a Pillow image: antialiased, bit for
 * bit.
 */
public sealed interface Resize extends UnaryOperator<Image> {

  /**
   * Resizes the shorter side to {@code size} pixels. The longer side keeps the aspect ratio,
   * rounded down.
   */
  static Resize shorterSide(int size, Interpolation interpolation) {
    return new ShorterSide(size, interpolation);
  }

  /** Resizes to exactly this size and ignores the aspect ratio. */
  static Resize exactly(int height, int width, Interpolation interpolation) {
    return new Exactly(height, width, interpolation);
  }

  /** Returns the size of the result for a picture of {@code height} × {@code width} pixels. */
  Size size(int height, int width);

  /** Returns the filter. */
  Interpolation interpolation();

  /** Resizes a picture; returns the same object if the size does not change. */
  @Override
  default Image apply(Image image) {
    return apply(image, Crop.whole(image));
  }

  /**
   * Resizes a rectangle of a picture as if the rectangle were the whole picture, without an
   * intermediate copy.
   *
   * @throws IllegalArgumentException if the rectangle is not inside the picture
   */
  default Image apply(Image image, Crop rectangle) {
    Size size = size(rectangle.height(), rectangle.width());
    return apply(image, rectangle, new Crop(0, 0, size.height(), size.width()));
  }

  /**
   * Computes a window of the result of {@link #apply(Image, Crop)}, and only the pixels of the
   * window.
   *
   * @param rectangle the rectangle of the picture that is resized
   * @param window the part of the result, in pixels of the result
   * @throws IllegalArgumentException if the rectangle is not inside the picture
   */
  default Image apply(Image image, Crop rectangle, Crop window) {
    if (!rectangle.isInside(image)) {
      throw new IllegalArgumentException(
          "%s should be inside a picture of %d×%d"
              .formatted(rectangle, image.height(), image.width()));
    }
    Size size = size(rectangle.height(), rectangle.width());
    return Resampler.resample(
        image, rectangle, size.height(), size.width(), window, interpolation());
  }

  /** Rows and columns. */
  record Size(int height, int width) {}

  /** The form of {@link Resize#shorterSide}. */
  record ShorterSide(int size, Interpolation interpolation) implements Resize {

    /**
     * Checks the size.
     *
     * @throws IllegalArgumentException if it is not positive
     */
    public ShorterSide {
      if (size < 1) {
        throw new IllegalArgumentException("a resize needs a positive size, but found " + size);
      }
    }

    @Override
    public Size size(int height, int width) {
      return height <= width
          ? new Size(size, Math.toIntExact((long) size * width / height))
          : new Size(Math.toIntExact((long) size * height / width), size);
    }
  }

  /** The form of {@link Resize#exactly}. */
  record Exactly(int height, int width, Interpolation interpolation) implements Resize {

    /**
     * Checks the size.
     *
     * @throws IllegalArgumentException if it is not positive
     */
    public Exactly {
      if (height < 1 || width < 1) {
        throw new IllegalArgumentException(
            "a resize needs a positive size, but found %d×%d".formatted(height, width));
      }
    }

    @Override
    public Size size(int inputHeight, int inputWidth) {
      return new Size(height, width);
    }
  }
}
