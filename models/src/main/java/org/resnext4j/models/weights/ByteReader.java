package org.resnext4j.models.weights;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.charset.Charset;
import java.nio.file.Path;

/** Reads little-endian values one after another, and never past the end. */
final class ByteReader {

  private static final ValueLayout.OfLong LONG =
      ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfInt INT =
      ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfShort SHORT =
      ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  private final Path file;
  private final MemorySegment bytes;
  private long position;

  /**
   * A reader of bytes from their start.
   *
   * @param file named in errors
   */
  ByteReader(Path file, MemorySegment bytes) {
    this.file = file;
    this.bytes = bytes;
  }

  Path file() {
    return file;
  }

  long position() {
    return position;
  }

  long remaining() {
    return bytes.byteSize() - position;
  }

  /** Moves to a place, which must be within the bytes or at their end. */
  void moveTo(long place) throws WeightFileException {
    if (place < 0 || place > bytes.byteSize()) {
      throw error("something is said to lie at byte %d of %d".formatted(place, bytes.byteSize()));
    }
    position = place;
  }

  int unsignedByte() throws WeightFileException {
    return bytes.get(ValueLayout.JAVA_BYTE, advance(1)) & 0xFF;
  }

  int unsignedShort() throws WeightFileException {
    return bytes.get(SHORT, advance(2)) & 0xFFFF;
  }

  int integer() throws WeightFileException {
    return bytes.get(INT, advance(4));
  }

  long unsignedInteger() throws WeightFileException {
    return integer() & 0xFFFF_FFFFL;
  }

  long longInteger() throws WeightFileException {
    return bytes.get(LONG, advance(8));
  }

  double real() throws WeightFileException {
    return Double.longBitsToDouble(longInteger());
  }

  /** A part of the bytes, not copied. */
  MemorySegment slice(long length) throws WeightFileException {
    return bytes.asSlice(advance(length), length);
  }

  /** Text of a number of bytes; what does not decode becomes a replacement character. */
  String text(long length, Charset charset) throws WeightFileException {
    return new String(slice(length).toArray(ValueLayout.JAVA_BYTE), charset);
  }

  /** Text up to a line feed, which is not part of it. */
  String line(Charset charset) throws WeightFileException {
    long end = position;
    while (end < bytes.byteSize() && bytes.get(ValueLayout.JAVA_BYTE, end) != '\n') {
      end++;
    }
    String line = text(end - position, charset);
    advance(1);
    return line;
  }

  WeightFileException error(String problem) {
    return new WeightFileException(file, problem);
  }

  private long advance(long count) throws WeightFileException {
    long start = position;
    if (count < 0 || count > remaining()) {
      throw error(
          "it is truncated or damaged: %s bytes were expected at byte %d, but %d are left"
              .formatted(Long.toUnsignedString(count), position, remaining()));
    }
    position += count;
    return start;
  }
}
