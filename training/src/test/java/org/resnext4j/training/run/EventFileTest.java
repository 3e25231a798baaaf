package org.resnext4j.training.run;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnknownFieldSet;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.Test;

class EventFileTest {

  @Test
  void theMaskedChecksumIsThatOfTfRecords() {
    // RFC 3720 gives e3069283 as CRC-32C of "123456789"; the mask is defined in TFRecord's format.
    int expected = Integer.rotateRight(0xe3069283, 15) + 0xa282ead8;
    assertThat(EventFile.maskedChecksum("123456789".getBytes(StandardCharsets.US_ASCII)))
        .isEqualTo(expected);
  }

  @Test
  void aScalarIsAnEventWithStepTagAndValue() throws IOException {
    byte[] record = EventFile.scalars(1.5, 300, Map.of("validation/top1", 0.875));
    UnknownFieldSet event = UnknownFieldSet.parseFrom(content(record));
    assertThat(event.getField(1).getFixed64List()).containsExactly(Double.doubleToLongBits(1.5));
    assertThat(event.getField(2).getVarintList()).containsExactly(300L);
    ByteString summary = event.getField(5).getLengthDelimitedList().getFirst();
    ByteString value =
        UnknownFieldSet.parseFrom(summary).getField(1).getLengthDelimitedList().getFirst();
    UnknownFieldSet fields = UnknownFieldSet.parseFrom(value);
    assertThat(fields.getField(1).getLengthDelimitedList().getFirst().toStringUtf8())
        .isEqualTo("validation/top1");
    assertThat(fields.getField(2).getFixed32List()).containsExactly(Float.floatToIntBits(0.875f));
  }

  @Test
  void aFileBeginsWithItsVersion() throws IOException {
    UnknownFieldSet event = UnknownFieldSet.parseFrom(content(EventFile.header(1)));
    assertThat(event.getField(3).getLengthDelimitedList().getFirst().toStringUtf8())
        .isEqualTo("brain.Event:2");
  }

  private static byte[] content(byte[] record) {
    ByteBuffer buffer = ByteBuffer.wrap(record).order(ByteOrder.LITTLE_ENDIAN);
    byte[] length = new byte[8];
    buffer.get(length);
    assertThat(buffer.getInt()).isEqualTo(EventFile.maskedChecksum(length));
    byte[] content =
        new byte[(int) ByteBuffer.wrap(length).order(ByteOrder.LITTLE_ENDIAN).getLong()];
    buffer.get(content);
    assertThat(buffer.getInt()).isEqualTo(EventFile.maskedChecksum(content));
    assertThat(buffer.hasRemaining()).isFalse();
    return content;
  }
}
