package org.resnext4j.models.weights.storage;

import java.util.List;

/**
 * The name, type and shape of a tensor in a file.
 *
 * @param name the tensor's name, such as {@code layer1.0.conv2.weight}
 * @param type the type of its numbers
 * @param shape its dimensions in PyTorch's order; empty for a single number
 */
public record TensorInfo(String name, ElementType type, List<Integer> shape) {

  /** Copies the shape. */
  public TensorInfo {
    shape = List.copyOf(shape);
  }

  /** Returns the number of values. */
  public long elements() {
    return shape.stream().mapToLong(Integer::longValue).reduce(1, Math::multiplyExact);
  }

  /** Returns the bytes of all values in the file. */
  public long bytes() {
    return Math.multiplyExact(elements(), type.bytes());
  }
}
