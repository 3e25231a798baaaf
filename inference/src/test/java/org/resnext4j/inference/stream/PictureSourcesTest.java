package org.resnext4j.inference.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.resnext4j.inference.Examples;
import org.resnext4j.inference.HeatMap;
import org.resnext4j.vision.Image;
import org.resnext4j.vision.ImageException;
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
    return PictureSources.find(absolute).sources().stream()
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
                List.of(
                    folder + "/empty", folder + "/x*.png", folder + "/b.jpg", folder + "/no.jpg"))
            .sources();
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

  @Test
  void whatIsNoPictureIsCountedByKind() throws IOException {
    Files.writeString(folder.resolve("in/._c.jpeg"), "");
    Files.createSymbolicLink(folder.resolve("in/up"), Path.of(".."));
    Files.createSymbolicLink(folder.resolve("in/gone.png"), Path.of("nowhere"));
    PictureSources.Found found = PictureSources.find(List.of(folder.toString()));
    assertThat(found.sources()).hasSize(5);
    assertThat(found.skipped()).hasToString(".txt 1, folders that links lead to again 1, hidden 1");
  }

  @Test
  void aPatternDoesNotLookAtHiddenFilesAndFollowsLinks() throws IOException {
    Files.createDirectories(folder.resolve(".cache"));
    Files.writeString(folder.resolve(".cache/e.jpeg"), "");
    Files.createSymbolicLink(folder.resolve("link"), folder.resolve("in"));
    assertThat(names("**.jpeg")).containsExactly("in/c.jpeg");
    assertThat(names("link/*")).containsExactly("link/c.jpeg");
  }

  @Test
  @Timeout(20)
  void aPipeInAFolderDoesNotHang() throws Exception {
    Process process = new ProcessBuilder("mkfifo", folder.resolve("pipe.png").toString()).start();
    assumeTrue(process.waitFor() == 0);
    assertThat(names("")).hasSize(4);
    assertThat(names("*.png")).containsExactly("*.png");
    PictureSource named = PictureSource.of(folder.resolve("pipe.png"));
    assertThatThrownBy(() -> named.read(ImageReader.defaults()))
        .hasMessage("expected a picture file, found a pipe or a device");
  }

  private static List<String> streamed(byte[] bytes) throws IOException {
    List<String> names = new ArrayList<>();
    PictureSources.read(new ByteArrayInputStream(bytes))
        .forEachRemaining(source -> names.add(source.name()));
    return names;
  }

  @Test
  void namesFromWindowsAreReadWithTheirMarks() throws IOException {
    String text = "\ufeffa\u00e9.jpg\r\nb.jpg\r\n";
    for (Charset charset : List.of(StandardCharsets.UTF_8, StandardCharsets.UTF_16LE)) {
      assertThat(streamed(text.getBytes(charset))).containsExactly("a\u00e9.jpg", "b.jpg");
    }
  }

  @Test
  void bytesThatAreNoTextAreToldAsAPictureThatIsNotRead() throws IOException {
    byte[] heic = "\0\0\0\u0018ftypheic\0\0\0\0".getBytes(StandardCharsets.ISO_8859_1);
    Iterator<PictureSource> sources = PictureSources.read(new ByteArrayInputStream(heic));
    PictureSource only = sources.next();
    assertThat(sources.hasNext()).isFalse();
    assertThatThrownBy(() -> only.read(ImageReader.defaults()))
        .isInstanceOf(ImageException.class)
        .hasMessageStartingWith("-: ");
  }

  @Test
  void aStreamWithoutEndTakesNoMemory() throws IOException {
    InputStream zeros =
        new InputStream() {
          @Override
          public int read() {
            return 0;
          }
        };
    PictureSource picture = PictureSources.read(zeros).next();
    assertThatThrownBy(() -> picture.read(ImageReader.defaults().withMaximumBytes(1 << 20)))
        .isInstanceOf(ImageException.class);
    InputStream letters =
        new InputStream() {
          @Override
          public int read() {
            return 'a';
          }
        };
    assertThatThrownBy(() -> PictureSources.read(letters).next())
        .hasMessageContaining("expected a file name a line");
  }
}
