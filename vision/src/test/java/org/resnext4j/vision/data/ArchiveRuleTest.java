package org.resnext4j.vision.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import java.util.zip.GZIPOutputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.resnext4j.vision.Image;
import org.resnext4j.vision.ImageException;
import org.resnext4j.vision.ImageReader;
import org.resnext4j.vision.TestImages;
import org.resnext4j.vision.data.Datasets.Split;

/** Archives are what unpacking them would give. */
@Timeout(30)
class ArchiveRuleTest {

  private static final ImageReader READER = ImageReader.defaults();

  @TempDir private Path folder;

  private static Image image(int seed) {
    return TestImages.pattern(5, 7, seed);
  }

  private static byte[] png(int seed) {
    return TestImages.encode(image(seed), "png");
  }

  /** Writes an archive member by member. */
  private static final class Tar implements AutoCloseable {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final TarArchiveOutputStream tar;

    Tar(Charset names) {
      tar = new TarArchiveOutputStream(bytes, names.name());
    }

    Tar() {
      this(StandardCharsets.UTF_8);
    }

    Tar longNames(int mode) {
      tar.setLongFileMode(mode);
      return this;
    }

    Tar file(String name, byte[] content) {
      TarArchiveEntry entry = new TarArchiveEntry(name, true);
      entry.setSize(content.length);
      return member(entry, content);
    }

    Tar link(String name, byte kind, String target) {
      TarArchiveEntry entry = new TarArchiveEntry(name, kind, true);
      entry.setLinkName(target);
      return member(entry, new byte[0]);
    }

    private Tar member(TarArchiveEntry entry, byte[] content) {
      try {
        tar.putArchiveEntry(entry);
        tar.write(content);
        tar.closeArchiveEntry();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      return this;
    }

    Path save(Path file) throws IOException {
      close();
      try (OutputStream raw = Files.newOutputStream(file);
          OutputStream out = file.toString().endsWith("gz") ? new GZIPOutputStream(raw) : raw) {
        bytes.writeTo(out);
      }
      return file;
    }

    @Override
    public void close() throws IOException {
      tar.close();
    }
  }

  private Path plain() {
    return folder.resolve("data.tar");
  }

  private Path compressed() {
    return folder.resolve("data.tar.gz");
  }

  private static List<String> names(Dataset data) {
    return IntStream.range(0, data.size())
        .mapToObj(i -> data.classes().get(data.label(i)) + ":" + data.name(i).replaceAll(".*!", ""))
        .toList();
  }

  private static void checkLinks(Path archive) throws IOException {
    Dataset data = Datasets.open(archive, Split.TRAIN, READER);
    assertThat(names(data))
        .containsExactly(
            "cat:data/cat/1.png",
            "cat:data/cat/hard.png",
            "cat:data/cat/nothing.png",
            "cat:data/cat/soft.png",
            "dog:data/dog/2.png");
    assertThat(data.read(1)).isEqualTo(image(1));
    assertThatThrownBy(() -> data.read(2))
        .isInstanceOf(ImageException.class)
        .hasMessageContaining("link to nothing");
    assertThat(data.read(3)).isEqualTo(image(2));
    assertThat(data.read(4)).isEqualTo(image(2));
    assertThat(data.skipped().kinds())
        .containsEntry("folders that links lead to again", 1)
        .containsEntry("links that lead nowhere", 2)
        .containsEntry("pipes and devices", 1);
  }

  @Test
  void linksInsideAnArchiveLeadToTheirTargets() throws IOException {
    for (Path file : List.of(plain(), compressed())) {
      checkLinks(
          new Tar()
              .file("data/cat/1.png", png(1))
              .link("data/cat/hard.png", TarConstants.LF_LINK, "data/cat/1.png")
              .link("data/cat/soft.png", TarConstants.LF_SYMLINK, "../../.store/animals/2.png")
              .link("data/dog", TarConstants.LF_SYMLINK, "../.store/animals")
              .link("data/cat/up", TarConstants.LF_SYMLINK, "..")
              .link("data/cat/out", TarConstants.LF_SYMLINK, "../../../etc")
              .link("data/cat/etc", TarConstants.LF_SYMLINK, "/etc")
              .link("data/cat/nothing.png", TarConstants.LF_SYMLINK, "nothing.png")
              .link("data/cat/pipe.png", TarConstants.LF_FIFO, "")
              .file(".store/animals/2.png", png(2))
              .save(file));
    }
  }

