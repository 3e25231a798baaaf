package org.resnext4j.vision.data;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import org.resnext4j.vision.Image;
import org.resnext4j.vision.Labels;

/**
 * CIFAR-10 and CIFAR-100 in their "binary version". A record holds a label (in CIFAR-100 the coarse
 * and then the fine label), then 1024 red, 1024 green and 1024 blue samples. The data set keeps all
 * pictures in memory, 3 KB each.
 */
public final class CifarBinary implements Dataset {

  private static final int SIDE = 32;
  private static final int PLANE = SIDE * SIDE;

  /** The largest published file, CIFAR-100's training pictures, has 154 million bytes. */
  private static final long LARGEST_FILE = 1L << 28;

  /** The two data sets. */
  public enum Kind {
    /**
     * Ten classes: {@code data_batch_1.bin} to {@code data_batch_5.bin}, {@code test_batch.bin}.
     */
    CIFAR_10(1, "data_batch_\\d+\\.bin", "test_batch\\.bin") {
      @Override
      Labels labels() {
        return Labels.cifar10();
      }
    },
    /** A hundred classes, taken from the fine labels: {@code train.bin}, {@code test.bin}. */
    CIFAR_100(2, "train\\.bin", "test\\.bin") {
      @Override
      Labels labels() {
        return Labels.cifar100();
      }
    };

    private final int labelBytes;
    private final String trainingFiles;
    private final String testFiles;

    Kind(int labelBytes, String trainingFiles, String testFiles) {
      this.labelBytes = labelBytes;
      this.trainingFiles = trainingFiles;
      this.testFiles = testFiles;
    }

    abstract Labels labels();

    /** Whether a file belongs to the training set or the test set, by its name. */
    boolean matches(String fileName, boolean training) {
      return fileName.matches(training ? trainingFiles : testFiles);
    }
  }

  private final Kind kind;
  private final List<String> classes;
  private final List<String> files;
  private final List<byte[]> records;
  private final int[] starts;

  /**
   * Checks the records.
   *
   * @param data the data set's name in messages
   * @param content the files sorted by name: data_batch_1 comes first
   */
  private CifarBinary(String data, Kind kind, boolean training, SortedMap<String, byte[]> content)
      throws IOException {
    if (content.isEmpty()) {
      throw new IOException(
          "%s: expected the %s files of the binary version of %s, but found none"
              .formatted(data, training ? "training" : "test", kind));
    }
    this.kind = kind;
    this.classes = kind.labels().names();
    this.files = List.copyOf(content.keySet());
    this.records = List.copyOf(content.values());
    this.starts = new int[records.size() + 1];
    for (int f = 0; f < records.size(); f++) {
      int length = records.get(f).length;
      if (length == 0 || length % recordBytes() != 0) {
        throw new IOException(
            "%s: expected %s records of %d bytes, but found %d bytes"
                .formatted(files.get(f), kind, recordBytes(), length));
      }
      starts[f + 1] = starts[f] + length / recordBytes();
    }
    for (int i = 0; i < size(); i++) {
      if (label(i) >= classes.size()) {
        throw new IOException(
            "%s: expected a label of 0 to %d, but found %d"
                .formatted(name(i), classes.size() - 1, label(i)));
      }
    }
  }

  /**
   * Reads the training or the test set.
   *
   * @param data the folder of the {@code .bin} files, a folder above it, or their {@code .tar.gz}
   * @throws IOException if the files are absent, cannot be read, or belong to another data set
   */
  public static CifarBinary open(Path data, Kind kind, boolean training) throws IOException {
    if (!Files.isDirectory(data)) {
      return open(TarArchive.open(data), kind, training);
    }
    SortedMap<String, byte[]> content = new TreeMap<>();
    for (Path file : files(new DiskFolder(data), kind, training)) {
      check(file.toString(), Files.size(file));
      content.put(file.toString(), Files.readAllBytes(file));
    }
    return new CifarBinary(data.toString(), kind, training, content);
  }

  /** Reads the training or the test set of an open archive. */
  static CifarBinary open(TarArchive archive, Kind kind, boolean training) throws IOException {
    List<TarArchive.Member> members = files(archive.top(), kind, training);
    for (TarArchive.Member member : members) {
      check(archive.name(member), member.size());
    }
    List<byte[]> bytes = archive.read(members, Datasets.ARCHIVE_BYTES);
    SortedMap<String, byte[]> content = new TreeMap<>();
    for (int i = 0; i < members.size(); i++) {
      content.put(archive.name(members.get(i)), bytes.get(i));
    }
    return new CifarBinary(archive.top().path(), kind, training, content);
  }

  private static <F> List<F> files(Entry.Folder<F> root, Kind kind, boolean training)
      throws IOException {
    return Datasets.files(root).stream()
        .filter(file -> kind.matches(file.name(), training))
        .map(Entry.File::content)
        .toList();
  }

  private static void check(String name, long bytes) throws IOException {
    if (bytes > LARGEST_FILE) {
      throw new IOException(
          "%s: expected a file of at most %,d bytes, but found %,d"
              .formatted(name, LARGEST_FILE, bytes));
    }
  }

  private int recordBytes() {
    return kind.labelBytes + Image.CHANNELS * PLANE;
  }

  @Override
  public List<String> classes() {
    return classes;
  }

  @Override
  public int size() {
    return starts[records.size()];
  }

  @Override
  public int label(int index) {
    int file = file(index);
    return records.get(file)[offset(file, index) - 1] & 0xff;
  }

  @Override
  public String name(int index) {
    int file = file(index);
    return files.get(file) + "#" + (index - starts[file]);
  }

  @Override
  public Image read(int index) {
    int file = file(index);
    byte[] record = records.get(file);
    int offset = offset(file, index);
    Image image = Image.black(SIDE, SIDE);
    for (int c = 0; c < Image.CHANNELS; c++) {
      for (int i = 0; i < PLANE; i++) {
        image.rgb()[i * Image.CHANNELS + c] = record[offset + c * PLANE + i];
      }
    }
    return image;
  }

  private int file(int index) {
    Objects.checkIndex(index, size());
    int file = 0;
    while (index >= starts[file + 1]) {
      file++;
    }
    return file;
  }

  /** Returns the offset of a picture's samples in its file. */
  private int offset(int file, int index) {
    return (index - starts[file]) * recordBytes() + kind.labelBytes;
  }
}
