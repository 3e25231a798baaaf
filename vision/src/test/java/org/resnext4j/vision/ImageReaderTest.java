package org.resnext4j.vision;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Limits of size, and the orientation that a file asks for. */
class ImageReaderTest {

  private static final ImageReader READER = ImageReader.defaults().withMaximumPixels(1 << 20);

  @TempDir private Path folder;

  @Test
  void limitsHoldForFilesAndStreams() throws IOException {
    byte[] png = TestImages.encode(TestImages.pattern(20, 30, 1), "png");
    Path file = Files.write(folder.resolve("a.png"), png);
    assertThat(READER.read(file).width()).isEqualTo(30);
    assertThat(READER.read(new ByteArrayInputStream(png)).width()).isEqualTo(30);
    assertThatThrownBy(() -> READER.withMaximumPixels(599).read(file))
        .hasMessage(file + ": expected a picture of at most 599 pixels, but found 30×20");
    assertThatThrownBy(() -> READER.withMaximumBytes(100).read(file))
        .isInstanceOf(ImageException.class)
        .hasMessageContaining("expected a file of at most 100 bytes, but found %,d", png.length);
    assertThatThrownBy(
            () -> READER.withMaximumBytes(100).read(new ByteArrayInputStream(png), "upload"))
        .hasMessageContaining("upload: expected a file of at most 100 bytes");
  }

  @Test
  void aPictureIsTurnedUprightOnlyWhenAsked() throws IOException {
    Image image = TestImages.pattern(2, 3, 1);
    byte[] jpeg = TestImages.encode(image, "jpeg");
    for (int orientation = 1; orientation <= 8; orientation++) {
      byte[] exif = {
        (byte) 0xff,
        (byte) 0xe1,
        0,
        34,
        'E',
        'x',
        'i',
        'f',
        0,
        0,
        'M',
        'M',
        0,
        42,
        0,
        0,
        0,
        8,
        0,
        1,
        1,
        0x12,
        0,
        3,
        0,
        0,
        0,
        1,
        0,
        (byte) orientation,
        0,
        0,
        0,
        0,
        0,
        0
      };
      byte[] file = new byte[jpeg.length + exif.length];
      System.arraycopy(jpeg, 0, file, 0, 2);
      System.arraycopy(exif, 0, file, 2, exif.length);
      System.arraycopy(jpeg, 2, file, 2 + exif.length, jpeg.length - 2);
      Image stored = READER.read(file);
      Image upright = READER.withOrientation(true).read(file);
      assertThat(stored.height()).isEqualTo(2);
      assertThat(upright.height()).isEqualTo(orientation >= 5 ? 3 : 2);
      // Where the stored top left pixel goes: row, column.
      int[] corner =
          switch (orientation) {
            case 1 -> new int[] {0, 0};
            case 2 -> new int[] {0, 2};
            case 3 -> new int[] {1, 2};
            case 4 -> new int[] {1, 0};
            case 5 -> new int[] {0, 0};
            case 6 -> new int[] {0, 1};
            case 7 -> new int[] {2, 1};
            default -> new int[] {2, 0};
          };
      for (int c = 0; c < 3; c++) {
        assertThat(upright.sample(corner[0], corner[1], c)).isEqualTo(stored.sample(0, 0, c));
      }
    }
  }
}
