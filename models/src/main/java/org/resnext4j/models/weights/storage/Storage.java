package org.resnext4j.models.weights.storage;

import java.lang.foreign.MemorySegment;

/**
 * A sequence of bytes. Tensors are views of a storage. The first access to the storage of a
 * deflated zip entry inflates the bytes.
 */
public interface Storage {

  /** Returns the number of bytes. */
  long size();

  /** Returns the bytes. */
  MemorySegment bytes() throws WeightFileException;

  /** Returns a storage of bytes that are in memory or mapped already. */
  static Storage of(MemorySegment bytes) {
    return new Storage() {
      @Override
      public long size() {
        return bytes.byteSize();
      }

      @Override
      public MemorySegment bytes() {
        return bytes;
      }
    };
  }
}
