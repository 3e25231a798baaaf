package org.resnext4j.vision.data;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.resnext4j.vision.Image;
import org.resnext4j.vision.ImageException;
import org.resnext4j.vision.ImageReader;
import org.resnext4j.vision.text.TextFile;

/**
 * Tar shards in WebDataset's layout. Files that share a name up to its first dot are one sample:
 * {@code KEY.jpg} (or another format) is its picture, and {@code KEY.cls} holds its label, a
 * decimal number. A picture with a longer ending, such as {@code KEY.seg.png}, is the sample's
 * picture only if the sample has no other. Shards are uncompressed. Opening reads their directories
 * and labels; {@link #read} reads a picture at its offset in the shard.
 */
public final class TarShards implements Dataset, AutoCloseable {

  /** The largest label file, in bytes. A label file holds one number; a longer file is no label. */
  private static final int LONGEST_LABEL = 64;

  private record Sample(int shard, String name, long offset, int length, int label) {}

  /** The files of a sample, collected while the directory is read. */
  private static final class Draft {
    /** Pictures whose name is the key and one ending, such as {@code KEY.jpg}. */
    private final List<TarArchive.Member> plain = new ArrayList<>();

    /** Pictures with more text between key and ending, such as {@code KEY.seg.png}. */
    private final List<TarArchive.Member> others = new ArrayList<>();

    private int label = -1;

    /** Returns the sample's picture; empty if the choice is ambiguous. */
    private Optional<TarArchive.Member> picture() {
      List<TarArchive.Member> candidates = plain.isEmpty() ? others : plain;
      return candidates.size() == 1 ? Optional.of(candidates.getFirst()) : Optional.empty();
    }
  }

  private final List<Path> paths;
  private final List<FileChannel> shards = new ArrayList<>();
  private final List<Sample> samples = new ArrayList<>();
  private final List<String> classes;
  private final ImageReader reader;
  private Skipped skipped = Skipped.NOTHING;

  /**
   * Reads the directories of shards, and names the classes by their numbers.
   *
   * @throws IOException if a shard cannot be read, or a sample lacks its picture or its label
   */
  public static TarShards open(List<Path> shards, ImageReader reader) throws IOException {
    return open(shards, List.of(), reader);
  }

  /**
   * Reads the directories of shards.
   *
   * @param classes names of the classes, in the order of the labels; if the list is empty, the
   *     numbers are the names
   * @throws IOException if a shard cannot be read, a sample lacks its picture or its label, or a
   *     label is no class
   */
  public static TarShards open(List<Path> shards, List<String> classes, ImageReader reader)
      throws IOException {
    return new TarShards(shards, classes, reader);
  }

  private TarShards(List<Path> paths, List<String> classes, ImageReader reader) throws IOException {
    this.paths = List.copyOf(paths);
    this.reader = reader;
    try {
      for (Path path : this.paths) {
        shards.add(FileChannel.open(path));
        index(path, shards.size() - 1);
      }
      if (samples.isEmpty()) {
        throw new IOException(paths + ": expected samples of KEY.jpg and KEY.cls, but found none");
      }
      int most = samples.stream().mapToInt(Sample::label).max().orElseThrow();
      if (!classes.isEmpty() && most >= classes.size()) {
        throw new IOException(
            "%s: expected labels of 0 to %d, but found %d"
                .formatted(paths, classes.size() - 1, most));
      }
      this.classes =
          classes.isEmpty()
              ? IntStream.rangeClosed(0, most).mapToObj(Integer::toString).toList()
              : List.copyOf(classes);
    } catch (IOException | RuntimeException e) {
      close();
      throw e;
    }
  }

  /** Whether an archive holds samples rather than folders of pictures. */
  static boolean isShard(TarArchive archive) {
    Set<String> labels = new HashSet<>();
    for (TarArchive.Member member : archive.files()) {
      Name name = Name.of(member.path());
      if (name.isLabel()) {
        labels.add(name.key());
      }
    }
    return !labels.isEmpty()
        && archive.files().stream()
            .map(member -> Name.of(member.path()))
            .anyMatch(name -> name.isPicture() && labels.contains(name.key()));
  }

  /**
   * The name of a file in a shard.
   *
   * @param key key of the sample: the path up to the first dot of its last component
   * @param ending rest of the path after the key, in small letters
   * @param skipped whether all commands skip files of that name
   */
  private record Name(String key, String ending, boolean skipped) {

    static Name of(String path) {
      boolean skipped =
          Arrays.stream(path.split("/", -1)).anyMatch(n -> PictureNames.skipped(n).isPresent());
      int dot = path.indexOf('.', path.lastIndexOf('/') + 1);
      return dot < 0
          ? new Name(path, "", skipped)
          : new Name(path.substring(0, dot), path.substring(dot).toLowerCase(Locale.ROOT), skipped);
    }

    boolean isLabel() {
      return !skipped && ending.equals(".cls");
    }

