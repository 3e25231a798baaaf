package org.resnext4j.vision.webp;

import java.util.Optional;

/**
 * A canonical prefix code (RFC 9649, section 3.7.2).
 *
 * @param counts number of codes of each length
 * @param symbols symbols in the order of their codes
 * @param single whether the code has one symbol, which takes no bits
 */
@SuppressWarnings("ArrayRecordComponent") // Nothing compares the records.
record Vp8lCode(int[] counts, int[] symbols, boolean single) {

  private static final int LONGEST = 15;

  /** Returns the code of these lengths; empty if the lengths define no complete code. */
  static Optional<Vp8lCode> of(int[] lengths) {
    int[] counts = new int[LONGEST + 1];
    for (int length : lengths) {
      counts[length]++;
    }
    int total = lengths.length - counts[0];
    counts[0] = 0;
    int free = 1;
    int[] next = new int[LONGEST + 2];
    for (int length = 1; length <= LONGEST; length++) {
      free = 2 * free - counts[length];
      next[length + 1] = next[length] + counts[length];
      if (free < 0) {
        return Optional.empty();
      }
    }
    if (total == 0 || (total > 1 && free != 0)) {
      return Optional.empty();
    }
    int[] symbols = new int[total];
    for (int i = 0; i < lengths.length; i++) {
      if (lengths[i] > 0) {
        symbols[next[lengths[i]]++] = i;
      }
    }
    return Optional.of(new Vp8lCode(counts, symbols, total == 1));
  }
}
