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
 * Encodes the records of a TensorBoard event file. A record is a TFRecord (length, checksum of the
 * length, message, checksum of the message), whose message is an {@code Event} of TensorFlow's
 * {@code event.proto}.
 *
 * <p>Protobuf's {@link CodedOutputStream} writes the few fields; the generated message classes
 * would bring all of TensorFlow's protocol.
 *
 * {@snippet :
 * byte[] header = EventFile.header(1.7e9);
 * byte[] record = EventFile.scalars(1.7e9, 100, Map.of("validation/top1", 0.87));
 * }
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

  /**
   * The first record of every event file.
   *
   * @param wallTime seconds since 1970
   */
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
   * @param step place of the numbers on the horizontal axis
   * @param values numbers by tag, such as {@code validation/top1}
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

  /** A TFRecord: length, its masked checksum, content, its masked checksum. */
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

  /** A CRC-32C, rotated and shifted by a constant, as the TFRecord format defines it. */
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
      throw new UncheckedIOException(e); // Writing to memory never fails.
    }
    return bytes.toByteArray();
  }

  private interface Fields {
    void write(CodedOutputStream out) throws IOException;
  }
}
