package org.resnext4j.vision.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.resnext4j.vision.ImageReader;
import org.resnext4j.vision.data.Datasets.Split;

/** Folders and archives as users have them. */
class CasesTest {

  private static final ImageReader READER = ImageReader.defaults();

  @TempDir private Path folder;

  private static Path resource(String name) {
    return Path.of(
            System.getProperty("basedir", ""), "src/test/resources/org/resnext4j/vision/data")
        .resolve(name)
        .toAbsolutePath();
  }

  private Path picture(String place) throws IOException {
    return picture("1.jpg", place);
  }

  private Path picture(String original, String place) throws IOException {
    Path file = folder.resolve(place);
    Files.createDirectories(file.getParent());
    return Files.copy(resource("pictures").resolve(original), file);
  }

  private static List<String> names(Dataset data) {
    return IntStream.range(0, data.size())
        .mapToObj(
            i -> data.classes().get(data.label(i)) + ":" + data.name(i).replaceAll(".*[/!]", ""))
        .toList();
  }

  @Test
  void aClassThatIsALinkToAFolderKeepsItsPictures() throws IOException {
    picture("store/blue/1.jpg");
    picture("data/red/1.jpg");
    Files.createSymbolicLink(folder.resolve("data/blue"), Path.of("../store/blue"));
    Dataset data = Datasets.open(folder.resolve("data"), Split.TRAIN, READER);
    assertThat(data.classes()).containsExactly("blue", "red");
    assertThat(names(data)).containsExactly("blue:1.jpg", "red:1.jpg");
    assertThat(data.read(0)).isEqualTo(data.read(1));
    assertThat(data.skipped().total()).isZero();
  }

  @Test
  void aLinkedFolderInAClassBelongsToTheClass() throws IOException {
    picture("more/2.jpg");
    picture("data/red/1.jpg");
    picture("data/blue/1.jpg");
    Files.createSymbolicLink(folder.resolve("data/red/more"), Path.of("../../more"));
    Dataset data = Datasets.open(folder.resolve("data"), Split.TRAIN, READER);
    assertThat(names(data)).containsExactly("blue:1.jpg", "red:1.jpg", "red:2.jpg");
  }

  @Test
  void aStrayArchiveBesideTheClassesIsSkippedAndCounted() throws IOException {
    picture("red/1.jpg");
    picture("blue/1.jpg");
    Files.copy(resource("test-wds-duplicate-key.tar"), folder.resolve("backup.tar"));
    Files.copy(resource("test-wds-duplicate-key.tar"), folder.resolve("red/backup.TAR"));
    Dataset data = Datasets.open(folder, Split.TEST, READER);
    assertThat(names(data)).containsExactly("blue:1.jpg", "red:1.jpg");
    assertThat(data.skipped()).hasToString(".tar 2");
  }

  @Test
  void everyEndingOfAFormatThatIsReadIsAPicture() throws IOException {
    picture("blue/1.jpg");
    for (String name : List.of("1.jpg", "2.tif", "3.ppm", "4.jfif")) {
      picture(name, "red/" + name);
    }
    Dataset data = Datasets.open(folder, Split.VALIDATION, READER);
    assertThat(names(data))
        .containsExactly("blue:1.jpg", "red:1.jpg", "red:2.tif", "red:3.ppm", "red:4.jfif");
    assertThat(data.read(4)).isEqualTo(data.read(1));
    assertThat(PictureFiles.below(folder).pictures()).hasSize(5);
  }

  @Test
  void aClassWhoseNameBeginsLikeAPartIsAClass() throws IOException {
    Dataset data = Datasets.open(resource("tar-dot-slash-class-valley.tar"), Split.TEST, READER);
    assertThat(names(data)).containsExactly("hill:1.jpg", "valley:1.jpg");
    assertThat(data.read(1).width()).isEqualTo(32);
  }

  @Test
  void whatAMacAddsToAnArchiveIsNoPicture() throws IOException {
    Dataset data = Datasets.open(resource("tar-macos-appledouble.tar"), Split.TRAIN, READER);
    assertThat(names(data)).containsExactly("blue:1.jpg", "red:1.jpg");
    assertThat(data.skipped()).hasToString("hidden 2");
    assertThat(data.read(0).width()).isEqualTo(32);
  }

  @Test
  void anArchiveWithOneTopFolderHasThePartsOfThatFolder() throws IOException {
    Path archive = resource("tar-one-top-folder.tar.gz");
    assertThat(names(Datasets.open(archive, Split.TRAIN, READER)))
        .containsExactly("blue:1.jpg", "red:1.jpg");
    assertThat(names(Datasets.open(archive, Split.VALIDATION, READER)))
        .containsExactly("blue:2.jpg", "red:2.jpg");
  }

  @Test
  void aSecondPictureOfASampleDoesNotTakeThePlaceOfTheFirst() throws IOException {
    Files.copy(
        resource("test-wds-second-picture-of-sample.tar"), folder.resolve("test-wds-000.tar"));
    try (TarShards data = (TarShards) Datasets.open(folder, Split.TEST, READER)) {
      assertThat(names(data)).containsExactly("0:0.jpg", "1:1.jpg");
      assertThat(data.skipped()).hasToString("other files of samples 2");
      assertThat(data.read(0).width()).isEqualTo(32);
      assertThat(data.read(0)).isNotEqualTo(data.read(1));
    }
  }

  @Test
  void aKeyThatIsThereTwiceIsRefused() {
    assertThatThrownBy(
            () -> TarShards.open(List.of(resource("test-wds-duplicate-key.tar")), READER))
        .hasMessageContaining("expected each file once, but '0.")
        .hasMessageContaining("is there twice");
  }
}
