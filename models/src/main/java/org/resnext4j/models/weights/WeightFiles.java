package org.resnext4j.models.weights;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.resnext4j.engine.tensor.Tensor;
import org.resnext4j.models.weights.naming.Narrowing;
import org.resnext4j.models.weights.pytorch.PyTorch;
import org.resnext4j.models.weights.safetensors.Safetensors;
import org.resnext4j.models.weights.storage.ByteReader;
import org.resnext4j.models.weights.storage.Contents;
import org.resnext4j.models.weights.storage.ElementType;
import org.resnext4j.models.weights.storage.StoredTensor;
import org.resnext4j.models.weights.storage.WeightFileException;
import org.resnext4j.models.weights.torch7.Torch7;

/** Opens weight files of every known format and writes safetensors. */
public final class WeightFiles {

  /**
   * The size of a safetensors file without tensors, in bytes: the header's length and {@code {}}.
   */
  private static final int SMALLEST = 10;

  private WeightFiles() {}

  /**
   * Opens a file. The content determines its format, not the name.
   *
   * @throws WeightFileException if the file is damaged or of an unknown format, or if it would run
   *     code in other readers
   * @throws IOException if the file cannot be read
   */
  public static WeightFile open(Path file) throws IOException {
    return open(file, Optional.empty());
  }

  /**
   * Opens a part of a file.
   *
   * @param part a key on the path to the state dict, such as {@code model_ema}, for a PyTorch file
   *     with several
   * @throws WeightFileException if the file is damaged, of an unknown format, or has no such part
   * @throws IOException if the file cannot be read
   */
  public static WeightFile open(Path file, Optional<String> part) throws IOException {
    return open(file, part, true);
  }

  /**
   * Opens a part of a file.
   *
   * @param part a key on the path to the state dict, for a file with several
   * @param preferAveraged whether the method takes the averaged one (EMA) of two equal networks
   * @throws WeightFileException if the file is damaged, of an unknown format, or has no such part
   * @throws IOException if the file cannot be read
   */
  public static WeightFile open(Path file, Optional<String> part, boolean preferAveraged)
      throws IOException {
    return open(
        file,
        (format, contents) ->
            format == WeightFormat.TORCH7
                ? Narrowing.whole(contents)
                : Narrowing.of(file, contents, part, preferAveraged));
  }

  /**
   * Opens a file with all its tensors under their full names, without a search for a network. This
   * method serves models that contain a network of the family as a part, such as detectors.
   *
   * @throws WeightFileException if the file is damaged or of an unknown format, or if it would run
   *     code in other readers
   * @throws IOException if the file cannot be read
   */
  public static WeightFile openWhole(Path file) throws IOException {
    return open(file, (format, contents) -> Narrowing.whole(contents));
  }

  /** A function that selects the tensors of a file. */
  @FunctionalInterface
  private interface Choice {
    Narrowing of(WeightFormat format, Contents contents) throws IOException;
  }

  @SuppressWarnings(
      "MustBeClosedChecker") // The open file owns the arena; this method closes it on failure.
  private static WeightFile open(Path file, Choice choice) throws IOException {
    Arena arena = Arena.ofShared();
    try {
      if (!Files.isDirectory(file)) {
        Read read = read(file, arena);
        return opened(file, read, choice, arena);
      }
      HubFolder folder = new HubFolder(file);
      List<Read> shards = new ArrayList<>();
      for (Path shard : folder.files()) {
        shards.add(read(shard, arena));
      }
      WeightFormat format = shards.getFirst().format();
      long size = shards.stream().mapToLong(Read::size).sum();
      return opened(file, new Read(format, size, joined(shards, folder.metadata())), choice, arena);
    } catch (IOException | RuntimeException e) {
      arena.close();
      throw e;
    }
  }

  private static WeightFile opened(Path file, Read read, Choice choice, Arena arena)
      throws IOException {
    Narrowing chosen = choice.of(read.format(), read.contents());
    return new WeightFile(file, read.format(), arena, read.size(), chosen);
  }

  /** The parsed content of one file. */
  private record Read(WeightFormat format, long size, Contents contents) {}

