package org.resnext4j.engine.graph;

/**
 * The shape of an activation: {@code [batch, height, width, channels]}, all at least 1.
 *
 * <p>A vector, such as the logits, is a map of one pixel: {@code [batch, 1, 1, classes]}.
 *
 * @param batch number of pictures
 * @param height rows of pixels
 * @param width pixels in a row
 * @param channels values of a pixel
 */
public record Shape(int batch, int height, int width, int channels) {

  /**
   * Checks that every dimension is at least 1.
   *
   * @throws ShapeException if a dimension is smaller
   */
  public Shape {
    if (batch < 1 || height < 1 || width < 1 || channels < 1) {
      throw new ShapeException(
          "a shape needs every dimension to be at least 1, but was [%d, %d, %d, %d]"
              .formatted(batch, height, width, channels));
    }
  }

  /** Number of values. */
  public long elements() {
    return (long) batch * height * width * channels;
  }

  /**
   * Number of pixels, all pictures together.
   *
   * @throws ArithmeticException if it exceeds 2³¹ − 1
   */
  public int pixels() {
    return Math.toIntExact((long) batch * height * width);
  }

  /** This shape with another number of pictures. */
  public Shape withBatch(int newBatch) {
    return new Shape(newBatch, height, width, channels);
  }

  @Override
  public String toString() {
    return "[%d, %d, %d, %d]".formatted(batch, height, width, channels);
  }
}
