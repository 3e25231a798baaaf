package org.resnext4j.models.weights.storage;

import java.util.List;

/**
 * The name, type and shape of a tensor in a file.
 *
 * @param name its name, such as {@code layer1.0.conv2.weight}
 * @param type of its numbers
 * @param shape its dimensions in PyTorch's order; empty for a single number
 */
public record TensorInfo(String name, ElementType type, List<Integer> shape) {

  /** Copies the shape. */
  public TensorInfo {
    shape = List.copyOf(shape);
  }

  /** Number of values. */
  public long elements() {
    return shape.stream().mapToLong(Integer::longValue).reduce(1, Math::multiplyExact);
  }

  /** Bytes of all values as they are stored. */
  public long bytes() {
    return Math.multiplyExact(elements(), type.bytes());
  }
}
