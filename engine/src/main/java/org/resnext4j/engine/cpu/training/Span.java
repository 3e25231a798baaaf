package org.resnext4j.engine.cpu.training;

import org.resnext4j.engine.tensor.FlatTensors;

/**
 * A view of one parameter, statistic or gradient in the model's flat array.
 *
 * @param values the array
 * @param at index of the first value
 * @param length number of values
 */
@SuppressWarnings("ArrayRecordComponent") // A view, never compared.
record Span(float[] values, int at, int length) {

  /** The values of a named tensor. */
  static Span of(FlatTensors tensors, String name) {
    FlatTensors.Slice slice = tensors.slice(name);
    return new Span(tensors.values(), slice.offset(), slice.length());
  }

  float get(int index) {
    return values[at + index];
  }

  void set(int index, float value) {
    values[at + index] = value;
  }
}