  @Test
  void pathsAreThoseThatUnpackingGives() throws IOException {
    Path archive =
        new Tar()
            .file("./train//cat/./1.png", png(1))
            .file("/train/cat/2.png", png(2))
            .file("train/../../cat/3.png", png(3))
            .file("train/cat/1.png", png(4))
            .save(compressed());
    Dataset data = Datasets.open(archive, Split.TRAIN, READER);
    assertThat(names(data)).containsExactly("cat:train/cat/1.png", "cat:train/cat/2.png");
    assertThat(data.read(0)).isEqualTo(image(4));
    assertThat(data.skipped())
        .hasToString(
            "older versions of a file in the archive 1, paths that lead out of the archive 1");
  }

  @Test
  void longNamesOfBothKindsAreRead() throws IOException {
    String longName = "train/" + "cat".repeat(60) + "/" + "\u00e9".repeat(70) + ".png";
    for (int mode :
        List.of(TarArchiveOutputStream.LONGFILE_GNU, TarArchiveOutputStream.LONGFILE_POSIX)) {
      Path archive = new Tar().longNames(mode).file(longName, png(1)).save(plain());
      Dataset data = Datasets.open(archive, Split.TRAIN, READER);
      assertThat(names(data)).containsExactly("cat".repeat(60) + ":" + longName);
      assertThat(data.read(0)).isEqualTo(image(1));
    }
  }

  @Test
  void namesInWindowsWesternCodePageAreRead() throws IOException {
    Path archive =
        new Tar(Charset.forName("windows-1252"))
            .file("caf\u00e9/1.png", png(1))
            .file("caf\u00e8/1.png", png(2))
            .save(plain());
    assertThat(Datasets.open(archive, Split.TRAIN, READER).classes())
        .containsExactly("caf\u00e8", "caf\u00e9");
  }

  @Test
  void whatAnArchiveIsSaysItsContent() throws IOException {
    Path archive = new Tar().file("cat/1.png", png(1)).save(compressed());
    Path named = Files.copy(archive, folder.resolve("named.tar"));
    assertThat(Datasets.open(named, Split.TRAIN, READER).read(0)).isEqualTo(image(1));
    Path plain = new Tar().file("cat/1.png", png(1)).save(plain());
    Path tgz = Files.copy(plain, folder.resolve("plain.tgz"));
    assertThat(Datasets.open(tgz, Split.TRAIN, READER).read(0)).isEqualTo(image(1));
  }

  @ParameterizedTest
  @CsvSource({
    "compressed by bzip2, 425a6839314159",
    "compressed by xz, fd377a585a000004",
    "compressed by Zstandard, 28b52ffd0458",
    "a ZIP archive, 504b030414000000"
  })
  void otherArchivesAreToldByTheirKind(String kind, String start) throws IOException {
    byte[] bytes = Arrays.copyOf(HexFormat.of().parseHex(start), 2048);
    Path archive = Files.write(folder.resolve("named.tar"), bytes);
    assertThatThrownBy(() -> Datasets.open(archive, Split.TRAIN, READER))
        .isInstanceOf(IOException.class)
        .hasMessageEndingWith("or not, but it is " + kind + "; unpack it");
  }

  @Test
  void archivesInArchivesAreSkippedAndCounted() throws IOException {
    Path archive =
        new Tar()
            .file("cat/1.png", png(1))
            .file("cat/more.tar", new byte[1024])
            .file("more.zip", new byte[10])
            .save(plain());
    assertThat(Datasets.open(archive, Split.TRAIN, READER).skipped()).hasToString(".tar 1, .zip 1");
  }

