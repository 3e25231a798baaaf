package org.resnext4j.vision.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPOutputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.resnext4j.vision.Fixtures;
import org.resnext4j.vision.Image;
import org.resnext4j.vision.ImageException;
import org.resnext4j.vision.ImageReader;
import org.resnext4j.vision.TestImages;

class DatasetsTest {

  private static final ImageReader READER = ImageReader.defaults();

  @TempDir private Path folder;

  private static byte[] png(int seed) {
    return TestImages.encode(TestImages.pattern(5, 7, seed), "png");
  }

  private void file(String name, byte[] content) throws IOException {
    Path path = folder.resolve(name);
    Files.createDirectories(path.getParent());
    Files.write(path, content);
  }

  private Path tar(String name, Map<String, byte[]> members) throws IOException {
    Path path = folder.resolve(name);
    try (OutputStream raw = Files.newOutputStream(path);
        OutputStream out = name.endsWith("gz") ? new GZIPOutputStream(raw) : raw;
        TarArchiveOutputStream tar = new TarArchiveOutputStream(out)) {
      for (Map.Entry<String, byte[]> member : members.entrySet()) {
        TarArchiveEntry entry = new TarArchiveEntry(member.getKey());
        entry.setSize(member.getValue().length);
        tar.putArchiveEntry(entry);
        tar.write(member.getValue());
        tar.closeArchiveEntry();
      }
    }
    return path;
  }

  @Test
  void aFolderHasItsClassesAndFilesInTheOrderOfTheirNames() throws IOException {
    file("train/dog/b.png", png(1));
    file("train/cat/deep/er/z.PNG", png(2));
    file("train/cat/a.png", png(3));
    file("train/cat/notes.txt", new byte[3]);
    file("train/cat/.hidden.png", new byte[3]);
    file("train/.cache/x.png", new byte[3]);
    file("val/cat/a.png", png(4));
    file("val/dog/a.png", png(5));

    Dataset train = Datasets.open(folder, Datasets.Split.TRAIN, READER);
    assertThat(train.classes()).containsExactly("cat", "dog");
    assertThat(train.size()).isEqualTo(3);
    assertThat(train.name(0)).endsWith("a.png");
    assertThat(train.name(1)).endsWith("z.PNG");
    assertThat(List.of(train.label(0), train.label(1), train.label(2))).containsExactly(0, 0, 1);
    assertThat(train.read(2)).isEqualTo(TestImages.pattern(5, 7, 1));
    assertThat(train.classCounts()).containsExactly(2, 1);
    assertThat(Datasets.open(folder, Datasets.Split.TEST, READER).size()).isEqualTo(2);

    Dataset last = train.subset(2, 0);
    assertThat(last.size()).isEqualTo(2);
    assertThat(last.label(0)).isEqualTo(1);
    assertThat(last.read(1)).isEqualTo(TestImages.pattern(5, 7, 3));
  }

  @Test
  void aFolderInTheOrderOfGivenClassesKeepsTheirLabels() throws IOException {
    file("dog/b.png", png(1));
    file("cat/a.png", png(2));
    Dataset data = ImageFolder.open(folder, List.of("dog", "bird", "cat"), READER);
    assertThat(data.classCounts()).containsExactly(1, 0, 1);
    assertThat(data.label(0)).isEqualTo(2);
    assertThatThrownBy(() -> ImageFolder.open(folder, List.of("dog", "bird"), READER))
        .hasMessageContaining("expected the folder's name to be one of 2 classes, but found 'cat'");
  }

  @Test
  void foldersThatAreNoDataSetAreRefused() throws IOException {
    assertThatThrownBy(() -> Datasets.open(folder, Datasets.Split.TRAIN, READER))
        .hasMessageContaining("expected a folder for each class, but found none");
    file("cat/notes.txt", new byte[1]);
    assertThatThrownBy(() -> Datasets.open(folder, Datasets.Split.TRAIN, READER))
        .hasMessageContaining("expected pictures of a class, but found none");
    assertThatThrownBy(() -> Datasets.open(folder.resolve("absent"), Datasets.Split.TRAIN, READER))
        .hasMessageContaining("expected a data set");
  }

