package org.resnext4j.vision.data;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;
import org.resnext4j.vision.ImageReader;

/** Opens data sets, and recognises the layout of a data set by its files. */
public final class Datasets {

  /** The limit of encoded pictures of a compressed archive in memory, in bytes. */
  static final long ARCHIVE_BYTES = Integer.MAX_VALUE - 64;

  /** A part of a data set, with the names of its folders. */
  public enum Split {
    /** The training pictures. */
    TRAIN("train", "training"),
    /** The validation pictures; the test pictures if the data set has no validation part. */
    VALIDATION("val", "valid", "validation", "test"),
    /** The test pictures; the validation pictures if the data set has no test part. */
    TEST("test", "val", "valid", "validation");

    private final String names;

    Split(String... names) {
      this.names = String.join(" ", names);
    }

    List<String> names() {
      return List.of(names.split(" ", -1));
    }

    /** Whether a folder's name is the name of a part, in any capitals. */
    static boolean isNamed(String folder) {
      String name = folder.toLowerCase(Locale.ROOT);
      return Stream.of(values()).anyMatch(split -> split.names().contains(name));
    }
  }

  private Datasets() {}

  /**
   * Opens one part of a data set. The data set has one of these layouts:
   *
   * <ul>
   *   <li>a folder, or a tar archive, with a folder for the part in which each class has a folder
   *   <li>a folder, or a tar archive, in which each class has a folder; every part then has all
   *       pictures
   *   <li>the binary files of CIFAR-10 or CIFAR-100, in a folder or in their {@code .tar.gz}
   *   <li>a folder of {@code .tar} shards whose names contain the part's name as a word; or one
   *       shard, and every part then has all its pictures
   * </ul>
   *
   * @throws IOException if the data set cannot be read, has none of these layouts, or has parts,
   *     but not this one
   */
  public static Dataset open(Path data, Split split, ImageReader reader) throws IOException {
    Optional<Dataset> found = find(data, split, reader);
    if (found.isEmpty()) {
      throw new IOException(
          "%s: expected a part called %s, but found other parts only"
              .formatted(
                  data, String.join(", ", split.names()).replaceFirst(", (\\w+)$", " or $1")));
    }
    return found.get();
  }

  /**
   * Opens one part of a data set, as {@link #open} does.
   *
   * @return empty if the data set has parts, but not this one
   * @throws IOException if the data set cannot be read or has none of the layouts
   */
  public static Optional<Dataset> find(Path data, Split split, ImageReader reader)
      throws IOException {
    if (!Files.exists(data)) {
      throw new NoSuchFileException(
          data.toString(), null, "expected a data set (a folder or a tar archive)");
    }
    return Files.isDirectory(data) ? folder(data, split, reader) : archive(data, split, reader);
  }

  private static Optional<Dataset> folder(Path data, Split split, ImageReader reader)
      throws IOException {
    Entry.Folder<Path> root = new DiskFolder(data);
    // Folders of pictures decide the layout; the method ignores archives beside them.
    for (Entry.Folder<Path> folder : Listing.folders(root)) {
      if (Listing.holdsPicture(folder)) {
        return Parts.of(root).open(split).map(found -> ImageFolder.files(found, reader));
      }
    }
    List<Entry.File<Path>> files = files(root);
    Optional<CifarBinary.Kind> cifar = cifar(files);
    if (cifar.isPresent()) {
      return Optional.of(CifarBinary.open(data, cifar.get(), split == Split.TRAIN));
    }
    List<Path> shards =
        files.stream()
            .filter(file -> file.name().toLowerCase(Locale.ROOT).endsWith(".tar"))
            .map(Entry.File::content)
            .toList();
    if (shards.isEmpty()) {
      return Optional.of(ImageFolder.open(data, reader)); // This error names missing files.
    }
    for (String name : split.names()) {
      List<Path> named = shards.stream().filter(f -> hasWord(data.relativize(f), name)).toList();
      if (!named.isEmpty()) {
        return Optional.of(TarShards.open(named, reader));
      }
    }
    if (shards.stream().anyMatch(f -> anyWord(data.relativize(f)))) {
      return Optional.empty();
    }
    throw new IOException(
        "%s: expected shards with one of %s in their names, but found %s"
            .formatted(data, split.names(), shards.getFirst().getFileName()));
  }

  /** Whether a file name contains a word between characters that are no letters. */
  private static boolean hasWord(Path file, String word) {
    return Arrays.asList(file.toString().toLowerCase(Locale.ROOT).split("[^\\p{L}]+", -1))
        .contains(word);
  }

  private static boolean anyWord(Path file) {
    return Stream.of(Split.values())
        .flatMap(split -> split.names().stream())
        .anyMatch(name -> hasWord(file, name));
  }

  private static Optional<Dataset> archive(Path data, Split split, ImageReader reader)
      throws IOException {
    if (!TarArchive.isArchive(data) || !Files.isRegularFile(data)) {
      throw new IOException(
          data
              + ": expected a folder or an archive (.tar, .tar.gz, .tgz), but found another file;"
              + " unpack archives of other kinds, such as .zip or .tar.bz2");
    }
    TarArchive archive = TarArchive.open(data);
    if (TarShards.isShard(archive)) {
      return Optional.of(TarShards.open(List.of(data), reader));
    }
    Optional<CifarBinary.Kind> cifar = cifar(files(archive.top()));
    if (cifar.isPresent()) {
      return Optional.of(CifarBinary.open(archive, cifar.get(), split == Split.TRAIN));
    }
    Optional<ClassFolders<TarArchive.Member>> found = Parts.of(archive.top()).open(split);
    return found.isEmpty()
        ? Optional.empty()
        : Optional.of(
            EncodedPictures.of(
                archive, found.get().withSkipped(archive.skipped()), reader, ARCHIVE_BYTES));
  }

  /** Lists the files of a folder and of the folders in it. */
  static <F> List<Entry.File<F>> files(Entry.Folder<F> root) throws IOException {
    List<Entry.File<F>> files = new ArrayList<>();
    List<Entry.Folder<F>> folders = new ArrayList<>(List.of(root));
    folders.addAll(Listing.folders(root));
    for (Entry.Folder<F> folder : folders) {
      for (Entry<F> entry : folder.entries()) {
        if (entry instanceof Entry.File<F> file && PictureNames.skipped(file.name()).isEmpty()) {
          files.add(file);
        }
      }
    }
    return files;
  }

  private static Optional<CifarBinary.Kind> cifar(List<? extends Entry.File<?>> files) {
    for (CifarBinary.Kind kind : CifarBinary.Kind.values()) {
      if (files.stream()
          .anyMatch(f -> kind.matches(f.name(), true) || kind.matches(f.name(), false))) {
        return Optional.of(kind);
      }
    }
    return Optional.empty();
  }
}
