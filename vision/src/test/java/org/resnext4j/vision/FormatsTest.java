package org.resnext4j.vision;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.util.Base64;
import java.util.List;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Whole and truncated files of every format and flavour, as Pillow reads them; see formats.py. */
class FormatsTest {

  @TestFactory
  List<DynamicTest> decodeToPillowsPixelsOrAreRefusedAsByPillow() throws IOException {
    try (InputStream stream = FormatsTest.class.getResourceAsStream("formats.json")) {
      JsonNode all = JsonMapper.shared().readTree(stream);
      return StreamSupport.stream(all.spliterator(), false)
          .map(c -> DynamicTest.dynamicTest(c.get("name").stringValue(), () -> check(c)))
          .toList();
    }
  }

  private static void check(JsonNode expected) throws IOException {
    byte[] file = Base64.getDecoder().decode(expected.get("data").stringValue());
    ImageReader reader =
        ImageReader.defaults()
            .withTruncated(expected.has("truncated"))
            .withOrientation(expected.has("orient"));
    if (expected.has("refused")) {
      assertThatThrownBy(() -> reader.read(file))
          .isInstanceOf(ImageException.class)
          .hasMessageStartingWith("image: expected a");
      return;
    }
    Image image = reader.read(file);
    assertThat(image.height()).isEqualTo(expected.get("size").get(0).intValue());
    assertThat(image.width()).isEqualTo(expected.get("size").get(1).intValue());
    assertThat(Pillow.checksum(image)).isEqualTo(expected.get("crc").longValue());
  }
}
