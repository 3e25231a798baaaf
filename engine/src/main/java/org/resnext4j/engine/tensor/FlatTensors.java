package org.resnext4j.engine.tensor;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;

/**
 * Named tensors in one contiguous array, one after another and without gaps. Code that treats all
 * values alike, such as an optimiser, gradient clipping or an exchange between workers, makes one
 * pass over {@link #values}. Code that needs one tensor finds it by name.
 *
 * {@snippet :
 * float[] weights = training.parameters().values();
 * FlatTensors.Slice classifier = training.parameters().slice("fc.weight");
 * float first = weights[classifier.offset()];
 * }
 *
 * <p>All users share the array, so each of them sees what another one writes.
 */
public final class FlatTensors {

  /**
   * The position of one tensor in the array.
   *
   * @param offset index of the first value
   * @param shape dimensions in PyTorch's order
   */
  public record Slice(int offset, List<Integer> shape) {

    /** Copies the shape. */
    public Slice {
      shape = List.copyOf(shape);
    }

    /** Number of values. */
    public int length() {
      return Math.toIntExact(Tensor.elements(shape));
    }

    /** Index after the last value. */
    public int end() {
      return offset + length();
    }
  }

  private final float[] values;
  private final SequencedMap<String, Slice> slices;

  private FlatTensors(float[] values, SequencedMap<String, Slice> slices) {
    this.values = values;
    this.slices = slices;
  }

  /**
   * Tensors of zeros.
   *
   * @param shapes the shapes by name, in the order of the tensors in the array
   * @throws ArithmeticException if the values do not fit one array (2³¹ values)
   * @throws OutOfMemoryError if the heap has no room for them; the message names the need
   */
  public static FlatTensors zeros(SequencedMap<String, List<Integer>> shapes) {
    SequencedMap<String, Slice> slices = new LinkedHashMap<>();
    int end = 0;
    for (Map.Entry<String, List<Integer>> entry : shapes.entrySet()) {
      Slice slice = new Slice(end, entry.getValue());
      slices.put(entry.getKey(), slice);
      end = Math.addExact(end, slice.length());
    }
    HeapRoom.require("the parameters", (long) end * Float.BYTES);
    return new FlatTensors(new float[end], Collections.unmodifiableSequencedMap(slices));
  }

  /** The array of all values. Writing to it changes the tensors. */
  public float[] values() {
    return values;
  }

  /** The positions of all tensors by name, in the order of their offsets. */
  public SequencedMap<String, Slice> slices() {
    return slices;
  }

  /** Whether a tensor has the name. */
  public boolean contains(String name) {
    return slices.containsKey(name);
  }

  /**
   * The position of a tensor.
   *
   * @throws IllegalArgumentException if no tensor has the name
   */
  public Slice slice(String name) {
    Slice slice = slices.get(name);
    if (slice == null) {
      throw new IllegalArgumentException("there is no tensor named '" + name + "'");
    }
    return slice;
  }

  /**
   * A copy of a tensor.
   *
   * @throws IllegalArgumentException if no tensor has the name
   */
  public Tensor get(String name) {
    Slice slice = slice(name);
    float[] copy = new float[slice.length()];
    System.arraycopy(values, slice.offset(), copy, 0, copy.length);
    return new Tensor(slice.shape(), copy);
  }

  /**
   * Overwrites a tensor with the values of another one.
   *
   * @throws IllegalArgumentException if no tensor has the name, or if the shapes differ
   */
  public void set(String name, Tensor tensor) {
    Slice slice = slice(name);
    if (!slice.shape().equals(tensor.shape())) {
      throw new IllegalArgumentException(
          "%s: expected shape %s, found %s".formatted(name, slice.shape(), tensor.shape()));
    }
    System.arraycopy(tensor.values(), 0, values, slice.offset(), slice.length());
  }
}