  @Test
  void damagedArchivesAreRefusedInOurWords() throws IOException {
    Path archive = new Tar().file("cat/1.png", png(1)).file("cat/2.png", png(2)).save(plain());
    byte[] bytes = Files.readAllBytes(archive);
    Files.write(archive, Arrays.copyOf(bytes, 600));
    assertThatThrownBy(() -> Datasets.open(archive, Split.TRAIN, READER))
        .hasMessage(
            archive + ": expected a tar archive, compressed by gzip or not, but it ends early");
    Files.write(archive, png(3));
    assertThatThrownBy(() -> Datasets.open(archive, Split.TRAIN, READER))
        .hasMessageContaining("expected a tar archive");
    Path gzip = new Tar().file("cat/1.png", png(1)).save(compressed());
    byte[] small = Files.readAllBytes(gzip);
    Files.write(gzip, Arrays.copyOf(small, small.length - 20));
    assertThatThrownBy(() -> Datasets.open(gzip, Split.TRAIN, READER))
        .hasMessageEndingWith("but it ends early");
    small[small.length / 2] ^= 0x55;
    small[12] ^= 0x7f;
    Files.write(gzip, small);
    assertThatThrownBy(() -> Datasets.open(gzip, Split.TRAIN, READER))
        .hasMessageContaining("expected a tar archive");
  }

  @Test
  void aHeaderCannotTakeAllMemory() throws IOException {
    // A long name of 512 MB, which its compression makes half a megabyte.
    TarArchiveEntry entry = new TarArchiveEntry("././@LongLink", TarConstants.LF_GNUTYPE_LONGNAME);
    entry.setSize(512L << 20);
    byte[] header = new byte[512];
    entry.writeEntryHeader(header);
    try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(compressed()))) {
      out.write(header);
      byte[] letters = new byte[1 << 20];
      Arrays.fill(letters, (byte) 'a');
      for (int i = 0; i < 16; i++) {
        out.write(letters);
      }
    }
    assertThatThrownBy(() -> Datasets.open(compressed(), Split.TRAIN, READER))
        .hasMessageContaining("is no member");
  }

  @Test
  void damageAnywhereGivesADocumentedFailure() throws IOException {
    Path archive =
        new Tar()
            .longNames(TarArchiveOutputStream.LONGFILE_POSIX)
            .file("cat/1.png", png(1))
            .link("cat/2.png", TarConstants.LF_SYMLINK, "1.png")
            .file("dog/" + "x".repeat(120) + ".png", png(2))
            .save(plain());
    byte[] whole = Files.readAllBytes(archive);
    SplittableRandom random = new SplittableRandom(7);
    int opened = 0;
    for (int i = 0; i < 400; i++) {
      byte[] damaged = whole.clone();
      for (int j = 0; j < 1 + i % 4; j++) {
        damaged[random.nextInt(4096)] = (byte) random.nextInt(256);
      }
      Files.write(archive, damaged);
      try {
        Dataset data = Datasets.open(archive, Split.TRAIN, READER);
        for (int p = 0; p < data.size(); p++) {
          data.read(p);
        }
        opened++;
      } catch (IOException documented) {
        assertThat(documented).hasMessageContaining("data.tar");
      }
    }
    assertThat(opened).isBetween(1, 399);
  }

  @Test
  void samplesHaveOnePictureOfTheirOwn() throws IOException {
    byte[] label = {'1'};
    Path shard =
        new Tar()
            .file("README.txt", label)
            .file("./0.jpg", png(1))
            .file("0.CLS", label)
            .file("0.json", label)
            .file("._0.jpg", label)
            .file("__MACOSX/._0.cls", label)
            .file("1.input.png", png(2))
            .file("1.cls", label)
            .link("2.png", TarConstants.LF_LINK, "./0.jpg")
            .link("2.cls", TarConstants.LF_SYMLINK, "1.cls")
            .save(plain());
    try (TarShards shards = (TarShards) Datasets.open(shard, Split.TEST, READER)) {
      assertThat(IntStream.range(0, shards.size()).map(shards::label)).containsExactly(1, 1, 1);
      assertThat(shards.read(0)).isEqualTo(image(1));
      assertThat(shards.read(1)).isEqualTo(image(2));
      assertThat(shards.read(2)).isEqualTo(image(1));
      assertThat(shards.skipped()).hasToString("hidden 2, .json 1, .txt 1");
    }
    Path two =
        new Tar().file("0.jpg", png(1)).file("0.JPG", png(2)).file("0.cls", label).save(plain());
    assertThatThrownBy(() -> TarShards.open(List.of(two), READER))
        .hasMessageContaining("sample '0' should have one picture, but has '0.jpg' and '0.JPG'");
    Path packed = new Tar().file("0.jpg", png(1)).file("0.cls", label).save(compressed());
    assertThatThrownBy(() -> Datasets.open(packed, Split.TRAIN, READER))
        .hasMessageContaining("expected a shard that is not compressed");
  }
}
