package org.resnext4j.inference.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.resnext4j.inference.Examples;
import org.resnext4j.inference.HeatMap;
import org.resnext4j.vision.Image;
import org.resnext4j.vision.ImageReader;

class PictureSourcesTest {

  @TempDir private Path folder;

  @BeforeEach
  void fill() throws IOException {
    for (String name : List.of("b.jpg", "a.PNG", "notes.txt", "in/c.jpeg", "in/deep/d.webp")) {
      Path file = folder.resolve(name);
      Files.createDirectories(file.getParent());
      Files.writeString(file, name);
    }
    Files.createDirectories(folder.resolve("empty"));
  }

  private List<String> names(String... arguments) {
    List<String> absolute = List.of(arguments).stream().map(a -> folder + "/" + a).toList();
    return PictureSources.find(absolute).stream()
        .map(source -> source.name().replace(folder + "/", ""))
        .toList();
  }

  @Test
  void aFolderIsItsPicturesAndThoseBelow() {
    assertThat(names("")).containsExactly("a.PNG", "b.jpg", "in/c.jpeg", "in/deep/d.webp");
  }

  @Test
  void aPatternIsTheFilesThatMatch() {
    assertThat(names("*.jpg")).containsExactly("b.jpg");
    assertThat(names("**.{jpeg,webp}")).containsExactly("in/c.jpeg", "in/deep/d.webp");
    assertThat(names("in/[a-c].*")).containsExactly("in/c.jpeg");
  }

  @Test
  void aFileIsTakenWhateverItIsCalled() {
    assertThat(names("notes.txt", "b.jpg")).containsExactly("notes.txt", "b.jpg");
  }

  @Test
  void whatLeadsToNothingIsReportedInItsPlace() {
    List<PictureSource> sources =
        PictureSources.find(
            List.of(folder + "/empty", folder + "/x*.png", folder + "/b.jpg", folder + "/no.jpg"));
    assertThat(sources).hasSize(4);
    assertThatThrownBy(() -> sources.get(0).read(ImageReader.defaults()))
        .hasMessage("the folder holds no picture files");
    assertThatThrownBy(() -> sources.get(1).read(ImageReader.defaults()))
        .hasMessage("no file matches");
    assertThatThrownBy(() -> sources.get(3).read(ImageReader.defaults()))
        .hasMessage("there is no such file");
  }

  @Test
  void aStreamOfNamesIsReadLineByLine() throws IOException {
    List<String> names = new ArrayList<>();
    PictureSources.read(
            new ByteArrayInputStream(
                "one.jpg\n\n  two.png \r\nBMW.jpg".getBytes(StandardCharsets.UTF_8)))
        .forEachRemaining(source -> names.add(source.name()));
    assertThat(names).containsExactly("one.jpg", "two.png", "BMW.jpg");
    assertThat(PictureSources.read(new ByteArrayInputStream(new byte[0])).hasNext()).isFalse();
  }

  @Test
  void aStreamThatIsAPictureIsRead() throws IOException {
    Image picture = Examples.picture(9, 7, 4);
    List<PictureSource> sources = new ArrayList<>();
    PictureSources.read(new ByteArrayInputStream(HeatMap.encode(picture)))
        .forEachRemaining(sources::add);
    assertThat(sources).hasSize(1);
    assertThat(sources.getFirst().name()).isEqualTo("-");
    assertThat(sources.getFirst().read(ImageReader.defaults())).isEqualTo(picture);
  }
}
