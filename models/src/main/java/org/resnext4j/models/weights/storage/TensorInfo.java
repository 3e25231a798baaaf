package org.resnext4j.models.weights.storage;

import java.util.List;

/**
 * What a file says about a tensor, before its values are read.
 *
 * @param name its name, such as {@code layer1.0.conv2.weight}
 * @param type how its numbers are stored
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
