package org.resnext4j.vision.jpeg;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import org.resnext4j.vision.ImageException;
import org.resnext4j.vision.decode.ImageFile;

/**
 * Reads the Huffman-coded blocks of a sequential scan (T.81, F.2.2), one restart interval at a
 * time.
 */
final class JpegBits {

  /** Number of coefficients of a block. */
  static final int BLOCK = 64;

  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

  /**
   * Number of spare bytes after the data: more than one block can consume, because the decoder
   * checks the end of the data once per block.
   */
  private static final int SPARE = 256;

  private static final long LOW_BITS = 0x0101010101010101L;
  private static final long HIGH_BITS = 0x8080808080808080L;
  private static final int ZERO_RUN = 15;

  /**
   * The zigzag order (T.81, figure 5): for each coefficient in the order of the file, its position
   * in the block. The last run of zeros may lead beyond the block; the decoder checks this after
   * the run.
   */
  private static final int[] ZIGZAG = zigzag();

  private final ImageFile file;
  private int at;

  /** The restart interval without stuffed bytes, and its length. */
  private final byte[] data;

  private int end;

  /** The next byte of the data, and the {@code count} bits before it, the first bit uppermost. */
  private int position;

  private long bits;
  private int count;

  JpegBits(ImageFile file, int start) {
    this.file = file;
    this.at = start;
    this.data = new byte[file.bytes().length - start + SPARE];
  }

  private static int[] zigzag() {
    int[] order = new int[BLOCK + ZERO_RUN + 1];
    int at = 0;
    for (int diagonal = 0; diagonal < 15; diagonal++) {
      for (int i = Math.max(0, diagonal - 7); i <= Math.min(7, diagonal); i++) {
        int row = diagonal % 2 == 0 ? diagonal - i : i;
        order[at++] = row * 8 + diagonal - row;
      }
    }
    return order;
  }

  /** Returns the position in the block of coefficient {@code k} in zigzag order. */
  static int natural(int k) {
    return ZIGZAG[k];
  }

  /**
   * Removes the stuffed bytes of the next restart interval.
   *
   * @return the marker that ends the interval
   */
  int next() throws ImageException {
    byte[] bytes = file.bytes();
    int to = 0;
    while (true) {
      while (at + Long.BYTES <= bytes.length) {
        long eight = (long) LONG.get(bytes, at);
        // The expression is nonzero if a byte is 255.
        if (((~eight - LOW_BITS) & eight & HIGH_BITS) != 0) {
          break;
        }
        LONG.set(data, to, eight);
        at += Long.BYTES;
        to += Long.BYTES;
      }
      int value = file.u8(at++);
      if (value == 0xff) {
        int marker = file.u8(at++);
        while (marker == 0xff) {
          marker = file.u8(at++);
        }
        if (marker != 0) {
          begin(to);
          return marker;
        }
      }
      data[to++] = (byte) value;
    }
  }

  private void begin(int length) {
    end = length;
    position = 0;
    bits = 0;
    count = 0;
  }

  /** Checks that the blocks used every byte of the interval and no more. */
  void finish() throws ImageException {
    long unread = 8L * (end - position) + count;
    if (unread < 0 || unread >= 8) {
      throw file.damaged("its data have another length than its blocks");
    }
  }

  /**
   * Reads a block and dequantises its coefficients. This method is hot.
   *
   * @param predicted the quantised DC coefficient of the component's previous block
   * @param steps quantisation steps in zigzag order, with room for a run that leads beyond the
   *     block
   * @param block array that receives the coefficients in rows; all coefficients are zero before
   * @return the quantised DC coefficient; the lowest bit tells whether the block has AC
   *     coefficients
   */
  int block(JpegHuffman dc, JpegHuffman ac, int predicted, int[] steps, int[] block)
      throws ImageException {
    if (position > end + Long.BYTES) {
      throw file.damaged("its data end early");
    }
    byte[] in = data;
    int next = position;
    int held = count;
    // The bits below the held bits are valid as well. Reading them again changes nothing.
    long ahead = bits | ((long) LONG.get(in, next) >>> held);
    next += (63 - held) >> 3;
    held |= 56;

    int entry = dc.entries[(int) (ahead >>> (64 - JpegHuffman.LOOKAHEAD))];
    if (entry == 0) {
      entry = longer(dc, ahead);
    }
    ahead <<= JpegHuffman.length(entry);
    held -= JpegHuffman.length(entry);
    int value = JpegHuffman.value(entry);
    int size = JpegHuffman.size(entry);
    if (size != 0) {
      value = JpegHuffman.number((int) (ahead >>> (64 - size)), size);
      ahead <<= size;
      held -= size;
    }
    predicted += value;
    block[0] = predicted * steps[0];

    int[] entries = ac.entries;
    int k = 1;
    while (k < BLOCK) {
      if (held < 32) {
        ahead |= (long) LONG.get(in, next) >>> held;
        next += (63 - held) >> 3;
        held |= 56;
      }
      entry = entries[(int) (ahead >>> (64 - JpegHuffman.LOOKAHEAD))];
      if (entry == 0) {
        entry = longer(ac, ahead);
      }
      ahead <<= JpegHuffman.length(entry);
      held -= JpegHuffman.length(entry);
      value = JpegHuffman.value(entry);
      size = JpegHuffman.size(entry);
      if (size != 0) {
        value = JpegHuffman.number((int) (ahead >>> (64 - size)), size);
        ahead <<= size;
        held -= size;
      } else if (value == 0) {
        if (JpegHuffman.run(entry) < ZERO_RUN) {
          break;
        }
        k += ZERO_RUN + 1;
        continue;
      }
      k += JpegHuffman.run(entry);
      block[ZIGZAG[k]] = value * steps[k];
      k++;
    }
    if (k > BLOCK || predicted != (short) predicted) {
      throw file.damaged("a block has a coefficient too many or too large");
    }
    position = next;
    bits = ahead;
    count = held;
    return (predicted << 1) | (k > 1 ? 1 : 0);
  }

  private int longer(JpegHuffman code, long ahead) throws ImageException {
    int entry = code.longer((int) (ahead >>> 48));
    if (entry == 0) {
      throw file.damaged("its data have a code that is not in its tables");
    }
    return entry;
  }

  /** Returns an empty array of quantisation steps, with the length that {@link #block} needs. */
  static int[] steps() {
    return new int[BLOCK + ZERO_RUN + 1];
  }
}
