package org.resnext4j.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.resnext4j.detection.annotation.Annotations;
import org.resnext4j.detection.annotation.CocoJson;
import org.resnext4j.detection.annotation.PascalVoc;
import org.resnext4j.detection.annotation.Rectangle;
import org.resnext4j.detection.annotation.Remarks;
import org.resnext4j.detection.annotation.YoloText;
import org.resnext4j.training.recipe.Recipe;
import org.resnext4j.vision.ImageReader;
import org.resnext4j.vision.Labels;

/**
 * Text files that users write may begin with a byte order mark, as editors of Windows write it. The
 * marks of weights' {@code config.json}, of lists of pictures on the standard input and of all
 * encodings have tests beside their readers.
 */
class ByteOrderMarkTest {

  private static final Annotations ANNOTATIONS =
      new Annotations(
          List.of(new Annotations.Category(0, "cat"), new Annotations.Category(1, "dog")),
          List.of(
              new Annotations.Picture(
                  1,
                  "a.png",
                  40,
                  50,
                  List.of(
                      new Annotations.TrueBox(
                          1, new Rectangle(10, 20, 30, 10), 300, false, false)))),
          new Remarks());

  @TempDir private Path folder;

  private static void mark(Path file) throws IOException {
    if (Files.isDirectory(file)) {
      try (Stream<Path> inner = Files.list(file)) {
        for (Path each : inner.toList()) {
          mark(each);
        }
      }
    } else if (!file.toString().endsWith(".png")) {
      String text = Files.readString(file);
      Files.writeString(file, "\ufeff" + text, StandardCharsets.UTF_8);
    }
  }

  @Test
  void labelsAreNames() throws IOException {
    for (String text : List.of("cat\ndog\n", "{\"cat\": 0, \"dog\": 1}", "0,cat\n1,dog\n")) {
      Path file = Files.writeString(folder.resolve("labels"), text);
      mark(file);
      assertThat(Labels.read(file).names()).containsExactly("cat", "dog");
    }
  }

  @Test
  void recipesAreRead() throws IOException {
    Recipe recipe = Recipe.named("paper-cifar");
    Path file = Files.writeString(folder.resolve("recipe.json"), recipe.toJson());
    mark(file);
    assertThat(Recipe.read(file)).isEqualTo(recipe);
  }

  @Test
  void annotationsAreRead() throws IOException {
    Path coco = folder.resolve("coco.json");
    CocoJson.write(coco, ANNOTATIONS);
    Path voc = Files.createDirectory(folder.resolve("voc"));
    PascalVoc.write(voc, ANNOTATIONS);
    Path yolo = Files.createDirectory(folder.resolve("yolo"));
    YoloText.write(yolo, ANNOTATIONS);
    Path images = Files.createDirectories(yolo.resolve("images"));
    ImageIO.write(
        new BufferedImage(50, 40, BufferedImage.TYPE_3BYTE_BGR),
        "png",
        images.resolve("a.png").toFile());
    for (Path file : List.of(coco, voc, yolo)) {
      mark(file);
    }
    for (Annotations read :
        List.of(
            CocoJson.read(coco),
            PascalVoc.read(voc),
            YoloText.read(yolo, ImageReader.defaults()))) {
      assertThat(read.categories()).extracting(Annotations.Category::name).contains("dog");
      Annotations.TrueBox box = read.pictures().getFirst().objects().getFirst();
      assertThat(box.box()).isEqualTo(new Rectangle(10, 20, 30, 10));
    }
  }
}
