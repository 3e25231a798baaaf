package org.resnext4j.vision;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Pictures that users reported elsewhere, with the pixels that Pillow 9.4 makes of them. */
class ReportedPicturesTest {

  private static byte[] resource(String name) throws IOException {
    try (InputStream stream = ReportedPicturesTest.class.getResourceAsStream("cases/" + name)) {
      return stream.readAllBytes();
    }
  }

  @TestFactory
  List<DynamicTest> decodeToPillowsPixels() throws IOException {
    return new String(resource("expected.txt"), StandardCharsets.UTF_8)
        .lines()
        .map(line -> line.split(" ", -1))
        .map(line -> DynamicTest.dynamicTest(line[0], () -> check(line[0], line[1])))
        .toList();
  }

  private static void check(String name, String expected) throws Exception {
    byte[] file = resource(name);
    if (expected.equals("refused")) {
      assertThatThrownBy(() -> ImageReader.defaults().read(file, name))
          .isInstanceOf(ImageException.class)
          .hasMessageStartingWith(name + ": expected ");
      return;
    }
    Image image = ImageReader.defaults().read(file, name);
    if (expected.equals("size")) {
      assertThat(image.width()).isEqualTo(8_400_000);
      assertThat(image.height()).isEqualTo(1);
    } else {
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(image.rgb());
      assertThat(HexFormat.of().formatHex(digest)).isEqualTo(expected);
    }
  }

  @TestFactory
  Stream<DynamicTest> damagedOnesAreRefusedByName() {
    return Stream.of(
            "bmp-out-of-memory-1.bmp",
            "bmp-out-of-memory-2.bmp",
            "bmp-slow.bmp",
            "webp-lossy-damaged-1.webp",
            "webp-lossy-damaged-2.webp")
        .map(name ->
            DynamicTest.dynamicTest(
                name,
                () ->
                    assertThatThrownBy(() -> ImageReader.defaults().read(resource(name), name))
                        .isInstanceOf(ImageException.class)
                        .hasMessageStartingWith(name + ": expected ")));
  }
}
