package org.resnext4j.vision.tiff;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
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

  @ParameterizedTest
  @CsvSource({"grey, 1, 1", "YCbCr, 6, 3"})
  void tablesExistOnceForAllStrips(String colours, int photometric, int samples)
      throws IOException {
    int strips = 20_000;
    int[] tags = {
      256, 1, 257, strips, 258, 8, 259, 5, 262, photometric, 273, 0, 277, samples, 278, 1, 279, 0
    };
    byte[] strip = {(byte) 0x80, 0, 0, 0, 0, 0, 0, 0}; // LZW: clear, and six zero bytes.
    int directory = 8 + strips * strip.length;
    int values = directory + 2 + 6 * tags.length + 4;
    ByteBuffer file =
        ByteBuffer.allocate(values + 8 * strips).order(ByteOrder.LITTLE_ENDIAN).putInt(0x2a4949);
    file.putInt(directory);
    for (int i = 0; i < strips; i++) {
      file.put(strip);
    }
    file.putShort((short) (tags.length / 2));
    for (int i = 0; i < tags.length; i += 2) {
      boolean each = tags[i] == 273 || tags[i] == 279;
      file.putShort((short) tags[i]).putShort((short) 4).putInt(each ? strips : 1);
      file.putInt(tags[i] == 273 ? values : tags[i] == 279 ? values + 4 * strips : tags[i + 1]);
    }
    file.putInt(0);
    for (int i = 0; i < strips; i++) {
      file.putInt(8 + i * strip.length);
    }
    for (int i = 0; i < strips; i++) {
      file.putInt(strip.length);
    }
    var threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
    long before = threads.getCurrentThreadAllocatedBytes();
    assertThat(READER.read(file.array()).height()).as(colours).isEqualTo(strips);
    // Tables for each strip would be a gigabyte.
    assertThat(threads.getCurrentThreadAllocatedBytes() - before).isLessThan(32 << 20);
  }
}
