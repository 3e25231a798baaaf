package org.resnext4j.models.weights.torch7;

import java.lang.foreign.MemorySegment;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import org.resnext4j.models.weights.storage.ElementType;

/** A value in Torch7's serialisation: a Lua value, a tensor, or an object of a Torch class. */
sealed interface Torch7Value {

  /** A value whose content the reader ignores: nil, a truth value, a function. */
  enum Plain implements Torch7Value {
    NIL,
    FALSE,
    TRUE,
    FUNCTION
  }

  /** A number. Every number of Lua is a double. */
  record Real(double value) implements Torch7Value {}

  /** A string. */
  record Text(String value) implements Torch7Value {}

  /** A table: fields by name, items by number from 1. A table may contain itself. */
  final class Table implements Torch7Value {
    final SequencedMap<String, Torch7Value> fields = new LinkedHashMap<>();
    final Map<Long, Torch7Value> items = new HashMap<>();

    /** Returns a field, or nil if the table has no such field. */
    Torch7Value field(String name) {
      return fields.getOrDefault(name, Plain.NIL);
    }

    /** Returns a field that is a tensor with values. */
    Optional<Tensor> tensor(String name) {
      return field(name) instanceof Tensor tensor && tensor.shape().length > 0
          ? Optional.of(tensor)
          : Optional.empty();
    }

    /** Returns a field that is a number. */
    Optional<Double> number(String name) {
      return field(name) instanceof Real number ? Optional.of(number.value()) : Optional.empty();
    }
  }

  /**
   * An object of a class with a table of fields, such as a module of a network.
   *
   * @param className the object's class, such as {@code nn.Sequential}
   * @param fields the object's fields
   */
  record Module(String className, Table fields) implements Torch7Value {

    /**
     * Returns the class's name without its package. The modules of {@code nn}, {@code cudnn} and
     * {@code fbnn} of one name compute the same function.
     */
    String kind() {
      return className.substring(className.lastIndexOf('.') + 1);
    }
  }

  /** A sequence of numbers of one type. */
  record Numbers(ElementType type, MemorySegment bytes) implements Torch7Value {}

  /** A tensor as a view of a sequence of numbers. The {@code offset} counts from 0. */
  @SuppressWarnings("ArrayRecordComponent") // Never compared.
  record Tensor(Numbers storage, long offset, long[] shape, long[] strides)
      implements Torch7Value {}
}
