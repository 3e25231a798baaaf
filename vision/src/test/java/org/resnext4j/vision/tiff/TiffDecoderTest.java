package org.resnext4j.vision.tiff;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.resnext4j.vision.Image;
import org.resnext4j.vision.ImageException;
import org.resnext4j.vision.ImageReader;

/**
 * TIFF files that Pillow and libtiff's tiffcp wrote, or that were put together by hand, against the
 * size and SHA-256 of the pixels that Pillow 9.4 reads.
 */
class TiffDecoderTest {

  private static final ImageReader READER = ImageReader.defaults().withMaximumPixels(1 << 20);

  private static byte[] resource(String name) throws IOException {
    try (InputStream stream = TiffDecoderTest.class.getResourceAsStream(name)) {
      return stream.readAllBytes();
    }
  }

  private static List<String[]> cases() throws IOException {
    return new String(resource("expected.txt"), StandardCharsets.UTF_8)
        .lines()
        .map(line -> line.split(" ", -1))
        .toList();
  }

  @TestFactory
  List<DynamicTest> everyKindDecodesToPillowsPixels() throws IOException {
    return cases().stream().map(c -> DynamicTest.dynamicTest(c[0], () -> check(c))).toList();
  }

  private static void check(String[] expected) throws Exception {
    byte[] file = resource(expected[0]);
    if (expected[1].equals("refused")) {
      assertThatThrownBy(() -> READER.read(file, "a.tif"))
          .isInstanceOf(ImageException.class)
          .hasMessageStartingWith("a.tif: expected a TIFF picture, but ");
      return;
    }
    Image image = READER.read(file);
    byte[] digest = MessageDigest.getInstance("SHA-256").digest(image.rgb());
    assertThat("%dx%d".formatted(image.width(), image.height())).isEqualTo(expected[1]);
    assertThat(HexFormat.of().formatHex(digest)).isEqualTo(expected[2]);
  }
}
