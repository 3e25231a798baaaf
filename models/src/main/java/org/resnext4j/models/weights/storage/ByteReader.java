package org.resnext4j.models.weights.storage;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.Charset;
import java.nio.file.Path;

/** Reads consecutive little-endian values. A read past the end throws an exception. */
public final class ByteReader {

  private final Path file;
  private final MemorySegment bytes;
  private long position;

  /**
   * Creates a reader that begins at the first byte.
   *
   * @param file the file that an error names
   */
  public ByteReader(Path file, MemorySegment bytes) {
    this.file = file;
    this.bytes = bytes;
  }

  public Path file() {
    return file;
  }

  public long position() {
    return position;
  }

  public long remaining() {
    return bytes.byteSize() - position;
  }

  /** Moves to an offset, which must lie within the bytes or at their end. */
  public void moveTo(long place) throws WeightFileException {
    if (place < 0 || place > bytes.byteSize()) {
      throw error("something is said to lie at byte %d of %d".formatted(place, bytes.byteSize()));
    }
    position = place;
  }

  public int unsignedByte() throws WeightFileException {
    return bytes.get(ValueLayout.JAVA_BYTE, advance(1)) & 0xFF;
  }

  public int unsignedShort() throws WeightFileException {
    return bytes.get(LittleEndian.SHORT, advance(2)) & 0xFFFF;
  }

  public int integer() throws WeightFileException {
    return bytes.get(LittleEndian.INT, advance(4));
  }

  public long unsignedInteger() throws WeightFileException {
    return integer() & 0xFFFF_FFFFL;
  }

  public long longInteger() throws WeightFileException {
    return bytes.get(LittleEndian.LONG, advance(8));
  }

  public double real() throws WeightFileException {
    return Double.longBitsToDouble(longInteger());
  }

  /** Reads a number of bytes as a view, without a copy. */
  public MemorySegment slice(long length) throws WeightFileException {
    return bytes.asSlice(advance(length), length);
  }

  /** Reads text of a number of bytes. A replacement character stands for invalid bytes. */
  public String text(long length, Charset charset) throws WeightFileException {
    return new String(slice(length).toArray(ValueLayout.JAVA_BYTE), charset);
  }

  /** Reads text up to a line feed, which the text excludes. */
  public String line(Charset charset) throws WeightFileException {
    long end = position;
    while (end < bytes.byteSize() && bytes.get(ValueLayout.JAVA_BYTE, end) != '\n') {
      end++;
    }
    String line = text(end - position, charset);
    advance(1);
    return line;
  }

  public WeightFileException error(String problem) {
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
