package org.resnext4j.engine.cpu.training;

import java.util.ArrayList;
import java.util.List;
import org.resnext4j.engine.tensor.HeapRoom;

/**
 * The arrays that hold the activations and gradients of one user's plans. The plans run in turn,
 * and a forward pass of one plan overwrites the values of the others.
 */
final class ActivationMemory {

  private final List<float[]> arrays = new ArrayList<>();
  private Object holder = this;

  /**
   * Requires room for all arrays that do not exist yet, before the first is made.
   *
   * @param sizes of the arrays, by their positions
   * @throws OutOfMemoryError if the heap has less room; the message names the need
   */
  void requireRoom(int[] sizes) {
    long values = 0;
    for (int i = 0; i < sizes.length; i++) {
      int there = i < arrays.size() ? arrays.get(i).length : 0;
      values += Math.max(0, sizes[i] - there);
    }
    HeapRoom.require("the activations of a training step", values * Float.BYTES);
  }

  /** The array of a position, at least of a size: the shared one, or one that replaces it. */
  float[] array(int position, int size) {
    if (position == arrays.size()) {
      arrays.add(new float[size]);
    } else if (arrays.get(position).length < size) {
      arrays.set(position, new float[size]);
    }
    return arrays.get(position);
  }

  /** Starts the turn of a plan. */
  void take(Object plan) {
    holder = plan;
  }

  /** Whether the last turn was this plan's. */
  @SuppressWarnings("ReferenceEquality") // Compares identities.
  boolean isHeldBy(Object plan) {
    return holder == plan;
  }
}
