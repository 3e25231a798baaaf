package org.resnext4j.training.run;

import com.google.protobuf.CodedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Map;
import java.util.zip.CRC32C;

/**
 * Records of a TensorBoard event file: each an {@code Event} message of TensorFlow's {@code
 * event.proto} in a TFRecord, that is its length, the length's checksum, the message and its
 * checksum.
 *
 * <p>The handful of fields needed are written with protobuf's {@link CodedOutputStream}; the
 * message types themselves would bring all of TensorFlow's protocol.
 */
public final class EventFile {

  // Field numbers of event.proto and summary.proto.
  private static final int EVENT_WALL_TIME = 1;
  private static final int EVENT_STEP = 2;
  private static final int EVENT_FILE_VERSION = 3;
  private static final int EVENT_SUMMARY = 5;
  private static final int SUMMARY_VALUE = 1;
  private static final int VALUE_TAG = 1;
  private static final int VALUE_SIMPLE_VALUE = 2;

  private EventFile() {}

  /** The record that every event file begins with. */
  public static byte[] header(double wallTime) {
    return record(
        message(event -> {
          event.writeDouble(EVENT_WALL_TIME, wallTime);
          event.writeString(EVENT_FILE_VERSION, "brain.Event:2");
        }));
  }

  /**
   * A record of numbers.
   *
   * @param wallTime seconds since 1970
   * @param step what the numbers are drawn against
   * @param values by tag, such as {@code validation/top1}
   */
  public static byte[] scalars(double wallTime, long step, Map<String, Double> values) {
    byte[] summary =
        message(out -> {
          for (Map.Entry<String, Double> entry : values.entrySet()) {
            out.writeByteArray(
                SUMMARY_VALUE,
                message(value -> {
                  value.writeString(VALUE_TAG, entry.getKey());
                  value.writeFloat(VALUE_SIMPLE_VALUE, entry.getValue().floatValue());
                }));
          }
        });
    return record(
        message(event -> {
          event.writeDouble(EVENT_WALL_TIME, wallTime);
          event.writeInt64(EVENT_STEP, step);
          event.writeByteArray(EVENT_SUMMARY, summary);
        }));
  }

  /** A TFRecord: length, masked checksum of it, content, masked checksum of that. */
  static byte[] record(byte[] content) {
    ByteBuffer length =
        ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN).putLong(content.length);
    return ByteBuffer.allocate(Long.BYTES + 2 * Integer.BYTES + content.length)
        .order(ByteOrder.LITTLE_ENDIAN)
        .put(length.array())
        .putInt(maskedChecksum(length.array()))
        .put(content)
        .putInt(maskedChecksum(content))
        .array();
  }

  /** CRC-32C, rotated and moved so that checksums of checksums stay sound. */
  static int maskedChecksum(byte[] bytes) {
    CRC32C checksum = new CRC32C();
    checksum.update(bytes);
    return Integer.rotateRight((int) checksum.getValue(), 15) + 0xa282ead8;
  }

  private static byte[] message(Fields fields) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    CodedOutputStream out = CodedOutputStream.newInstance(bytes);
    try {
      fields.write(out);
      out.flush();
    } catch (IOException e) {
      throw new UncheckedIOException(e); // Memory does not fail to be written.
    }
    return bytes.toByteArray();
  }

  private interface Fields {
    void write(CodedOutputStream out) throws IOException;
  }
}
