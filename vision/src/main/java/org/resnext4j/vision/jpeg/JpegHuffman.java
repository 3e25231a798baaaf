package org.resnext4j.vision.jpeg;

import org.resnext4j.vision.ImageException;
import org.resnext4j.vision.decode.ImageFile;

/**
 * A Huffman code (T.81, annexes C and F) as a lookup table.
 *
 * <p>A symbol consists of a run of zeros and the size of the number that follows it. If code and
 * number fit into {@link #LOOKAHEAD} bits, one lookup returns both.
 */
final class JpegHuffman {

  /** Number of bits of the table's index. */
  static final int LOOKAHEAD = 10;

  private static final int LONGEST = 16;
  private static final int LENGTH_MASK = 31;
  private static final int RUN_SHIFT = 5;
  private static final int SIZE_SHIFT = 9;
  private static final int VALUE_SHIFT = 16;

  /** The entry for each sequence of {@link #LOOKAHEAD} bits; 0 if the code is longer. */
  final int[] entries = new int[1 << LOOKAHEAD];

  /** For each length, the first 16-bit sequence whose code is longer. */
  private final int[] ends = new int[LONGEST + 1];

  /** For each length, the index of its first symbol less its first code. */
  private final int[] offsets = new int[LONGEST + 1];

  private final int[] symbols;

  /**
   * Reads a code from a table's definition.
   *
   * @param at offset of the definition's 16 counts in the file; the symbols follow the counts
   * @param largestSize the largest number of bits that a number may have
   * @throws ImageException if the definition is no prefix code, or has larger numbers
   */
  JpegHuffman(ImageFile file, long at, int largestSize) throws ImageException {
    int[] counts = new int[LONGEST + 1];
    int total = 0;
    for (int length = 1; length <= LONGEST; length++) {
      counts[length] = file.u8(at + length - 1);
      total += counts[length];
    }
    symbols = new int[total];
    for (int i = 0; i < total; i++) {
      symbols[i] = file.u8(at + LONGEST + i);
      if ((symbols[i] & 15) > largestSize) {
        throw file.damaged("a Huffman code has numbers of %d bits".formatted(symbols[i] & 15));
      }
    }
    int code = 0;
    int index = 0;
    for (int length = 1; length <= LONGEST; length++) {
      code <<= 1;
      offsets[length] = index - code;
      for (int i = 0; i < counts[length]; i++) {
        fill(code++, length, symbols[index++]);
      }
      if (code >= 1 << length) { // The standard forbids a code of ones only.
        throw file.damaged("a Huffman code has too many symbols");
      }
      ends[length] = code << (LONGEST - length);
    }
  }

  /** Fills the entries of all sequences of bits that begin with a code. */
  private void fill(int code, int length, int symbol) {
    int free = LOOKAHEAD - length;
    if (free < 0 || code >= 1 << length) {
      return;
    }
    int size = symbol & 15;
    for (int rest = 0; rest < 1 << free; rest++) {
      int entry = entry(length, symbol);
      if (size > 0 && size <= free) {
        int value = number(rest >> (free - size), size);
        entry = (value << VALUE_SHIFT) | (symbol >> 4 << RUN_SHIFT) | (length + size);
      }
      entries[(code << free) | rest] = entry;
    }
  }

  private static int entry(int length, int symbol) {
    return ((symbol & 15) << SIZE_SHIFT) | (symbol >> 4 << RUN_SHIFT) | length;
  }

  /**
   * Returns the entry of a code that is longer than the table's index.
   *
   * @param next the next 16 bits
   * @return 0 if no code begins them
   */
  int longer(int next) {
    for (int length = LOOKAHEAD + 1; length <= LONGEST; length++) {
      if (next < ends[length]) {
        return entry(length, symbols[offsets[length] + (next >> (LONGEST - length))]);
      }
    }
    return 0;
  }

  /**
   * Returns the entry of a symbol of any length, without its number.
   *
   * @param next the next 16 bits
   * @return 0 if no code begins them
   */
  int symbol(int next) {
    for (int length = 1; length <= LONGEST; length++) {
      if (next < ends[length]) {
        return entry(length, symbols[offsets[length] + (next >> (LONGEST - length))]);
      }
    }
    return 0;
  }

  /** Whether all symbols are sizes without a run of zeros. */
  boolean withoutRuns() {
    for (int symbol : symbols) {
      if (symbol > 15) {
        return false;
      }
    }
    return true;
  }

  /** Returns the number of bits that an entry consumes. */
  static int length(int entry) {
    return entry & LENGTH_MASK;
  }

  /** Returns the number of zeros before the number. */
  static int run(int entry) {
    return (entry >> RUN_SHIFT) & 15;
  }

  /**
   * Returns the number of further bits that hold the number; 0 if the entry contains the number.
   */
  static int size(int entry) {
    return (entry >> SIZE_SHIFT) & 15;
  }

  /** Returns the number that the entry contains. */
  static int value(int entry) {
    return entry >> VALUE_SHIFT;
  }

  /** Extends bits to a number (T.81, F.12). A first bit of 0 marks a negative number. */
  static int number(int bits, int size) {
    int negative = (bits - (1 << (size - 1))) >> 31;
    return bits + (negative & ((-1 << size) + 1));
  }
}
