package org.resnext4j.engine.cpu.inference;

import org.resnext4j.engine.tensor.HeapRoom;

/**
 * The array that holds the activations of one user's plans. The plans run in turn. Before a run, a
 * plan asks whether another plan has written to the array.
 */
final class SharedMemory {

  private float[] values = new float[0];
  private Object lastUser = this;

  /** An array of at least a given length: the shared array, or a new one that replaces it. */
  float[] atLeast(int length) {
    if (values.length < length) {
      values = new float[0]; // The old array is of no use; its room may be needed.
      HeapRoom.require("the network's activations", (long) length * Float.BYTES);
      values = new float[length];
    }
    return values;
  }

  /**
   * Starts the turn of a plan.
   *
   * @return whether another plan may have written to the array
   */
  boolean take(Object user) {
    boolean changed = !user.equals(lastUser);
    lastUser = user;
    return changed;
  }
}
