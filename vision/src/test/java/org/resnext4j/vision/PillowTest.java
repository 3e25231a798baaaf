package org.resnext4j.vision;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.zip.InflaterInputStream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.resnext4j.vision.transform.Interpolation;
import org.resnext4j.vision.transform.Resize;
import tools.jackson.databind.JsonNode;

/** Decoding and resizing against what Pillow recorded. */
class PillowTest {

  @TestFactory
  List<DynamicTest> resizingIsPillowsToTheSameBits() {
    return Pillow.cases("resize").stream()
        .map(c ->
            DynamicTest.dynamicTest(
                "%s %s to %s".formatted(c.get("filter"), c.get("from"), c.get("to")),
                () -> resize(c)))
        .toList();
  }

  private static void resize(JsonNode expected) {
    Image image =
        TestImages.pattern(
            expected.get("from").get(0).intValue(), expected.get("from").get(1).intValue(), 1);
    Interpolation filter =
        Interpolation.valueOf(expected.get("filter").stringValue().toUpperCase(Locale.ROOT));
    int height = expected.get("to").get(0).intValue();
    int width = expected.get("to").get(1).intValue();
    Image resized = Resize.exactly(height, width, filter).apply(image);
    assertThat(resized.height()).isEqualTo(height);
    assertThat(resized.width()).isEqualTo(width);
    assertThat(Pillow.checksum(resized)).isEqualTo(expected.get("crc").longValue());
  }

  @TestFactory
  List<DynamicTest> filesOfEveryKindDecodeToPillowsPixels() {
    return Pillow.cases("files").stream()
        .map(c -> DynamicTest.dynamicTest(c.get("name").stringValue(), () -> decode(c)))
        .toList();
  }

  private static void decode(JsonNode expected) throws IOException {
    Image image =
        ImageReader.defaults().read(Base64.getDecoder().decode(expected.get("data").stringValue()));
    assertThat(image.height()).isEqualTo(expected.get("size").get(0).intValue());
    assertThat(image.width()).isEqualTo(expected.get("size").get(1).intValue());
    byte[] rgb = inflate(Base64.getDecoder().decode(expected.get("rgb").stringValue()));
    int largest = 0;
    for (int i = 0; i < rgb.length; i++) {
      largest = Math.max(largest, Math.abs((rgb[i] & 0xff) - (image.rgb()[i] & 0xff)));
    }
    assertThat(largest)
        .as("largest difference")
        .isLessThanOrEqualTo(expected.get("tolerance").intValue());
  }

  private static byte[] inflate(byte[] compressed) {
    try (InflaterInputStream in = new InflaterInputStream(new ByteArrayInputStream(compressed))) {
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
