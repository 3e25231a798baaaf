package org.resnext4j.engine.cpu.inference;

import org.resnext4j.engine.tensor.HeapRoom;

/**
 * The array in which the plans of one user keep their activations. The plans take turns: each that
 * runs must first learn whether another one has written to the array since.
 */
final class SharedMemory {

  private float[] values = new float[0];
  private Object lastUser = this;

  /** An array of at least a length: the shared one, or one that replaces it if that is shorter. */
  float[] atLeast(int length) {
    if (values.length < length) {
      values = new float[0]; // The old array is of no use; its room may be needed.
      HeapRoom.require("the network's activations", (long) length * Float.BYTES);
      values = new float[length];
    }
    return values;
  }

  /**
   * Takes the turn.
   *
   * @return whether the array may hold values that another user wrote
   */
  boolean take(Object user) {
    boolean changed = !user.equals(lastUser);
    lastUser = user;
    return changed;
  }
}
