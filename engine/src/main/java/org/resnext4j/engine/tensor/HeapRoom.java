package org.resnext4j.engine.tensor;

import java.util.Optional;

/**
 * Room on the Java heap. Large arrays ask for it before they are made, so that a heap that is too
 * small ends in one sentence that names the need, and not in the middle of the work.
 */
public final class HeapRoom {

  /** Smaller arrays are not worth the question. */
  private static final long SMALL = 1 << 20;

  private HeapRoom() {}

  /**
   * Requires room for an array.
   *
   * @param what the array's purpose in the plural, such as "the packed weights"
   * @param bytes its size
   * @throws OutOfMemoryError if the heap has less room; the message names the need
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
   * How much of a need does not fit the heap, as the end of a sentence: the need, the room, and a
   * setting that suffices. Empty where all fits.
   *
   * @param bytes the need
   */
  public static Optional<String> shortage(long bytes) {
    if (bytes <= free()) {
      return Optional.empty();
    }
    System.gc(); // Objects without a reader count as taken until then.
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
