package org.resnext4j.models.weights.storage;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/**
 * A tensor as a view of a storage. Element {@code [i, j, …]} is number {@code offset + i·strides[0]
 * + j·strides[1] + …} of the storage. The readers of all formats return tensors in this form.
 */
public final class StoredTensor {

  private static final int MOST_DIMENSIONS = 64;

  private final TensorInfo info;
  private final Storage storage;
  private final long offset;
  private final long[] strides;

  private StoredTensor(TensorInfo info, Storage storage, long offset, long[] strides) {
    this.info = info;
    this.storage = storage;
    this.offset = offset;
    this.strides = strides;
  }

  /**
   * Creates a view and checks that it lies within its storage.
   *
   * @param file the file that an error names
   * @param offset the index of the first element, in elements from the storage's start
   * @param strides the step of each dimension, in elements
   * @throws WeightFileException if the view exceeds its storage, or its shape and strides are
   *     invalid
   */
  public static StoredTensor of(
      Path file,
      String name,
      ElementType type,
      long[] shape,
      Storage storage,
      long offset,
      long[] strides)
      throws WeightFileException {
    if (shape.length != strides.length || shape.length > MOST_DIMENSIONS) {
      throw new WeightFileException(
          file,
          "tensor '%s' must have as many strides as dimensions, at most %d, but has %d and %d"
              .formatted(name, MOST_DIMENSIONS, strides.length, shape.length));
    }
    long available = storage.size() / type.bytes();
    boolean inside = offset >= 0 && offset <= available;
    long elements = 1;
    try {
      long last = offset;
      for (int d = 0; d < shape.length; d++) {
        inside &= shape[d] >= 0 && shape[d] <= Integer.MAX_VALUE && strides[d] >= 0;
        elements = Math.multiplyExact(elements, shape[d]);
        last = Math.addExact(last, Math.multiplyExact(Math.max(shape[d] - 1, 0), strides[d]));
      }
      Math.multiplyExact(elements, type.bytes());
      inside &= elements == 0 || last < available;
    } catch (ArithmeticException tooLarge) {
      inside = false;
    }
    if (!inside) {
      throw new WeightFileException(
          file,
          "tensor '%s' of shape %s, offset %d and strides %s does not fit its storage of %d numbers"
              .formatted(
                  name, Arrays.toString(shape), offset, Arrays.toString(strides), available));
    }
    List<Integer> dimensions = Arrays.stream(shape).mapToObj(Math::toIntExact).toList();
    return new StoredTensor(
        new TensorInfo(name, type, dimensions), storage, offset, strides.clone());
  }

  /**
   * Creates a view of a whole storage in row-major order and checks that it fills the storage
   * exactly.
   */
  public static StoredTensor dense(
      Path file, String name, ElementType type, long[] shape, Storage storage)
      throws WeightFileException {
    StoredTensor tensor = of(file, name, type, shape, storage, 0, denseStrides(shape));
    if (tensor.info.bytes() != storage.size()) {
      throw new WeightFileException(
          file,
          "tensor '%s' of type %s and shape %s needs %d bytes, but has %d"
              .formatted(name, type, Arrays.toString(shape), tensor.info.bytes(), storage.size()));
    }
    return tensor;
  }

  /**
   * Returns the strides of row-major order. If their product overflows, the strides are wrong but
   * harmless.
   */
  public static long[] denseStrides(long[] shape) {
    long[] strides = new long[shape.length];
    long stride = 1;
    for (int d = shape.length - 1; d >= 0; d--) {
      strides[d] = stride;
      stride = Math.max(0, stride * Math.max(1, shape[d]));
    }
    return strides;
  }

  public TensorInfo info() {
    return info;
  }

  /** Returns the same view under another name. */
  public StoredTensor named(String name) {
    return new StoredTensor(
        new TensorInfo(name, info.type(), info.shape()), storage, offset, strides);
  }

  /**
   * Reads consecutive elements in row-major order from element {@code from} until the destination
   * is full.
   */
  public void read(long from, float[] destination) throws WeightFileException {
    if (destination.length == 0) {
      return;
    }
    ElementType type = info.type();
    if (isDense()) {
      type.get(storage.bytes(), (offset + from) * type.bytes(), destination);
      return;
    }
    var bytes = storage.bytes();
    int rank = strides.length;
    int[] shape = info.shape().stream().mapToInt(Integer::intValue).toArray();
    long[] position = new long[rank];
    long rest = from;
    long at = offset;
    for (int d = rank - 1; d >= 0; d--) {
      position[d] = rest % shape[d];
      rest /= shape[d];
      at += position[d] * strides[d];
    }
    for (int i = 0; i < destination.length; i++) {
      destination[i] = type.get(bytes, at * type.bytes());
      for (int d = rank - 1; d >= 0; d--) {
        at += strides[d];
        if (++position[d] < shape[d]) {
          break;
        }
        at -= position[d] * strides[d];
        position[d] = 0;
      }
    }
  }

  /**
   * Returns whether the elements lie in row-major order without gaps. The stride of a dimension of
   * size 1 does not matter.
   */
  private boolean isDense() {
    long expected = 1;
    for (int d = strides.length - 1; d >= 0; d--) {
      int size = info.shape().get(d);
      if (size != 1 && strides[d] != expected) {
        return false;
      }
      expected *= size;
    }
    return true;
  }
}