    boolean isPicture() {
      return !skipped && PictureNames.isPicture("x" + ending);
    }
  }

  private void index(Path path, int shard) throws IOException {
    TarArchive archive = TarArchive.open(path);
    if (archive.compressed()) {
      throw new IOException(path + ": expected a shard that is not compressed; unpack it by gzip");
    }
    for (String twice : archive.twice()) {
      if (!Name.of(twice).skipped()) {
        throw new IOException(
            "%s: expected each file once, but '%s' is there twice".formatted(path, twice));
      }
    }
    Map<String, Draft> drafts = new LinkedHashMap<>();
    Map<String, Integer> kinds = new HashMap<>();
    for (TarArchive.Member member : archive.files()) {
      Name name = Name.of(member.path());
      Draft draft = drafts.computeIfAbsent(name.key(), key -> new Draft());
      if (name.isLabel()) {
        draft.label = label(path, shard, member);
      } else if (name.isPicture()) {
        (name.ending().indexOf('.', 1) < 0 ? draft.plain : draft.others).add(member);
      } else {
        String file = member.path().substring(member.path().lastIndexOf('/') + 1);
        kinds.merge(name.skipped() ? Skipped.HIDDEN : PictureNames.kind(file), 1, Integer::sum);
      }
    }
    drafts.values().removeIf(d -> d.label < 0 && d.plain.isEmpty() && d.others.isEmpty());
    for (Map.Entry<String, Draft> each : drafts.entrySet()) {
      samples.add(sample(path, shard, each.getKey(), each.getValue()));
      int more = each.getValue().plain.size() + each.getValue().others.size() - 1;
      if (more > 0) {
        kinds.merge(Skipped.SAMPLE_PARTS, more, Integer::sum);
      }
    }
    skipped = skipped.plus(new Skipped(new TreeMap<>(kinds))).plus(archive.skipped());
  }

  private Sample sample(Path path, int shard, String key, Draft draft) throws IOException {
    if (draft.label < 0 || (draft.plain.isEmpty() && draft.others.isEmpty())) {
      throw new IOException(
          "%s: sample '%s' should have a picture and a label (.cls), but has no %s"
              .formatted(path, key, draft.label < 0 ? "label" : "picture"));
    }
    TarArchive.Member picture =
        draft
            .picture()
            .orElseThrow(() ->
                new IOException(
                    "%s: sample '%s' should have one picture, but has '%s' and '%s'"
                        .formatted(
                            path,
                            key,
                            (draft.plain.isEmpty() ? draft.others : draft.plain).get(0).path(),
                            (draft.plain.isEmpty() ? draft.others : draft.plain).get(1).path())));
    if (picture.size() > reader.maximumBytes()) {
      throw new IOException(
          "%s: expected pictures of at most %,d bytes, but '%s' has %,d"
              .formatted(path, reader.maximumBytes(), picture.path(), picture.size()));
    }
    return new Sample(
        shard, picture.path(), picture.offset(), Math.toIntExact(picture.size()), draft.label);
  }

  private int label(Path path, int shard, TarArchive.Member member) throws IOException {
    if (member.size() <= LONGEST_LABEL) {
      byte[] bytes = bytes(shard, member.path(), member.offset(), (int) member.size());
      String text = TextFile.decode(path + "!" + member.path(), bytes).strip();
      if (text.matches("\\d{1,7}")) {
        return Integer.parseInt(text);
      }
    }
    throw new IOException(
        "%s: expected '%s' to hold a class's number, but found %,d bytes of something else"
            .formatted(path, member.path(), member.size()));
  }

  private byte[] bytes(int shard, String name, long offset, int length) throws IOException {
    ByteBuffer buffer = ByteBuffer.allocate(length);
    while (buffer.hasRemaining()) {
      if (shards.get(shard).read(buffer, offset + buffer.position()) < 0) {
        throw new EOFException(
            "%s!%s: expected %,d bytes, but the shard ends early"
                .formatted(paths.get(shard), name, length));
      }
    }
    return buffer.array();
  }

  @Override
  public List<String> classes() {
    return classes;
  }

  @Override
  public int size() {
    return samples.size();
  }

  @Override
  public int label(int index) {
    return samples.get(index).label();
  }

  @Override
  public String name(int index) {
    Sample sample = samples.get(index);
    return paths.get(sample.shard()) + "!" + sample.name();
  }

  @Override
  public Skipped skipped() {
    return skipped;
  }

  /**
   * Decodes a picture.
   *
   * @throws ImageException if no decoder can read the picture
   * @throws IOException if the shard cannot be read or is closed
   */
  @Override
  public Image read(int index) throws IOException {
    Sample sample = samples.get(index);
    return reader.read(
        bytes(sample.shard(), sample.name(), sample.offset(), sample.length()), name(index));
  }

  /** Closes the shards. After that, {@link #read} throws an exception. */
  @Override
  public void close() throws IOException {
    for (FileChannel shard : shards) {
      shard.close();
    }
  }
}
