package org.resnext4j.vision.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.resnext4j.vision.ImageReader;
import org.resnext4j.vision.TestImages;
import org.resnext4j.vision.data.Datasets.Split;

/** What a folder's pictures are, for all commands alike. */
@Timeout(20)
class FolderRuleTest {

  private static final ImageReader READER = ImageReader.defaults();
  private static final byte[] PNG = TestImages.encode(TestImages.pattern(5, 7, 1), "png");

  @TempDir private Path folder;

  private void pictures(String... places) throws IOException {
    for (String place : places) {
      Path file = folder.resolve(place);
      Files.createDirectories(file.getParent());
      Files.write(file, PNG);
    }
  }

  private void link(String place, String target) throws IOException {
    Files.createDirectories(folder.resolve(place).getParent());
    Files.createSymbolicLink(folder.resolve(place), Path.of(target));
  }

  private Dataset open(Split split) throws IOException {
    return Datasets.open(folder, split, READER);
  }

  private List<String> names(Dataset data) {
    return IntStream.range(0, data.size())
        .mapToObj(i -> {
          String path = folder.relativize(Path.of(data.name(i))).toString();
          return data.classes().get(data.label(i)) + ":" + path;
        })
        .toList();
  }

  @Test
  void hiddenNamesAndThoseOfSystemsAreSkippedAndCounted() throws IOException {
    pictures("cat/a.png", "cat/._a.png", "cat/.ipynb_checkpoints/a-checkpoint.png");
    pictures("cat/@eaDir/a.png/SYNOPHOTO_THUMB_M.jpg", "__MACOSX/cat/._a.png", ".git/x.png");
    pictures("cat/Thumbs.db", "desktop.ini", ".DS_Store", "cat/notes.txt", "cat/LICENSE");
    pictures("cat/x.0001", "cover.png");
    Dataset data = open(Split.TRAIN);
    assertThat(names(data)).containsExactly("cat:cat/a.png");
    assertThat(data.skipped().kinds())
        .containsEntry("hidden", 4)
        .containsEntry("system files", 4)
        .containsEntry(".txt", 1)
        .containsEntry("without an ending", 1)
        .containsEntry("other endings", 1)
        .containsEntry("pictures outside the classes' folders", 1)
        .hasSize(6);
    assertThat(PictureFiles.below(folder.resolve("cat")).skipped().total()).isEqualTo(7);
  }

  @Test
  void aLinkBackIsFollowedOnce() throws IOException {
    pictures("cat/a.png", "cat/deep/b.png");
    link("cat/deep/up", "..");
    link("cat/self", ".");
    link("cat/whole", "..");
    link("cat/outside", "../..");
    link("cat/everything", "/");
    Dataset data = open(Split.TRAIN);
    assertThat(names(data)).containsExactly("cat:cat/a.png", "cat:cat/deep/b.png");
    assertThat(data.skipped().kinds()).containsEntry("folders that links lead to again", 5);
  }

  @Test
  void classesThatLinkToEachOtherKeepTheirOwnPictures() throws IOException {
    pictures("cat/a.png", "dog/b.png");
    link("cat/other", "../dog");
    link("dog/other", "../cat");
    Dataset data = open(Split.TRAIN);
    assertThat(names(data)).containsExactly("cat:cat/a.png", "dog:dog/b.png");
    assertThat(data.skipped()).hasToString("folders that links lead to again 2");
  }

  @Test
  void manyWaysToOneFolderTakeNoTime() throws IOException {
    pictures("cat/b.png", "cat/30/a.png");
    for (int depth = 0; depth < 30; depth++) {
      Files.createDirectories(folder.resolve("cat/" + depth));
      link("cat/" + depth + "/x", "../" + (depth + 1));
      link("cat/" + depth + "/y", "../" + (depth + 1));
    }
    assertThat(open(Split.TRAIN).size()).isEqualTo(2);
    assertThat(PictureFiles.below(folder).pictures()).hasSize(2);
  }

  @Test
  void linksThatLeadNowhereAreToldAndPicturesAmongThemFail() throws IOException {
    pictures("cat/a.png");
    link("cat/gone.png", "nowhere.png");
    link("cat/circle.png", "circle.png");
    link("cat/gone", "nowhere");
    Dataset data = open(Split.TRAIN);
    assertThat(names(data))
        .containsExactly("cat:cat/a.png", "cat:cat/circle.png", "cat:cat/gone.png");
    assertThat(data.skipped()).hasToString("links that lead nowhere 1");
    assertThatThrownBy(() -> data.read(1)).isInstanceOf(IOException.class);
    assertThatThrownBy(() -> data.read(2)).isInstanceOf(IOException.class);
    link("dog", "nowhere");
    assertThatThrownBy(() -> open(Split.TRAIN))
        .hasMessageContaining(
            "expected the folder of a class, but found a link that leads nowhere");
  }

  @Test
  void pipesAndSocketsAreSkipped() throws Exception {
    pictures("cat/a.png");
    Path pipe = folder.resolve("cat/pipe.png");
    assumeTrue(
        new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor(5, TimeUnit.SECONDS)
            && Files.exists(pipe));
    try (ServerSocketChannel socket = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      socket.bind(UnixDomainSocketAddress.of(folder.resolve("cat/socket.png")));
      Dataset data = open(Split.TRAIN);
      assertThat(data.size()).isEqualTo(1);
      assertThat(data.skipped()).hasToString("pipes and devices 2");
      assertThat(PictureFiles.below(folder).pictures()).hasSize(1);
    }
  }

