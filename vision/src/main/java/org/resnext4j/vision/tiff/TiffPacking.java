package org.resnext4j.vision.tiff;

import java.util.zip.DataFormatException;
import java.util.zip.Inflater;
import org.resnext4j.vision.ImageException;
import org.resnext4j.vision.ImageFile;

/** TIFF's compressions of bytes: each fills a segment of known size and does no more work. */
final class TiffPacking {

  private static final int CLEAR = 256;
  private static final int END = 257;
  private static final int CODES = 4096;

  private TiffPacking() {}

  /** Runs and literal bytes (compression 32773). */
  static void packBits(ImageFile file, int from, int end, byte[] out) throws ImageException {
    int at = from;
    int to = 0;
    while (to < out.length) {
      if (at >= end) {
        throw file.endsEarly();
      }
      int control = file.bytes()[at++];
      if (control == -128) {
        continue;
      }
      if (control < 0) {
        if (at >= end) {
          throw file.endsEarly();
        }
        byte value = file.bytes()[at++];
        for (int i = Math.min(1 - control, out.length - to); i > 0; i--) {
          out[to++] = value;
        }
      } else {
        int count = Math.min(control + 1, out.length - to);
        if (at + count > end) {
          throw file.endsEarly();
        }
        System.arraycopy(file.bytes(), at, out, to, count);
        at += control + 1;
        to += count;
      }
    }
  }

  /** Zlib's data (compressions 8 and 32946). */
  static void inflate(ImageFile file, int from, int end, byte[] out) throws ImageException {
    try (Inflater inflater = new Inflater()) {
      inflater.setInput(file.bytes(), from, end - from);
      int to = 0;
      while (to < out.length) {
        int count = inflater.inflate(out, to, out.length - to);
        if (count == 0) {
          throw file.endsEarly();
        }
        to += count;
      }
    } catch (DataFormatException e) {
      throw file.damaged("its compressed data are damaged", e);
    }
  }

  /** Lempel, Ziv and Welch's code (compression 5), whose code words grow one code early. */
  static void lzw(ImageFile file, int from, int end, byte[] out) throws ImageException {
    int[] link = new int[CODES];
    int[] length = new int[CODES];
    byte[] suffix = new byte[CODES];
    byte[] first = new byte[CODES];
    for (int i = 0; i < CLEAR; i++) {
      length[i] = 1;
      suffix[i] = (byte) i;
      first[i] = (byte) i;
    }
    int at = from;
    int to = 0;
    int held = 0;
    int bits = 0;
    int size = 9;
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
        size = 9;
        next = END + 1;
        before = -1;
        continue;
      }
      boolean fresh = code == next && before >= 0;
      if ((code > CLEAR && code >= next && !fresh) || (before < 0 && code > CLEAR)) {
        throw file.damaged("its compressed data have a code that is not in their table");
      }
      if (before >= 0 && next < CODES) {
        link[next] = before;
        length[next] = length[before] + 1;
        first[next] = first[before];
        suffix[next] = fresh ? first[before] : first[code];
        next++;
        if (next + 1 >= 1 << size && size < 12) {
          size++;
        }
      } else if (fresh) {
        throw file.damaged("its compressed data have a code that is not in their table");
      }
      int start = to;
      to += length[code];
      int word = code;
      for (int i = to - 1; i >= start; i--) {
        if (i < out.length) {
          out[i] = suffix[word];
        }
        word = link[word];
      }
      before = code;
    }
  }
}
