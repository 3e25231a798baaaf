package org.resnext4j.engine.tensor;

import java.util.Optional;

/**
 * The free memory of the Java heap. The engine checks it before it allocates large arrays. If the
 * heap is too small, the error is one sentence that names the need, and it comes before the work
 * starts.
 */
public final class HeapRoom {

  /** The size of an array in bytes below which the check is omitted. */
  private static final long SMALL = 1 << 20;

  private HeapRoom() {}

  /**
   * Checks that an array fits the heap.
   *
   * @param what the array's purpose in the plural, such as "the packed weights"
   * @param bytes size of the array in bytes
   * @throws OutOfMemoryError if the array does not fit; the message names the need
   */
  public static void require(String what, long bytes) {
    if (bytes >= SMALL) {
      shortage(bytes)
          .ifPresent(reason -> {
            throw new OutOfMemoryError(what + " " + reason);
          });
    }
  }

  /**
   * The end of a sentence about a need that does not fit the heap: the need, the free memory and a
   * sufficient setting. Empty if the need fits.
   *
   * @param bytes the need in bytes
   */
  public static Optional<String> shortage(long bytes) {
    if (bytes <= free()) {
      return Optional.empty();
    }
    System.gc(); // Unreachable objects count as used until the collection.
    long free = free();
    if (bytes <= free) {
      return Optional.empty();
    }
    Runtime java = Runtime.getRuntime();
    long enough = java.maxMemory() - free + bytes / 4 * 5;
    return Optional.of(
        "need %d MB of memory, but %d MB are free; give Java more, such as -Xmx%dm"
            .formatted(megabytes(bytes), free >> 20, megabytes(enough) + 64));
  }

  private static long megabytes(long bytes) {
    return (bytes + (1 << 20) - 1) >> 20;
  }

  private static long free() {
    Runtime java = Runtime.getRuntime();
    return java.maxMemory() - (java.totalMemory() - java.freeMemory());
  }
}