  @Test
  void aClassWithoutPicturesIsRefusedAndSaysWhatItHolds() throws IOException {
    pictures("cat/a.png", "dog/a.heic", "dog/b.heic", "dog/.c.png");
    assertThatThrownBy(() -> open(Split.TRAIN))
        .hasMessageEndingWith(
            "dog: expected pictures of a class, but found none (skipped: .heic 2, hidden 1)");
  }

  @Test
  void partsAreKnownByTheirWholeNamesInAnyCapitals() throws IOException {
    pictures("Train/cat/a.png", "VALIDATION/cat/b.png", "extra/x.png", "README.md");
    assertThat(names(open(Split.TRAIN))).containsExactly("cat:Train/cat/a.png");
    assertThat(names(open(Split.TEST))).containsExactly("cat:VALIDATION/cat/b.png");
    assertThat(open(Split.TEST).skipped())
        .hasToString(".md 1, folders beside the data set's parts 1");
    pictures("validation/cat/c.png");
    assertThatThrownBy(() -> open(Split.TEST)).hasMessageContaining("differ in capitals");
  }

  @Test
  void aPartThatIsNotThereIsNotAnotherOne() throws IOException {
    pictures("train/cat/a.png");
    assertThat(Datasets.find(folder, Split.VALIDATION, READER)).isEmpty();
    assertThatThrownBy(() -> open(Split.TEST))
        .hasMessageContaining(
            "expected a part called test, val, valid or validation, but found other parts only");
    pictures("test/b.png"); // Without classes.
    assertThatThrownBy(() -> open(Split.TEST))
        .hasMessageContaining("expected a folder for each class, but found none")
        .hasMessageContaining("pictures outside the classes' folders 1");
  }

  @Test
  void partsWithoutClassesAreNoClassesThemselves() throws IOException {
    pictures("train/a.png", "test/b.png");
    assertThatThrownBy(() -> open(Split.TRAIN))
        .hasMessageContaining("train: expected a folder for each class, but found none");
  }

  @Test
  void classesMayBeCalledLikeParts() throws IOException {
    pictures("car/a.png", "plane/b.png", "train/c.png");
    assertThat(open(Split.TRAIN).classes()).containsExactly("car", "plane", "train");
    assertThat(open(Split.TEST).size()).isEqualTo(3);
  }

  @Test
  void aSingleFolderAroundAllOthersIsOpened() throws IOException {
    pictures("photos/v2/train/cat/a.png", "photos/v2/val/cat/b.png", "__MACOSX/x/._a.png");
    assertThat(names(open(Split.TRAIN))).containsExactly("cat:photos/v2/train/cat/a.png");
    assertThat(names(open(Split.VALIDATION))).containsExactly("cat:photos/v2/val/cat/b.png");
  }

  @Test
  void namesInAnyEncodingAreReadable() throws Exception {
    pictures("caf\u00e9/a.png", "zoe\u0308/b.png"); // The second as a Mac writes it.
    Process process =
        new ProcessBuilder(
                "sh",
                "-c",
                "mkdir \"$(printf 'ni\\361o')\" && cp caf*/a.png \"$(printf 'ni\\361o/se\\361al.png')\"")
            .directory(folder.toFile())
            .start();
    assumeTrue(process.waitFor(5, TimeUnit.SECONDS) && process.exitValue() == 0);
    Dataset data = open(Split.TRAIN);
    assertThat(data.classes()).containsExactly("caf\u00e9", "ni\u00f1o", "zo\u00eb");
    for (int i = 0; i < 3; i++) {
      assertThat(data.read(i).width()).isEqualTo(7);
    }
    pictures("zo\u00eb/c.png");
    assertThatThrownBy(() -> open(Split.TRAIN)).hasMessageContaining("two are called 'zo\u00eb'");
  }

  @Test
  void namesWithControlCharactersAreReadable() throws IOException {
    pictures("a\nb/c\u001b[31m.png");
    Dataset data = open(Split.TRAIN);
    assertThat(data.classes()).containsExactly("a\nb");
    assertThat(data.read(0).width()).isEqualTo(7);
  }

  @Test
  void shardsBelongToThePartThatIsAWordOfTheirNames() throws IOException {
    for (String name : List.of("trainee-train-0.tar", "valley-1.tar", "x-val000.tar")) {
      Files.write(folder.resolve(name), new byte[1024]);
    }
    assertThatThrownBy(() -> open(Split.VALIDATION)).hasMessageContaining("x-val000.tar]");
    assertThatThrownBy(() -> open(Split.TRAIN)).hasMessageContaining("trainee-train-0.tar]");
    Files.delete(folder.resolve("x-val000.tar"));
    assertThat(Datasets.find(folder, Split.TEST, READER)).isEmpty();
  }

  @Test
  void aPictureInAFolderOfBinaryFilesDoesNotMakeThemADataSet() throws IOException {
    pictures("cat/a.png", "test.bin", "dog/b.png");
    Files.write(folder.resolve("test.bin"), "weights".getBytes(StandardCharsets.UTF_8));
    assertThat(open(Split.TRAIN).classes()).containsExactly("cat", "dog");
  }

  @Test
  void aFolderThatMayNotBeReadIsAFailure() throws IOException {
    pictures("cat/a.png", "dog/b.png");
    assumeTrue(folder.resolve("dog").toFile().setReadable(false));
    assumeTrue(!Files.isReadable(folder.resolve("dog")), "this user may read everything");
    assertThatThrownBy(() -> open(Split.TRAIN)).isInstanceOf(IOException.class);
    assertThat(PictureFiles.below(folder).unreadable()).hasSize(1);
  }
}
