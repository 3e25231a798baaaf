package org.resnext4j.vision.tiff;

import org.resnext4j.vision.ImageException;
import org.resnext4j.vision.decode.ImageFile;

/**
 * Expands Lempel-Ziv-Welch codes (TIFF 6.0, section 13). In TIFF, code words grow by a bit one code
 * earlier than the table requires. One object may expand any number of segments.
 */
final class LzwDecoder {

  private static final int CLEAR = 256;
  private static final int END = 257;
  private static final int CODES = 4096;
  private static final int SHORTEST = 9;
  private static final int LONGEST = 12;

  /** For each code: the code of its string without the last byte, and the length of the string. */
  private final int[] link = new int[CODES];

  private final int[] length = new int[CODES];
  private final byte[] last = new byte[CODES];
  private final byte[] first = new byte[CODES];

  LzwDecoder() {
    for (int i = 0; i < CLEAR; i++) {
      length[i] = 1;
      last[i] = (byte) i;
      first[i] = (byte) i;
    }
  }

  /**
   * Expands a segment.
   *
   * @param from offset of the segment in the file
   * @param end offset of the segment's end
   * @param out array that the method fills; it cuts strings that do not fit
   * @throws ImageException if the segment is damaged or too short
   */
  void expand(ImageFile file, int from, int end, byte[] out) throws ImageException {
    int at = from;
    int to = 0;
    int held = 0;
    int bits = 0;
    int size = SHORTEST;
    int next = END + 1;
    int before = -1;
    while (to < out.length) {
      while (held < size) {
        if (at >= end) {
          throw file.endsEarly();
        }
        bits = (bits << 8) | (file.bytes()[at++] & 0xff);
        held += 8;
      }
      int code = bits >> (held - size) & (1 << size) - 1;
      held -= size;
      bits &= (1 << held) - 1;
      if (code == END) {
        throw file.endsEarly();
      }
      if (code == CLEAR) {
        size = SHORTEST;
        next = END + 1;
        before = -1;
        continue;
      }
      boolean fresh = code == next && before >= 0 && next < CODES;
      if ((code > CLEAR && code >= next && !fresh) || (before < 0 && code > CLEAR)) {
        throw file.damaged("its compressed data have a code that is not in their table");
      }
      if (before >= 0 && next < CODES) {
        link[next] = before;
        length[next] = length[before] + 1;
        first[next] = first[before];
        last[next] = fresh ? first[before] : first[code];
        next++;
        if (next + 1 >= 1 << size && size < LONGEST) {
          size++;
        }
      }
      write(code, out, to);
      to += length[code];
      before = code;
    }
  }

  private void write(int code, byte[] out, int start) {
    int word = code;
    for (int i = start + length[code] - 1; i >= start; i--) {
      if (i < out.length) {
        out[i] = last[word];
      }
      word = link[word];
    }
  }
}
