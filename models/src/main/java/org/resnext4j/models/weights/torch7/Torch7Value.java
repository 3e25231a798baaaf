package org.resnext4j.models.weights.torch7;

import java.lang.foreign.MemorySegment;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import org.resnext4j.models.weights.storage.ElementType;

/** A value in Torch7's serialisation: one of Lua's, a tensor, or an object of a Torch class. */
sealed interface Torch7Value {

  /** A value without content that matters: nil, a truth value, a function. */
  enum Plain implements Torch7Value {
    NIL,
    FALSE,
    TRUE,
    FUNCTION
  }

  /** A number; Lua knows only doubles. */
  record Real(double value) implements Torch7Value {}

  /** A string. */
  record Text(String value) implements Torch7Value {}

  /** A table: fields by name, items by number from 1. May contain itself. */
  final class Table implements Torch7Value {
    final SequencedMap<String, Torch7Value> fields = new LinkedHashMap<>();
    final Map<Long, Torch7Value> items = new HashMap<>();

    /** A field; nil if there is none. */
    Torch7Value field(String name) {
      return fields.getOrDefault(name, Plain.NIL);
    }

    /** A field that is a tensor with values. */
    Optional<Tensor> tensor(String name) {
      return field(name) instanceof Tensor tensor && tensor.shape().length > 0
          ? Optional.of(tensor)
          : Optional.empty();
    }

    /** A field that is a number. */
    Optional<Double> number(String name) {
      return field(name) instanceof Real number ? Optional.of(number.value()) : Optional.empty();
    }
  }

  /**
   * An object of a class with a table of fields, such as a module of a network.
   *
   * @param className its class, such as {@code nn.Sequential}
   */
  record Module(String className, Table fields) implements Torch7Value {

    /** The class without its package: the modules of nn, cudnn and fbnn do the same. */
    String kind() {
      return className.substring(className.lastIndexOf('.') + 1);
    }
  }

  /** A run of numbers. */
  record Numbers(ElementType type, MemorySegment bytes) implements Torch7Value {}

  /** A view of a run of numbers; {@code offset} counts from 0. */
  @SuppressWarnings("ArrayRecordComponent") // Never compared.
  record Tensor(Numbers storage, long offset, long[] shape, long[] strides)
      implements Torch7Value {}
}
