package org.resnext4j.models.weights.storage;

import java.lang.foreign.MemorySegment;

/**
 * A run of bytes. Tensors are views of it. The bytes of a deflated zip entry are inflated when they
 * are first needed.
 */
public interface Storage {

  /** Number of bytes. */
  long size();

  /** The bytes. */
  MemorySegment bytes() throws WeightFileException;

  /** A storage that is in memory, or mapped, already. */
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