  private static Read read(Path file, Arena arena) throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      MemorySegment bytes = channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size(), arena);
      WeightFormat format = recognise(file, bytes);
      Contents contents =
          switch (format) {
            case SAFETENSORS -> Safetensors.read(file, bytes);
            case PYTORCH_ZIP -> PyTorch.readZip(file, bytes);
            case PYTORCH_LEGACY, PICKLE -> PyTorch.readLegacy(file, bytes);
            case TORCH7 -> Torch7.read(file, bytes);
          };
      return new Read(format, bytes.byteSize(), contents);
    } catch (NoSuchFileException e) {
      throw new WeightFileException(file, "there is no such file", e);
    }
  }

  /** Joins the tensors of all shards. The shards' metadata take precedence over the folder's. */
  private static Contents joined(List<Read> shards, Map<String, String> metadata) {
    Map<String, String> texts = new LinkedHashMap<>(metadata);
    List<StoredTensor> tensors = new ArrayList<>();
    List<String> skipped = new ArrayList<>();
    Map<String, String> unreadable = new LinkedHashMap<>();
    Map<String, String> objects = new LinkedHashMap<>();
    Map<String, Integer> containers = new LinkedHashMap<>();
    for (Read shard : shards) {
      texts.putAll(shard.contents().metadata());
      tensors.addAll(shard.contents().tensors());
      skipped.addAll(shard.contents().skipped());
      unreadable.putAll(shard.contents().unreadable());
      objects.putAll(shard.contents().objects());
      shard.contents().containers().forEach((name, n) -> containers.merge(name, n, Integer::sum));
    }
    return new Contents(texts, tensors, skipped, unreadable, objects, containers);
  }

  /**
   * Writes tensors as a safetensors file, atomically.
   *
   * @param file the file to write; the method replaces an existing file
   * @param tensors the tensors by name, in the order of the file
   * @param metadata free text, by key
   * @param type the type of the stored numbers: F64, F32, F16 or BF16
   * @throws WeightFileException if a number does not fit the type
   * @throws IOException if writing fails; an existing file then stays unchanged
   */
  public static void write(
      Path file, Map<String, Tensor> tensors, Map<String, String> metadata, ElementType type)
      throws IOException {
    Safetensors.Writer writer = Safetensors.writer(file, tensors, metadata, type);
    AtomicFile.write(file, writer::writeTo);
  }

  private static WeightFormat recognise(Path file, MemorySegment bytes) throws WeightFileException {
    if (bytes.byteSize() < SMALLEST) {
      throw new WeightFileException(
          file,
          "a weight file has at least %d bytes, but this has %d"
              .formatted(SMALLEST, bytes.byteSize()));
    }
    ByteReader in = new ByteReader(file, bytes);
    int first = in.integer();
    int second = in.integer();
    String start =
        new String(
            bytes
                .asSlice(0, Math.min(OtherFormats.BYTES, bytes.byteSize()))
                .toArray(ValueLayout.JAVA_BYTE),
            StandardCharsets.ISO_8859_1);
    if (start.startsWith("PK\3\4") || start.startsWith("PK\5\6")) {
      return WeightFormat.PYTORCH_ZIP;
    }
    // This test precedes the pickle's: a header's length may begin with any byte, but a pickle
    // has no brace at this offset.
    if (start.charAt(8) == '{') {
      return WeightFormat.SAFETENSORS;
    }
    // A pickle of protocol 2 or later begins with 0x80, one of protocol 1 with its first number.
    if (start.charAt(0) == 0x80 || start.startsWith("L" + PyTorch.LEGACY_MAGIC)) {
      byte[] magic = PyTorch.LEGACY_MAGIC.toByteArray();
      boolean torch =
          start.charAt(0) != 0x80
              || (bytes.byteSize() > 13
                  && bytes.get(ValueLayout.JAVA_BYTE, 4) == magic[magic.length - 1]);
      return torch ? WeightFormat.PYTORCH_LEGACY : WeightFormat.PICKLE;
    }
    // A Torch7 file begins with a table or an object of index 1. As the length of a safetensors
    // header these bytes would mean over 4 GB.
    if ((first == 3 || first == 4) && second == 1) {
      return WeightFormat.TORCH7;
    }
    throw new WeightFileException(
        file,
        OtherFormats.name(start)
            .map(what ->
                "this is %s; safetensors, PyTorch and Torch7 files are read".formatted(what))
            .orElse("this is no weight file of a known format (safetensors, PyTorch or Torch7)"));
  }
}
