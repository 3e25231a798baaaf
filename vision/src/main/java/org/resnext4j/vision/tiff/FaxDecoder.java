package org.resnext4j.vision.tiff;

import org.resnext4j.vision.ImageException;
import org.resnext4j.vision.decode.ImageFile;

/**
 * Decodes a segment of facsimile rows: Modified Huffman (TIFF 6.0, section 10), Group 3 in one or
 * two dimensions (T.4) and Group 4 (T.6). White pixels become 0 bits, black pixels 1 bits.
 *
 * <p>A row is a list of changing elements: the columns at which the colour changes. Each row begins
 * with white.
 */
final class FaxDecoder {

  /** The coding of the rows. */
  enum Scheme {
    /** One dimension; each row begins at a byte. */
    MODIFIED_HUFFMAN,
    /** One dimension; an end-of-line code precedes each row. */
    GROUP_3,
    /** Like {@link #GROUP_3}; a bit after the end-of-line code tells the dimensions of the row. */
    GROUP_3_TWO_DIMENSIONS,
    /** Two dimensions in all rows. */
    GROUP_4
  }

  /** Zeros before the 1 of an end-of-line code. */
  private static final int END_OF_LINE = 11;

  private static final int[] VERTICAL_LENGTHS = {1, 3, 3, 6, 6, 7, 7};
  private static final int[] VERTICAL_CODES = {0b1, 0b011, 0b010, 0b000011, 0b000010, 0b11, 0b10};
  private static final int[] VERTICAL_OFFSETS = {0, 1, -1, 2, -2, 3, -3};

  private final ImageFile file;
  private final int width;
  private final long end;
  private long at;

  /**
   * The changing elements of the row above and of the current row, each followed by three end
   * marks.
   */
  private int[] above;

  private int[] row;
  private int changes;

  /**
   * Prepares the decoding of a segment.
   *
   * @param from offset of the segment in the file
   * @param to offset of the segment's end
   */
  private FaxDecoder(ImageFile file, int from, int to, int width) {
    this.file = file;
    this.width = width;
    this.at = 8L * from;
    this.end = 8L * to;
    this.above = new int[width + 4];
    this.row = new int[width + 4];
  }

  /**
   * Decodes a segment.
   *
   * @param file the file, its bytes with the first pixel in the highest bit
   * @param from offset of the segment in the file
   * @param to offset of the segment's end
   * @param width pixels of a row
   * @param out array that receives the rows, each in whole bytes; all bytes are zero before
   * @throws ImageException if the segment is damaged
   */
  static void decode(ImageFile file, int from, int to, Scheme scheme, int width, byte[] out)
      throws ImageException {
    FaxDecoder fax = new FaxDecoder(file, from, to, width);
    fax.finishRow(); // The row above the first one is white.
    int stride = (width + 7) / 8;
    for (int start = 0; start < out.length; start += stride) {
      fax.next(scheme);
      fax.paint(out, start);
    }
  }

  private void next(Scheme scheme) throws ImageException {
    int[] swapped = above;
    above = row;
    row = swapped;
    changes = 0;
    switch (scheme) {
      case MODIFIED_HUFFMAN -> {
        readOneDimension();
        at = (at + 7) / 8 * 8;
      }
      case GROUP_3 -> {
        passEndOfLine();
        readOneDimension();
      }
      case GROUP_3_TWO_DIMENSIONS -> {
        passEndOfLine();
        if (take(1) == 1) {
          readOneDimension();
        } else {
          readTwoDimensions();
        }
      }
      case GROUP_4 -> readTwoDimensions();
    }
    finishRow();
  }

  private void finishRow() {
    for (int i = 0; i < 3; i++) {
      row[changes + i] = width;
    }
  }

  /** Sets the bits of the black runs. */
  private void paint(byte[] out, int start) {
    for (int i = 0; i < changes; i += 2) {
      for (int x = row[i]; x < row[i + 1]; x++) {
        out[start + x / 8] |= (byte) (0x80 >> x % 8);
      }
    }
  }

  /** Returns the next bits without consuming them; zeros beyond the end. */
  private int peek(int count) {
    int value = 0;
    for (long bit = at; bit < at + count; bit += 8 - bit % 8) {
      value = value << 8 | (bit < end ? file.bytes()[(int) (bit / 8)] & 0xff : 0);
    }
    int beyond = (int) ((8 - (at + count) % 8) % 8);
    return value >>> beyond & (1 << count) - 1;
  }

  private int take(int count) throws ImageException {
    int value = peek(count);
    skip(count);
    return value;
  }

  private void skip(int count) throws ImageException {
    at += count;
    if (at > end) {
      throw file.endsEarly();
    }
  }

  private ImageException damaged() {
    return file.damaged("its facsimile rows are damaged");
  }

  private void passEndOfLine() throws ImageException {
    while (peek(END_OF_LINE) != 0) {
      skip(1);
    }
    int bit = take(1);
    while (bit == 0) { // Any number of zeros may precede the 1.
      bit = take(1);
    }
  }

  private void readOneDimension() throws ImageException {
    int column = 0;
    while (column < width) {
      column = runTo(column, changes % 2 == 1);
      change(column);
    }
  }

  /** Reads a run and returns the column after it. */
  private int runTo(int column, boolean black) throws ImageException {
    FaxCodes codes = black ? FaxCodes.OF_BLACK : FaxCodes.OF_WHITE;
    int to = column;
    int entry;
    do {
      entry = codes.entry(peek(FaxCodes.LONGEST));
      if (entry == 0) {
        throw at >= end ? file.endsEarly() : damaged();
      }
      skip(FaxCodes.length(entry));
      to += FaxCodes.run(entry);
      if (to > width) {
        throw damaged();
      }
    } while (FaxCodes.isPartial(entry));
    return to;
  }

  private void change(int column) throws ImageException {
    if (changes > width) {
      throw damaged();
    }
    row[changes++] = column;
  }

  /**
   * Reads a row by T.6, section 2.2. The names follow the standard: a0 is the current position in
   * the row, b1 and b2 are the next changing elements of the row above.
   */
  private void readTwoDimensions() throws ImageException {
    int a0 = -1;
    int index = 0;
    boolean black = false;
    while (a0 < width) {
      // b1 is the first change above that is right of a0 and changes to the opposite colour.
      index = Math.max(0, index - 2);
      if (index % 2 != (black ? 1 : 0)) {
        index++;
      }
      while (above[index] <= a0 && above[index] < width) {
        index += 2;
      }
      int b1 = above[index];
      if (peek(3) == 0b001) { // Horizontal mode.
        skip(3);
        int middle = runTo(Math.max(0, a0), black);
        change(middle);
        a0 = runTo(middle, !black);
        change(a0);
      } else if (peek(4) == 0b0001) { // Pass mode: to b2.
        skip(4);
        a0 = above[index + 1];
      } else { // Vertical mode.
        int a1 = b1 + verticalOffset();
        if (a1 < Math.max(0, a0) || a1 > width) {
          throw damaged();
        }
        change(a1);
        a0 = a1;
        black = !black;
      }
    }
  }

  private int verticalOffset() throws ImageException {
    for (int i = 0; i < VERTICAL_CODES.length; i++) {
      if (peek(VERTICAL_LENGTHS[i]) == VERTICAL_CODES[i]) {
        skip(VERTICAL_LENGTHS[i]);
        return VERTICAL_OFFSETS[i];
      }
    }
    throw at >= end ? file.endsEarly() : damaged();
  }
}
