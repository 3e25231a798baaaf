package org.resnext4j.models.weights.pytorch;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.resnext4j.models.weights.pytorch.Pickled.Bytes;
import org.resnext4j.models.weights.pytorch.Pickled.Instance;
import org.resnext4j.models.weights.pytorch.Pickled.Plain;
import org.resnext4j.models.weights.pytorch.Pickled.Sequence;
import org.resnext4j.models.weights.pytorch.Pickled.Text;
import org.resnext4j.models.weights.pytorch.Pickled.Whole;
import org.resnext4j.models.weights.storage.ElementType;
import org.resnext4j.models.weights.storage.Storage;
import org.resnext4j.models.weights.storage.StoredTensor;
import org.resnext4j.models.weights.storage.WeightFileException;

/**
 * Reads the NumPy arrays of a pickle. The pickle describes an array by an empty array and its
 * state, {@code (version, shape, type, columns first, bytes)}, or in protocol 5 by {@code
 * _frombuffer(bytes, type, shape, order)}.
 */
final class NumpyArray {

  private NumpyArray() {}

  /** Returns whether a placeholder represents an array. */
  static boolean is(Instance object) {
    return object.className.startsWith("numpy.")
        && (object.className.endsWith(".multiarray._reconstruct")
            || object.className.endsWith(".numeric._frombuffer"));
  }

  /** Returns the array as a view of its bytes. */
  static StoredTensor read(Path file, String name, Instance object) throws WeightFileException {
    if (object.className.endsWith("_frombuffer")) {
      List<Pickled> parts = object.arguments;
      if (parts.size() == 4) {
        boolean columnsFirst = parts.get(3) instanceof Text order && order.value().equals("F");
        return view(file, name, parts.get(0), parts.get(1), parts.get(2), columnsFirst);
      }
    } else if (object.state.orElse(Plain.NONE) instanceof Sequence state
        && state.items.size() == 5) {
      List<Pickled> parts = state.items;
      return view(file, name, parts.get(4), parts.get(2), parts.get(1), parts.get(3) == Plain.TRUE);
    }
    throw new WeightFileException(file, "array '%s' lacks its shape or numbers".formatted(name));
  }

  private static StoredTensor view(
      Path file, String name, Pickled numbers, Pickled type, Pickled shape, boolean columnsFirst)
      throws WeightFileException {
    Bytes bytes =
        switch (numbers) {
          case Bytes raw -> raw;
          case Text text -> Bytes.of(text);
          default -> throw new WeightFileException(file, "array '%s' has no bytes".formatted(name));
        };
    ElementType known =
        type(type)
            .orElseThrow(() ->
                new WeightFileException(
                    file, "array '%s' is not of a supported type".formatted(name)));
    if (!(shape instanceof Sequence sizes)
        || !sizes.items.stream().allMatch(Whole.class::isInstance)) {
      throw new WeightFileException(file, "array '%s' has no shape".formatted(name));
    }
    long[] dimensions = sizes.items.stream().mapToLong(size -> ((Whole) size).value()).toArray();
    long[] strides = StoredTensor.denseStrides(dimensions);
    if (columnsFirst) {
      long stride = 1;
      for (int d = 0; d < dimensions.length; d++) {
        strides[d] = stride;
        stride = Math.max(0, stride * Math.max(1, dimensions[d]));
      }
    }
    return StoredTensor.of(file, name, known, dimensions, Storage.of(bytes.bytes()), 0, strides);
  }

  /**
   * Returns the element type of {@code numpy.dtype('f4')} with the state {@code (3, '<', …)}. The
   * reader does not support big-endian types.
   */
  private static Optional<ElementType> type(Pickled type) {
    if (!(type instanceof Instance dtype)
        || !dtype.className.equals("numpy.dtype")
        || dtype.arguments.isEmpty()
        || !(dtype.arguments.getFirst() instanceof Text code)) {
      return Optional.empty();
    }
    boolean bigEndian =
        dtype.state.orElse(Plain.NONE) instanceof Sequence state
            && state.items.size() > 1
            && state.items.get(1) instanceof Text order
            && order.value().equals(">");
    if (bigEndian) {
      return Optional.empty();
    }
    return switch (code.value()) {
      case "f8" -> Optional.of(ElementType.F64);
      case "f4" -> Optional.of(ElementType.F32);
      case "f2" -> Optional.of(ElementType.F16);
      case "i8" -> Optional.of(ElementType.I64);
      case "i4" -> Optional.of(ElementType.I32);
      case "i2" -> Optional.of(ElementType.I16);
      case "i1" -> Optional.of(ElementType.I8);
      case "u1" -> Optional.of(ElementType.U8);
      case "b1" -> Optional.of(ElementType.BOOL);
      default -> Optional.empty();
    };
  }
}