  @Test
  void aBadPictureIsReportedWhenItIsReadAndNotBefore() throws IOException {
    file("cat/a.png", new byte[] {1, 2, 3});
    Dataset data = ImageFolder.open(folder, READER);
    assertThatThrownBy(() -> data.read(0))
        .isInstanceOf(ImageException.class)
        .hasMessageContaining("a.png");
  }

  @Test
  void aCompressedArchiveIsReadInPlace() throws IOException {
    Map<String, byte[]> members = new LinkedHashMap<>();
    members.put("./train/dog/1.png", png(1));
    members.put("./train/cat/2.png", png(2));
    members.put("./test/cat/3.png", png(3));
    members.put("./train/README", new byte[10]);
    Path archive = tar("data.tar.gz", members);
    Dataset train = Datasets.open(archive, Datasets.Split.TRAIN, READER);
    assertThat(train.classes()).containsExactly("cat", "dog");
    assertThat(train.size()).isEqualTo(2);
    assertThat(train.read(1)).isEqualTo(TestImages.pattern(5, 7, 1));
    assertThat(Datasets.open(archive, Datasets.Split.VALIDATION, READER).name(0))
        .endsWith("data.tar.gz!test/cat/3.png");
    TarArchive opened = TarArchive.open(archive);
    assertThatThrownBy(() -> opened.read(opened.files(), 100))
        .hasMessageContaining("expected files of at most 100 bytes in all");
  }

  @Test
  void shardsPairPicturesWithTheirLabels() throws IOException {
    Map<String, byte[]> one = new LinkedHashMap<>();
    one.put("a/0001.cls", "2\n".getBytes(StandardCharsets.US_ASCII));
    one.put("a/0001.png", png(1));
    one.put("a/0002.seg.x", new byte[5]);
    one.put("a/0002.png", png(2));
    one.put("a/0002.cls", "0".getBytes(StandardCharsets.US_ASCII));
    Map<String, byte[]> two = new LinkedHashMap<>();
    two.put("0001.png", png(3));
    two.put("0001.cls", "1".getBytes(StandardCharsets.US_ASCII));
    Path first = tar("train-000.tar", one);
    Path second = tar("train-001.tar", two);
    try (TarShards shards = TarShards.open(List.of(first, second), READER)) {
      assertThat(shards.classes()).containsExactly("0", "1", "2");
      assertThat(shards.size()).isEqualTo(3);
      assertThat(shards.label(0)).isEqualTo(2);
      assertThat(shards.read(1)).isEqualTo(TestImages.pattern(5, 7, 2));
      assertThat(shards.read(2)).isEqualTo(TestImages.pattern(5, 7, 3));
      assertThat(shards.name(2)).endsWith("train-001.tar!0001.png");
    }
    Dataset opened = Datasets.open(folder, Datasets.Split.TRAIN, READER);
    assertThat(opened.size()).isEqualTo(3);
    ((TarShards) opened).close();
  }

  @Test
  void shardsThatDoNotAddUpAreRefused() throws IOException {
    Path noLabel = tar("x.tar", Map.of("1.png", png(1)));
    assertThatThrownBy(() -> TarShards.open(List.of(noLabel), READER))
        .hasMessageContaining(
            "sample '1' should have a picture and a label (.cls), but has no label");
    Path badLabel = tar("y.tar", Map.of("1.cls", "cat".getBytes(StandardCharsets.US_ASCII)));
    assertThatThrownBy(() -> TarShards.open(List.of(badLabel), READER))
        .hasMessageContaining("expected '1.cls' to hold a class's number");
    Path noTar = folder.resolve("z.tar");
    Files.write(noTar, png(1));
    assertThatThrownBy(() -> TarShards.open(List.of(noTar), READER))
        .isInstanceOf(IOException.class);
  }

