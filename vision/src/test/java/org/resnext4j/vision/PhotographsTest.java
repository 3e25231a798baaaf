package org.resnext4j.vision;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Real photographs against the pixels of torchvision on Pillow. */
class PhotographsTest {

  @TestFactory
  List<DynamicTest> photographsBecomeThePixelsThatTorchvisionMakes() {
    JsonNode cases = JsonMapper.shared().readTree(Fixtures.shared("fixtures/images.json").toFile());
    List<DynamicTest> tests = new ArrayList<>();
    for (JsonNode expected : cases) {
      String file = expected.get("file").stringValue();
      int resize = expected.get("resize").intValue();
      int crop = expected.get("crop").intValue();
      tests.add(
          DynamicTest.dynamicTest(
              "%s %d %d".formatted(file, resize, crop), () -> check(file, resize, crop, expected)));
    }
    assertThat(tests).hasSizeGreaterThan(30);
    return tests;
  }

  private static void check(String file, int resize, int crop, JsonNode expected)
      throws IOException {
    Image decoded = ImageReader.defaults().read(Fixtures.shared("fixtures/images").resolve(file));
    assertThat(decoded.width()).isEqualTo(expected.get("size").get(0).intValue());
    assertThat(decoded.height()).isEqualTo(expected.get("size").get(1).intValue());
    Image image = Preprocessing.imagenet().withSizes(resize, crop).cropped(decoded);
    assertThat(image.height()).isEqualTo(crop);
    assertThat(image.width()).isEqualTo(crop);
    boolean lossy = file.endsWith(".jpg");
    int largest = 0;
    for (var row : expected.get("rows").properties()) {
      int y = Integer.parseInt(row.getKey());
      for (int i = 0; i < crop * 3; i++) {
        int found = image.sample(y, i / 3, i % 3);
        largest = Math.max(largest, Math.abs(found - row.getValue().get(i).intValue()));
      }
    }
    assertThat(largest).as("largest difference").isLessThanOrEqualTo(lossy ? 2 : 0);
    for (int c = 0; c < 3; c++) {
      double sum = 0;
      for (int i = c; i < image.rgb().length; i += 3) {
        sum += image.rgb()[i] & 0xff;
      }
      double mean = sum / crop / crop;
      assertThat(Math.abs(mean - expected.get("mean").get(c).doubleValue()))
          .as("mean of channel %d", c)
          .isLessThanOrEqualTo(lossy ? 0.1 : 1e-9);
    }
  }

  @TestFactory
  List<DynamicTest> badFilesGetOneClearSentence() {
    Path folder = Fixtures.shared("fixtures/images");
    return List.of(
        refuses(folder.resolve("truncated.jpg"), "expected a JPEG picture, but its data end early"),
        refuses(
            folder.resolve("empty.png"),
            "expected a JPEG, PNG, BMP, GIF, WebP, PNM or TIFF picture, but found an empty file"),
        refuses(
            folder.resolve("not_an_image.jpg"),
            "expected a JPEG, PNG, BMP, GIF, WebP, PNM or TIFF picture, but found 23 bytes that begin with"),
        refuses(
            folder.resolve("bomb.png"),
            "expected a picture of at most 67,108,864 pixels, but found 60000×60000"));
  }

  private static DynamicTest refuses(Path file, String sentence) {
    return DynamicTest.dynamicTest(
        file.getFileName().toString(),
        () ->
            assertThatThrownBy(() -> ImageReader.defaults().read(file))
                .isInstanceOf(ImageException.class)
                .hasMessageStartingWith(file + ": " + sentence));
  }
}
