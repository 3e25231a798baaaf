package org.resnext4j.engine.reference;

import java.util.Arrays;
import org.resnext4j.engine.graph.Shape;

/**
 * The output of a node in float64.
 *
 * @param shape {@code [batch, height, width, channels]}
 * @param values the values in row-major order; the array is not copied
 */
@SuppressWarnings("ArrayRecordComponent") // Tests compare the values.
public record Activation(Shape shape, double[] values) {

  /**
   * Checks the number of values.
   *
   * @throws IllegalArgumentException if the number of values differs from the shape's
   */
  public Activation {
    if (values.length != shape.elements()) {
      throw new IllegalArgumentException(
          "an activation of shape %s needs %d values, but found %d"
              .formatted(shape, shape.elements(), values.length));
    }
  }

  /** An activation of zeros. */
  public static Activation zeros(Shape shape) {
    return new Activation(shape, new double[Math.toIntExact(shape.elements())]);
  }

  /** Converts float32 values to float64. */
  public static Activation of(Shape shape, float[] values) {
    double[] wide = new double[values.length];
    Arrays.setAll(wide, i -> values[i]);
    return new Activation(shape, wide);
  }

  /** The index of a value in the array. */
  public int index(int picture, int y, int x, int channel) {
    return ((picture * shape.height() + y) * shape.width() + x) * shape.channels() + channel;
  }

  /** The value of a channel of a pixel. */
  public double at(int picture, int y, int x, int channel) {
    return values[index(picture, y, x, channel)];
  }

  /** Whether a pixel lies in the picture; it lies in the padding otherwise. */
  boolean contains(int y, int x) {
    return y >= 0 && y < shape.height() && x >= 0 && x < shape.width();
  }
}