  private static byte[] cifar(int labelBytes, int... labels) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    for (int label : labels) {
      if (labelBytes == 2) {
        bytes.write(19);
      }
      bytes.write(label);
      for (int i = 0; i < 3072; i++) {
        bytes.write(i / 1024 * 80 + i % 1024 / 32 + label);
      }
    }
    return bytes.toByteArray();
  }

  @Test
  void cifarFilesAreReadInTheOrderOfTheirNumbers() throws IOException {
    file("cifar-10-batches-bin/data_batch_2.bin", cifar(1, 9));
    file("cifar-10-batches-bin/data_batch_1.bin", cifar(1, 3, 0));
    file("cifar-10-batches-bin/test_batch.bin", cifar(1, 5));
    Dataset train = Datasets.open(folder, Datasets.Split.TRAIN, READER);
    assertThat(train.size()).isEqualTo(3);
    assertThat(List.of(train.label(0), train.label(1), train.label(2))).containsExactly(3, 0, 9);
    assertThat(train.classes().get(9)).isEqualTo("truck");
    assertThat(train.name(2)).endsWith("data_batch_2.bin#0");
    Image image = train.read(0);
    assertThat(image.sample(0, 31, 0)).isEqualTo(3);
    assertThat(image.sample(31, 0, 0)).isEqualTo(34);
    assertThat(image.sample(2, 9, 1)).isEqualTo(85);
    assertThat(image.sample(2, 9, 2)).isEqualTo(165);
    assertThat(Datasets.open(folder, Datasets.Split.TEST, READER).label(0)).isEqualTo(5);
  }

  @Test
  void cifar100HasItsFineLabelsAndIsReadFromItsArchive() throws IOException {
    Path archive =
        tar(
            "cifar-100-binary.tar.gz",
            Map.of(
                "cifar-100-binary/train.bin", cifar(2, 99, 1),
                "cifar-100-binary/test.bin", cifar(2, 0)));
    Dataset train = Datasets.open(archive, Datasets.Split.TRAIN, READER);
    assertThat(train.size()).isEqualTo(2);
    assertThat(train.classes().get(train.label(0))).isEqualTo("worm");
    assertThat(train.read(1).sample(0, 0, 0)).isEqualTo(1);
  }

  @Test
  void damagedCifarFilesAreRefused() throws IOException {
    file("test_batch.bin", new byte[3072]);
    assertThatThrownBy(() -> CifarBinary.open(folder, CifarBinary.Kind.CIFAR_10, false))
        .hasMessageContaining("expected CIFAR_10 records of 3073 bytes, but found 3072 bytes");
    assertThatThrownBy(() -> CifarBinary.open(folder, CifarBinary.Kind.CIFAR_10, true))
        .hasMessageContaining("expected the training files");
    file("test_batch.bin", cifar(1, 10));
    assertThatThrownBy(() -> CifarBinary.open(folder, CifarBinary.Kind.CIFAR_10, false))
        .hasMessageContaining("expected a label of 0 to 9, but found 10");
  }

  @Test
  void imbalanceIsReported() {
    ClassBalance even = new ClassBalance(List.of("a", "b"), List.of(5, 5));
    assertThat(even).hasToString("10 pictures of 2 classes, 5 each");
    ClassBalance uneven = new ClassBalance(List.of("a", "b", "c"), List.of(500, 20, 1000));
    assertThat(uneven)
        .hasToString("1,520 pictures of 3 classes, from 20 (b) to 1,000 (c), imbalance 50.0");
    assertThat(uneven.imbalance()).isEqualTo(50);
  }

  @Test
  void aPublishedFolderOpensFromItsArchive() throws IOException {
    Path archive = Fixtures.shared("data/tiny-imagenet-10.tar.gz");
    Dataset data = Datasets.open(archive, Datasets.Split.VALIDATION, READER);
    assertThat(data.size()).isEqualTo(500);
    assertThat(ClassBalance.of(data)).hasToString("500 pictures of 10 classes, 50 each");
    assertThat(data.read(499).width()).isEqualTo(64);
  }
}
