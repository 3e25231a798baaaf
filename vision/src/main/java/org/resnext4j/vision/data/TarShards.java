package org.resnext4j.vision.data;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarFile;
import org.resnext4j.vision.Image;
import org.resnext4j.vision.ImageException;
import org.resnext4j.vision.ImageReader;

/**
 * Tar shards in WebDataset's layout: consecutive files that share a name up to its first dot are
 * one sample, {@code KEY.jpg} (or another picture) its picture and {@code KEY.cls} its label, a
 * decimal number. Shards are uncompressed and stay where they are: opening reads their directories
 * and labels, a picture is read at its offset.
 */
public final class TarShards implements Dataset, AutoCloseable {

  /** A label file holds a number; a longer one is something else. */
  private static final int LONGEST_LABEL = 64;

  private record Sample(int shard, String name, long offset, int length, int label) {}

  /** A sample whose files are still being collected. */
  private static final class Draft {
    private TarArchiveEntry picture;
    private int label = -1;
  }

  private final List<Path> paths;
  private final List<FileChannel> shards = new ArrayList<>();
  private final List<Sample> samples = new ArrayList<>();
  private final List<String> classes;
  private final ImageReader reader;

  /**
   * Reads the directories of shards, with classes named by their numbers.
   *
   * @throws IOException if a shard cannot be read, or a sample lacks its picture or its label
   */
  public static TarShards open(List<Path> shards, ImageReader reader) throws IOException {
    return open(shards, List.of(), reader);
  }

  /**
   * Reads the directories of shards.
   *
   * @param classes names of the classes by label; empty to name them by their numbers
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

  private void index(Path path, int shard) throws IOException {
    Map<String, Draft> drafts = new LinkedHashMap<>();
    try (TarFile tar = new TarFile(path)) {
      for (TarArchiveEntry entry : tar.getEntries()) {
        if (!entry.isFile() || entry.isSparse()) {
          continue;
        }
        String name = entry.getName();
        int dot = name.indexOf('.', name.lastIndexOf('/') + 1);
        if (dot < 0) {
          continue;
        }
        Draft draft = drafts.computeIfAbsent(name.substring(0, dot), key -> new Draft());
        if (PictureNames.isPicture(name)) {
          draft.picture = entry;
        } else if (name.substring(dot).equals(".cls")) {
          draft.label = label(path, shard, entry);
        }
      }
    } catch (IllegalArgumentException e) {
      throw new IOException(path + ": expected a tar archive, but found: " + e.getMessage(), e);
    }
    for (Map.Entry<String, Draft> each : drafts.entrySet()) {
      Draft draft = each.getValue();
      if (draft.picture == null || draft.label < 0) {
        throw new IOException(
            "%s: sample '%s' should have a picture and a label (.cls), but has no %s"
                .formatted(path, each.getKey(), draft.picture == null ? "picture" : "label"));
      }
      long length = draft.picture.getSize();
      if (length > reader.maximumBytes()) {
        throw new IOException(
            "%s: expected pictures of at most %,d bytes, but '%s' has %,d"
                .formatted(path, reader.maximumBytes(), draft.picture.getName(), length));
      }
      samples.add(
          new Sample(
              shard,
              draft.picture.getName(),
              draft.picture.getDataOffset(),
              Math.toIntExact(length),
              draft.label));
    }
  }

  private int label(Path path, int shard, TarArchiveEntry entry) throws IOException {
    if (entry.getSize() <= LONGEST_LABEL) {
      byte[] bytes = bytes(shard, entry.getName(), entry.getDataOffset(), (int) entry.getSize());
      String text = new String(bytes, StandardCharsets.US_ASCII).strip();
      if (text.matches("\\d{1,7}")) {
        return Integer.parseInt(text);
      }
    }
    throw new IOException(
        "%s: expected '%s' to hold a class's number, but found %,d bytes of something else"
            .formatted(path, entry.getName(), entry.getSize()));
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

  /**
   * Decodes a picture.
   *
   * @throws ImageException if it is not a picture that can be read
   * @throws IOException if the shard fails, or is closed
   */
  @Override
  public Image read(int index) throws IOException {
    Sample sample = samples.get(index);
    return reader.read(
        bytes(sample.shard(), sample.name(), sample.offset(), sample.length()), name(index));
  }

  /** Closes the shards; no picture can be read after that. */
  @Override
  public void close() throws IOException {
    for (FileChannel shard : shards) {
      shard.close();
    }
  }
}
