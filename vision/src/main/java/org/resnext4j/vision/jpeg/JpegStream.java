package org.resnext4j.vision.jpeg;

import org.resnext4j.vision.ImageException;
import org.resnext4j.vision.decode.ImageFile;

/**
 * Reads markers and entropy-coded bits of intact and damaged files. Missing bits before a marker
 * are zeros. After an unexpected restart marker, libjpeg's rule decides where reading continues.
 *
 * <p>The stream reads bits in the same portions as libjpeg. Both therefore detect at the same block
 * that a file ends early.
 */
final class JpegStream {

  static final int END_OF_IMAGE = 0xd9;

  private static final int FIRST_FRAME = 0xc0;
  private static final int FIRST_RESTART = 0xd0;
  private static final int LAST_RESTART = 0xd7;
  private static final int FULL = 57;

  private final ImageFile file;
  private int at;
  private int marker;
  private long bits;
  private int held;
  private boolean insufficient;
  private int restart;

  JpegStream(ImageFile file, int at) {
    this.file = file;
    this.at = at;
  }

  /** Reads the next byte. Beyond the end of a truncated file, the bytes of an end marker repeat. */
  private int next() throws ImageException {
    byte[] bytes = file.bytes();
    if (at < bytes.length) {
      return bytes[at++] & 0xff;
    }
    if (!file.truncated()) {
      throw file.endsEarly();
    }
    return at++ % 2 == bytes.length % 2 ? 0xff : END_OF_IMAGE;
  }

  /** Returns the offset of the last marker's segment in the file. */
  int position() {
    return at;
  }

  /** Moves to the end of a segment. */
  void skipTo(long position) {
    at = (int) Math.min(position, file.bytes().length);
  }

  /** Reads up to and including the next marker. */
  int marker() throws ImageException {
    if (marker == 0) {
      findMarker();
    }
    int found = marker;
    marker = 0;
    return found;
  }

  private void findMarker() throws ImageException {
    int value;
    do {
      value = next();
      while (value != 0xff) {
        value = next();
      }
      while (value == 0xff) {
        value = next();
      }
    } while (value == 0);
    marker = value;
  }

  /** Begins reading a scan's data. */
  void beginScan() {
    restart = 0;
    insufficient = false;
    discardBits();
  }

  /** Whether a marker preceded some of the requested bits. */
  boolean insufficient() {
    return insufficient;
  }

  void discardBits() {
    bits = 0;
    held = 0;
  }

  /** Skips the next restart marker, or continues without it. */
  void restart() throws ImageException {
    discardBits();
    if (marker == 0) {
      findMarker();
    }
    if (marker == FIRST_RESTART + restart) {
      marker = 0;
    } else {
      resynchronise();
    }
    restart = (restart + 1) & 7;
    if (marker == 0) {
      insufficient = false;
    }
  }

  private void resynchronise() throws ImageException {
    while (true) {
      boolean advance = marker < FIRST_FRAME;
      if (!advance && (marker < FIRST_RESTART || marker > LAST_RESTART)) {
        return;
      }
      if (!advance) {
        int ahead = (marker - FIRST_RESTART - restart) & 7;
        if (ahead == 1 || ahead == 2) {
          return;
        }
        advance = ahead >= 6;
      }
      if (!advance) {
        marker = 0;
        return;
      }
      findMarker();
    }
  }

  private void fill(int wanted) throws ImageException {
    while (held < FULL && marker == 0) {
      int value = next();
      if (value == 0xff) {
        do {
          value = next();
        } while (value == 0xff);
        if (value != 0) {
          marker = value;
          break;
        }
        value = 0xff;
      }
      bits |= (long) value << (56 - held);
      held += 8;
    }
    if (held < FULL && wanted > held) {
      insufficient = true;
      held = FULL; // The rest are zeros.
    }
  }

  /** Reads some bits, at most 16. */
  int bits(int count) throws ImageException {
    if (count == 0) {
      return 0;
    }
    if (held < count) {
      fill(count);
    }
    int value = (int) (bits >>> (64 - count));
    bits <<= count;
    held -= count;
    return value;
  }

  /**
   * Reads a symbol.
   *
   * @return the entry of the symbol, whose number may follow; 0 if the bits begin with no code
   */
  int entry(JpegHuffman code) throws ImageException {
    if (held < 8) {
      fill(0);
    }
    int entry = code.symbol((int) (bits >>> 48));
    int length = JpegHuffman.length(entry);
    if (length > held) {
      fill(length);
      entry = code.symbol((int) (bits >>> 48));
      length = JpegHuffman.length(entry);
    }
    if (entry == 0) {
      length = 16;
      if (held < length) {
        fill(length);
      }
    }
    bits <<= length;
    held -= length;
    return entry;
  }

  /** Reads the number of a symbol. */
  int number(int entry) throws ImageException {
    int size = JpegHuffman.size(entry);
    return size == 0 ? 0 : JpegHuffman.number(bits(size), size);
  }
}
