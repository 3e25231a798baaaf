package org.resnext4j.inference.embedding;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** A structure in Thrift's compact protocol, which Parquet uses for its headers. */
final class CompactThrift {

  // Type numbers of the protocol.
  private static final int I32 = 5;
  private static final int I64 = 6;
  private static final int BINARY = 8;
  private static final int LIST = 9;
  private static final int STRUCTURE = 12;

  private static final int LONGEST_SHORT_LIST = 14;

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private int lastField;

  /** Writes the fields of a structure, in ascending order. */
  @FunctionalInterface
  interface Writer {
    void write(CompactThrift structure);
  }

  void integer(int field, int value) {
    begin(field, I32);
    writeZigzag(value);
  }

  void number(int field, long value) {
    begin(field, I64);
    writeZigzag(value);
  }

  void text(int field, String value) {
    begin(field, BINARY);
    writeText(value);
  }

  void structure(int field, Writer writer) {
    begin(field, STRUCTURE);
    out.writeBytes(bytes(writer));
  }

  void structures(int field, List<Writer> writers) {
    beginList(field, STRUCTURE, writers.size());
    writers.forEach(writer -> out.writeBytes(bytes(writer)));
  }

  void integers(int field, List<Integer> values) {
    beginList(field, I32, values.size());
    values.forEach(this::writeZigzag);
  }

  void texts(int field, List<String> values) {
    beginList(field, BINARY, values.size());
    values.forEach(this::writeText);
  }

  /** The structure's bytes. No field may be written afterwards. */
  byte[] finish() {
    out.write(0);
    return out.toByteArray();
  }

  private static byte[] bytes(Writer writer) {
    CompactThrift structure = new CompactThrift();
    writer.write(structure);
    return structure.finish();
  }

  /**
   * Writes a field's header in the short form, which requires that its number exceeds the previous
   * one by less than 16. All fields here meet this condition.
   */
  private void begin(int field, int type) {
    out.write(((field - lastField) << 4) | type);
    lastField = field;
  }

  private void beginList(int field, int type, int size) {
    begin(field, LIST);
    if (size <= LONGEST_SHORT_LIST) {
      out.write((size << 4) | type);
    } else {
      out.write(0xf0 | type);
      writeVarint(out, size);
    }
  }

  private void writeText(String value) {
    byte[] bytes = value.getBytes(StandardCharsets.UTF_8);
    writeVarint(out, bytes.length);
    out.writeBytes(bytes);
  }

  private void writeZigzag(long value) {
    writeVarint(out, (value << 1) ^ (value >> 63));
  }

  /**
   * Writes a number with seven bits in each byte, the lowest bits first. The eighth bit of a byte
   * says that further bytes follow.
   */
  static void writeVarint(ByteArrayOutputStream to, long value) {
    long rest = value;
    while ((rest & ~0x7fL) != 0) {
      to.write((int) ((rest & 0x7f) | 0x80));
      rest >>>= 7;
    }
    to.write((int) rest);
  }
}
