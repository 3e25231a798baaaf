package org.resnext4j.engine.tensor;

import java.util.List;

/**
 * Float32 values with a shape, row-major in PyTorch's order (a convolution's filters are {@code
 * [out, in / groups, height, width]}).
 *
 * <p>The values are the array given, not a copy: users who share a tensor must not write to it,
 * except where a method says that it does.
 *
 * @param shape dimensions, none negative; empty for a single number
 * @param values as many as the shape says
 */
@SuppressWarnings("ArrayRecordComponent") // Identity is what a tensor's equality should be.
public record Tensor(List<Integer> shape, float[] values) {

  /**
   * Checks that the values fill the shape.
   *
   * @throws IllegalArgumentException if they do not
   */
  public Tensor {
    shape = List.copyOf(shape);
    if (elements(shape) != values.length) {
      throw new IllegalArgumentException(
          "a tensor of shape %s needs %d values, but found %d"
              .formatted(shape, elements(shape), values.length));
    }
  }

  /** A tensor of zeros. */
  public static Tensor zeros(List<Integer> shape) {
    return new Tensor(shape, new float[Math.toIntExact(elements(shape))]);
  }

  /** A one-dimensional tensor over the values. */
  public static Tensor of(float... values) {
    return new Tensor(List.of(values.length), values);
  }

  /**
   * Number of values that a shape holds.
   *
   * @throws ArithmeticException if it does not fit a {@code long}
   */
  public static long elements(List<Integer> shape) {
    return shape.stream().mapToLong(Integer::longValue).reduce(1, Math::multiplyExact);
  }

  /** A tensor of its own values. */
  public Tensor copy() {
    return new Tensor(shape, values.clone());
  }

  @Override
  public boolean equals(Object other) {
    return this == other;
  }

  @Override
  public int hashCode() {
    return System.identityHashCode(this);
  }

  @Override
  public String toString() {
    return "Tensor" + shape;
  }
}
