package org.resnext4j.vision.jpeg;

import org.resnext4j.vision.ImageException;
import org.resnext4j.vision.decode.ImageFile;

/**
 * Reads markers and entropy-coded bits of sound and damaged files. Bits that are missing before a
 * marker are zeros. If a restart marker is not the expected one, libjpeg's rule decides where to go
 * on.
 *
 * <p>Bits are read in the same portions as in libjpeg, so that both notice at the same block that a
 * file ends early.
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

  /** The next byte. Beyond the end of a truncated file, the bytes of an end marker repeat. */
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

  /** The place where the segment of the last marker begins. */
  int position() {
    return at;
  }

  /** Goes to the end of a segment. */
  void skipTo(long position) {
    at = (int) Math.min(position, file.bytes().length);
  }

  /** Reads up to the next marker and takes it. */
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

  /** Begins a scan's data. */
  void beginScan() {
    restart = 0;
    insufficient = false;
    discardBits();
  }

  /** Whether a marker came before all bits that were asked for. */
  boolean insufficient() {
    return insufficient;
  }

  void discardBits() {
    bits = 0;
    held = 0;
  }

  /** Passes the next restart marker, or goes on without it. */
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
      held = FULL; // With zeros.
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
   * @return the entry of the symbol, after which its number may follow; 0 if no code begins the
   *     bits
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
