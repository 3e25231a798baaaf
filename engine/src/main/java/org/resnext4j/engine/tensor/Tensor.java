package org.resnext4j.engine.tensor;

import java.util.List;

/**
 * A float32 tensor in PyTorch's row-major order. The filters of a convolution, for example, are
 * {@code [out, in / groups, height, width]}.
 *
 * <p>The tensor does not copy its array. Users who share a tensor must not write to the array,
 * unless a method allows it.
 *
 * @param shape the dimensions, none of them negative; empty for a scalar
 * @param values the values; their number is the product of the dimensions
 */
@SuppressWarnings("ArrayRecordComponent") // Tensors are compared by identity.
public record Tensor(List<Integer> shape, float[] values) {

  /**
   * Checks the number of values.
   *
   * @throws IllegalArgumentException if the number of values differs from the shape's
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

  /** A one-dimensional tensor of the values. */
  public static Tensor of(float... values) {
    return new Tensor(List.of(values.length), values);
  }

  /**
   * The number of values of a shape.
   *
   * @throws ArithmeticException if the number does not fit a {@code long}
   */
  public static long elements(List<Integer> shape) {
    return shape.stream().mapToLong(Integer::longValue).reduce(1, Math::multiplyExact);
  }

  /** A copy of this tensor with an array of its own. */
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
