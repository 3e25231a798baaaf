package org.resnext4j.vision.data;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.resnext4j.vision.ImageReader;

/** Opens a data set whose form is recognised from its files. */
public final class Datasets {

  /** Encoded pictures of a compressed archive that may be kept in memory. */
  private static final long ARCHIVE_BYTES = 2L << 30;

  /** A part of a data set, under the names that its folders have. */
  public enum Split {
    /** For training. */
    TRAIN("train", "training"),
    /** For validation; where there is none, the test pictures. */
    VALIDATION("val", "valid", "validation", "test"),
    /** For the final test; where there is none, the validation pictures. */
    TEST("test", "val", "valid", "validation");

    private final String names;

    Split(String... names) {
      this.names = String.join(" ", names);
    }

    private List<String> names() {
      return List.of(names.split(" ", -1));
    }
  }

  private Datasets() {}

  /**
   * Opens one part of a data set:
   *
   * <ul>
   *   <li>the binary files of CIFAR-10 or CIFAR-100, in a folder or in their {@code .tar.gz}
   *   <li>a folder of {@code .tar} shards, those whose names begin with the part's name
   *   <li>a folder, or a tar archive, with a folder for the part in which each class has a folder
   *   <li>a folder in which each class has a folder, which is then every part
   * </ul>
   *
   * @throws IOException if it cannot be read or is none of these
   */
  public static Dataset open(Path data, Split split, ImageReader reader) throws IOException {
    if (!Files.exists(data)) {
      throw new NoSuchFileException(
          data.toString(), null, "expected a data set (a folder or a tar archive)");
    }
    return Files.isDirectory(data) ? folder(data, split, reader) : archive(data, split, reader);
  }

  private static Dataset folder(Path data, Split split, ImageReader reader) throws IOException {
    List<Path> files = new ArrayList<>();
    try (Stream<Path> tree = Files.walk(data, 2)) {
      tree.filter(Files::isRegularFile)
          .filter(f -> f.toString().endsWith(".bin") || f.toString().endsWith(".tar"))
          .sorted()
          .forEach(files::add);
    }
    Optional<CifarBinary.Kind> cifar =
        cifar(files.stream().map(f -> f.getFileName().toString()).toList());
    if (cifar.isPresent()) {
      return CifarBinary.open(data, cifar.get(), split == Split.TRAIN);
    }
    files.removeIf(f -> !f.toString().endsWith(".tar"));
    if (!files.isEmpty()) {
      for (String name : split.names()) {
        List<Path> shards =
            files.stream().filter(f -> f.getFileName().toString().startsWith(name)).toList();
        if (!shards.isEmpty()) {
          return TarShards.open(shards, reader);
        }
      }
      throw new IOException(
          "%s: expected shards whose names begin with one of %s, but found none"
              .formatted(data, split.names()));
    }
    for (String name : split.names()) {
      if (Files.isDirectory(data.resolve(name))) {
        return ImageFolder.open(data.resolve(name), reader);
      }
    }
    return ImageFolder.open(data, reader);
  }

  private static Dataset archive(Path data, Split split, ImageReader reader) throws IOException {
    if (!Archive.isArchive(data)) {
      throw new IOException(
          data + ": expected a folder or an archive (.tar, .tar.gz, .tgz), but found another file");
    }
    List<String> names = new ArrayList<>();
    Archive.each(data, (name, content) -> names.add(name));
    Optional<CifarBinary.Kind> cifar =
        cifar(names.stream().map(n -> n.substring(n.lastIndexOf('/') + 1)).toList());
    if (cifar.isPresent()) {
      return CifarBinary.open(data, cifar.get(), split == Split.TRAIN);
    }
    if (names.stream().anyMatch(n -> n.endsWith(".cls")) && !Archive.isCompressed(data)) {
      return TarShards.open(List.of(data), reader);
    }
    for (String name : split.names()) {
      if (names.stream().anyMatch(n -> n.startsWith(name + "/") || n.startsWith("./" + name))) {
        return ArchivedFolder.open(data, name, reader, ARCHIVE_BYTES);
      }
    }
    return ArchivedFolder.open(data, "", reader, ARCHIVE_BYTES);
  }

  private static Optional<CifarBinary.Kind> cifar(List<String> fileNames) {
    for (CifarBinary.Kind kind : CifarBinary.Kind.values()) {
      if (fileNames.stream().anyMatch(n -> kind.matches(n, true) || kind.matches(n, false))) {
        return Optional.of(kind);
      }
    }
    return Optional.empty();
  }
}
