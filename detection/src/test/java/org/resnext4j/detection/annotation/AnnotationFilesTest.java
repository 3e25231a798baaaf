package org.resnext4j.detection.annotation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.resnext4j.detection.annotation.Annotations.Category;
import org.resnext4j.detection.annotation.Annotations.Picture;
import org.resnext4j.detection.annotation.Annotations.TrueBox;
import org.resnext4j.vision.ImageReader;

/** Annotation files are read whole, or refused in one sentence; nothing is lost silently. */
class AnnotationFilesTest {

  @TempDir private Path folder;

  @Test
  void whatCocoFilesGetWrongIsCountedAndNamed() throws IOException {
    Path file =
        write(
            "coco.json",
            """
            {"annotations": [
              {"id": 1, "image_id": 7, "category_id": 90, "bbox": [1, 2, 3, 4], "area": 5},
              {"id": 2, "image_id": 8, "category_id": 90, "bbox": [1, 2, 3, 4]},
              {"id": 3, "image_id": 7, "category_id": 89, "bbox": [1, 2, 3, 4]},
              {"id": 4, "image_id": 7, "category_id": 90, "bbox": [1, 2, 3]},
              {"id": 5, "image_id": 7, "category_id": 90, "bbox": [1, 2, -3, 4]},
              {"id": 6, "image_id": 7, "category_id": 90, "bbox": [1, 2, "3", 4]},
              {"id": 7, "image_id": 7, "category_id": 90, "bbox": [1, 2, 0, 4]},
              {"id": 8, "image_id": 7, "category_id": 90, "bbox": [90, 2, 30, 4], "iscrowd": 1},
              {"image_id": "7", "category_id": 90, "bbox": [1, 2, 3, 4]},
              {"id": 9, "image_id": 7, "category_id": 90, "bbox": [1, 2, 1e999, 4]},
              17],
             "info": {"images": [1, [2]]},
             "images": [
              {"id": 7, "file_name": "a.jpg", "height": 50, "width": 100},
              {"id": 7, "file_name": "again.jpg", "height": 50, "width": 100},
              {"id": 9, "file_name": "empty.jpg", "height": 50, "width": 100},
              {"id": 10, "file_name": "sizeless.jpg"}, null],
             "categories": [{"id": 1, "name": "gap"}, {"id": 90, "name": "tooth"},
              {"id": 90, "name": "brush"}, {"id": 91, "name": "tooth"}]}
            """);
    Annotations read = CocoJson.read(file);
    assertThat(read.categories())
        .containsExactly(new Category(1, "gap"), new Category(90, "tooth"));
    assertThat(read.pictures()).extracting(Picture::file).containsExactly("a.jpg", "empty.jpg");
    assertThat(read.pictures().getFirst().objects())
        .containsExactly(
            new TrueBox(90, new Rectangle(1, 2, 3, 4), 5, false, false),
            new TrueBox(90, new Rectangle(1, 2, 0, 4), 0, false, false),
            new TrueBox(90, new Rectangle(90, 2, 30, 4), 120, true, false));
    Remarks remarks = read.remarks();
    assertThat(remarks.count(Remarks.Kind.UNKNOWN_PICTURE)).isEqualTo(3);
    assertThat(remarks.count(Remarks.Kind.UNKNOWN_CATEGORY)).isEqualTo(1);
    assertThat(remarks.count(Remarks.Kind.MALFORMED_BOX)).isEqualTo(4);
    assertThat(remarks.count(Remarks.Kind.EMPTY_BOX)).isEqualTo(1);
    assertThat(remarks.count(Remarks.Kind.BOX_OUTSIDE)).isEqualTo(1);
    assertThat(remarks.count(Remarks.Kind.CROWD)).isEqualTo(1);
    assertThat(remarks.count(Remarks.Kind.REPEATED_PICTURE)).isEqualTo(1);
    assertThat(remarks.count(Remarks.Kind.MALFORMED_PICTURE)).isEqualTo(2);
    assertThat(remarks.count(Remarks.Kind.REPEATED_CATEGORY)).isEqualTo(2);
    assertThat(remarks.count(Remarks.Kind.NO_BOX)).isEqualTo(1);
    assertThat(remarks.lines())
        .contains("1 boxes left out: their category is not in the file (box 3)");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "[]",
        "{}",
        "{\"images\": [], \"annotations\": []}",
        "{\"images\": {}, \"annotations\": [], \"categories\": []}",
        "{\"images\": [], \"annotations\": [], \"categories\": []} more",
        "{\"images\": [], \"images\": [], \"annotations\": [], \"categories\": []}",
        "{\"images\": [{\"id\": 1",
        "no json"
      })
  void halfACocoFileIsRefusedWithItsName(String text) throws IOException {
    Path file = write("bad.json", text);
    assertThatThrownBy(() -> CocoJson.read(file))
        .isInstanceOf(IOException.class)
        .hasMessageStartingWith(file.toString());
  }

  @Test
  void deeplyNestedJsonIsRefused() throws IOException {
    Path file = write("deep.json", "{\"images\": " + "[".repeat(100_000));
    assertThatThrownBy(() -> CocoJson.read(file))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("nested too deeply");
  }

  @Test
  void everyBeginningOfAFileIsReadOrRefused() throws IOException {
    Path whole = folder.resolve("whole.json");
    CocoJson.write(whole, random(new Random(5)));
    byte[] bytes = Files.readAllBytes(whole);
    for (int length = 0; length < bytes.length; length += 7) {
      Path part = folder.resolve("part.json");
      Files.write(part, java.util.Arrays.copyOf(bytes, length));
      assertThatThrownBy(() -> CocoJson.read(part)).isInstanceOf(IOException.class);
    }
  }

  @Test
  void cocoFilesSayTheSameAfterAWay() throws IOException {
    Annotations annotations = random(new Random(1));
    Path file = folder.resolve("way.json");
    CocoJson.write(file, annotations);
    Annotations again = CocoJson.read(file);
    assertThat(again.categories()).isEqualTo(annotations.categories());
    assertThat(again.pictures()).isEqualTo(annotations.pictures());
  }

  @Test
  void pascalVocFilesSayTheSameAfterAWay() throws IOException {
    Annotations annotations = random(new Random(2));
    Remarks remarks = PascalVoc.write(folder.resolve("voc"), annotations);
    Annotations again = PascalVoc.read(folder.resolve("voc"));
    assertThat(remarks.lines()).isEmpty();
    for (int i = 0; i < annotations.pictures().size(); i++) {
      Picture picture = annotations.pictures().get(i);
      assertThat(again.pictures().get(i).file()).isEqualTo(picture.file());
      assertSameBoxes(annotations, picture, again, again.pictures().get(i), 1e-9);
    }
  }

  @Test
  void yoloFilesSayTheSameAfterAWay() throws IOException {
    Annotations annotations = random(new Random(3));
    YoloText.write(folder, annotations);
    Files.createDirectories(folder.resolve("images"));
    for (Picture picture : annotations.pictures()) {
      BufferedImage image =
          new BufferedImage(picture.width(), picture.height(), BufferedImage.TYPE_INT_RGB);
      ImageIO.write(image, "png", folder.resolve("images", picture.file()).toFile());
    }
    Annotations again = YoloText.read(folder, ImageReader.defaults());
    for (int i = 0; i < annotations.pictures().size(); i++) {
      assertSameBoxes(
          annotations, annotations.pictures().get(i), again, again.pictures().get(i), 1e-5);
    }
  }

  @Test
  void yoloLinesOfNonsenseAreCounted() throws IOException {
    Files.createDirectories(folder.resolve("images"));
    Files.createDirectories(folder.resolve("labels"));
    write("classes.txt", "cat\n");
    ImageIO.write(
        new BufferedImage(10, 20, BufferedImage.TYPE_INT_RGB),
        "png",
        folder.resolve("images", "a.png").toFile());
    write("images/notes.txt", "no picture");
    write("labels/gone.txt", "0 .5 .5 1 1");
    write(
        "labels/a.txt",
        "0 .5 .5 1 1\n\n1 .5 .5 1 1\n0 .5 .5 1\n0 NaN .5 1 1\n0 .5 .5 -1 1\nx 1 1 1 1");
    Annotations read = YoloText.read(folder, ImageReader.defaults());
    assertThat(read.boxes()).isEqualTo(1);
    assertThat(read.remarks().count(Remarks.Kind.UNKNOWN_CATEGORY)).isEqualTo(1);
    assertThat(read.remarks().count(Remarks.Kind.MALFORMED_BOX)).isEqualTo(4);
    assertThat(read.remarks().count(Remarks.Kind.MALFORMED_PICTURE)).isEqualTo(1);
    assertThat(read.remarks().count(Remarks.Kind.MISSING_FILE)).isEqualTo(1);
  }

  @Test
  void aCrowdIsNotWrittenToFormatsThatHaveNone() throws IOException {
    TrueBox crowd = new TrueBox(1, new Rectangle(0, 0, 5, 5), 25, true, false);
    Annotations annotations =
        new Annotations(
            List.of(new Category(1, "cat")),
            List.of(new Picture(1, "a.jpg", 10, 10, List.of(crowd))),
            new Remarks());
    assertThat(PascalVoc.write(folder, annotations).count(Remarks.Kind.NOT_WRITTEN)).isOne();
    assertThat(YoloText.write(folder, annotations).count(Remarks.Kind.NOT_WRITTEN)).isOne();
  }

  @Test
  void aNameThatClimbsOutOfTheFolderStaysInIt() throws IOException {
    Annotations annotations =
        new Annotations(
            List.of(), List.of(new Picture(1, "../../up.jpg", 10, 10, List.of())), new Remarks());
    PascalVoc.write(folder.resolve("voc"), annotations);
    assertThat(folder.resolve("voc", "up.xml")).exists();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "<!DOCTYPE annotation [<!ENTITY x SYSTEM \"file:///etc/hostname\">]>"
            + "<annotation><filename>&x;</filename></annotation>",
        "<!DOCTYPE a SYSTEM \"http://127.0.0.1:1/a.dtd\"><annotation/>",
        "<!DOCTYPE a [<!ENTITY a \"aaaaaaaaaa\"><!ENTITY b \"&a;&a;&a;&a;&a;&a;&a;&a;\">]>"
            + "<annotation><filename>&b;</filename></annotation>",
        "<annotation><filename>&undeclared;</filename></annotation>",
        "<annotation><object>",
        "<boxes/>",
        "",
        "no xml"
      })
  void xmlThatIsNoAnnotationIsRefusedWithItsName(String text) throws IOException {
    Path file = write("a.xml", text);
    assertThatThrownBy(() -> PascalVoc.read(folder))
        .isInstanceOf(IOException.class)
        .hasMessageStartingWith(file.toString());
  }

  @Test
  void deeplyNestedXmlIsRefused() throws IOException {
    write("a.xml", "<annotation>" + "<part>".repeat(100_000));
    assertThatThrownBy(() -> PascalVoc.read(folder)).hasMessageContaining("nested too deeply");
  }

  @Test
  void pascalVocsPartsOfObjectsAreNoObjects() throws IOException {
    write(
        "a.xml",
        """
        <annotation><filename>a.jpg</filename><size><width>90</width><height>80</height></size>
        <object><name>person</name><difficult>1</difficult>
          <bndbox><xmin>11</xmin><ymin>21</ymin><xmax>30</xmax><ymax>60</ymax></bndbox>
          <part><name>head</name>
            <bndbox><xmin>1</xmin><ymin>1</ymin><xmax>2</xmax><ymax>2</ymax></bndbox></part>
        </object>
        <object><name>dog</name></object></annotation>
        """);
    Annotations read = PascalVoc.read(folder);
    assertThat(read.categories())
        .containsExactly(new Category(1, "dog"), new Category(2, "person"));
    assertThat(read.pictures().getFirst().objects())
        .containsExactly(new TrueBox(2, new Rectangle(10, 20, 20, 40), 800, false, true));
    assertThat(read.remarks().count(Remarks.Kind.MALFORMED_BOX)).isOne();
  }

  @Test
  void aResultWithoutAScoreIsRefused() throws IOException {
    Path file =
        write(
            "results.json",
            "[{\"image_id\": 1, \"category_id\": 1, \"bbox\": [1, 2, 3, 4], \"score\": 0.5},"
                + "{\"image_id\": 1, \"category_id\": 1, \"bbox\": [1, 2, 3, 4]}]");
    assertThatThrownBy(() -> Detections.read(file)).hasMessageContaining("result 1 needs");
  }

  @Test
  void resultsSayTheSameAfterAWay() throws IOException {
    List<Detections.Detection> found =
        List.of(new Detections.Detection(5, 90, new Rectangle(1.25, 2, 3, 4), 0.75));
    Path file = folder.resolve("found.json");
    Detections.write(file, found);
    assertThat(Detections.read(file)).isEqualTo(found);
  }

  private Path write(String name, String text) throws IOException {
    return Files.writeString(folder.resolve(name), text);
  }

  private static Annotations random(Random random) {
    List<Picture> pictures = new ArrayList<>();
    for (int i = 1; i <= 8; i++) {
      List<TrueBox> boxes = new ArrayList<>();
      for (int box = random.nextInt(4); box > 0; box--) {
        Rectangle rectangle =
            new Rectangle(
                random.nextInt(40),
                random.nextInt(30),
                1 + random.nextInt(20),
                0.5 + random.nextInt(20));
        int category = 3 * (1 + random.nextInt(3));
        boxes.add(new TrueBox(category, rectangle, rectangle.area(), false, false));
      }
      pictures.add(new Picture(i, "p%d.png".formatted(i), 50, 60, boxes));
    }
    List<Category> categories =
        List.of(new Category(3, "cat & dog"), new Category(6, "ünïcode"), new Category(9, "<x>"));
    return new Annotations(categories, pictures, new Remarks());
  }

  private static void assertSameBoxes(
      Annotations first, Picture one, Annotations second, Picture other, double tolerance) {
    assertThat(other.objects()).hasSameSizeAs(one.objects());
    for (int i = 0; i < one.objects().size(); i++) {
      TrueBox a = one.objects().get(i);
      TrueBox b = other.objects().get(i);
      assertThat(name(second, b)).isEqualTo(name(first, a));
      assertThat(b.box().left()).isCloseTo(a.box().left(), within(tolerance));
      assertThat(b.box().top()).isCloseTo(a.box().top(), within(tolerance));
      assertThat(b.box().width()).isCloseTo(a.box().width(), within(tolerance));
      assertThat(b.box().height()).isCloseTo(a.box().height(), within(tolerance));
    }
  }

  private static String name(Annotations annotations, TrueBox box) {
    return annotations.categories().stream()
        .filter(category -> category.id() == box.category())
        .findFirst()
        .orElseThrow()
        .name();
  }
}
