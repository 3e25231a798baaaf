package org.resnext4j.vision.webp;

import org.resnext4j.vision.ImageException;
import org.resnext4j.vision.decode.ImageFile;

/** VP8's arithmetic decoder of single bits (RFC 6386, section 7). */
final class BoolDecoder {

  /**
   * The limit of missing bytes at the end. An encoder may omit zeros at the end; a file that lacks
   * more bytes is truncated.
   */
  private static final int MOST_BEYOND_END = 4;

  private final ImageFile file;
  private final int end;
  private int at;
  private int beyond;
  private int range = 255;
  private int value;

  /** Number of bits of {@code value} beyond the eight bits of the comparison. */
  private int spare = -8;

  BoolDecoder(ImageFile file, int start, int length) {
    this.file = file;
    this.at = start;
    this.end = start + length;
  }

  /** Reads a bit that is 0 with a probability of {@code probability / 256}. This method is hot. */
  int bit(int probability) throws ImageException {
    if (spare < 0) {
      load();
    }
    int split = 1 + (((range - 1) * probability) >> 8);
    int threshold = split << spare;
    int bit;
    if (value >= threshold) {
      value -= threshold;
      range -= split;
      bit = 1;
    } else {
      range = split;
      bit = 0;
    }
    int shift = Integer.numberOfLeadingZeros(range) - 24;
    range <<= shift;
    spare -= shift;
    return bit;
  }

  private void load() throws ImageException {
    int next = 0;
    if (at < end) {
      next = file.bytes()[at++] & 0xff;
    } else if (++beyond > MOST_BEYOND_END) {
      throw file.damaged("its data end early");
    }
    value = (value << 8) | next;
    spare += 8;
  }

  boolean flag() throws ImageException {
    return bit(128) == 1;
  }

  /** Reads a number of some bits, the highest bit first. */
  int number(int bits) throws ImageException {
    int number = 0;
    for (int i = 0; i < bits; i++) {
      number = 2 * number + bit(128);
    }
    return number;
  }

  /** Reads a number of some bits and its sign. */
  int signed(int bits) throws ImageException {
    int number = number(bits);
    return flag() ? -number : number;
  }

  /**
   * Reads a flag. If the flag is set, reads a number of some bits and its sign; otherwise returns
   * 0.
   */
  int optional(int bits) throws ImageException {
    return flag() ? signed(bits) : 0;
  }
}
