package org.resnext4j.models.weights;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
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
import org.resnext4j.models.weights.storage.Contents;
import org.resnext4j.models.weights.storage.ElementType;
import org.resnext4j.models.weights.storage.StoredTensor;
import org.resnext4j.models.weights.storage.WeightFileException;
import org.resnext4j.models.weights.torch7.Torch7;

/** Opens weight files of every known format and writes safetensors. */
public final class WeightFiles {

  private static final ValueLayout.OfInt INT =
      ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  /** A safetensors file without tensors: a length and {@code {}}. */
  private static final int SMALLEST = 10;

  private WeightFiles() {}

  /**
   * Opens a file; its format is recognised from its content, not its name.
   *
   * @throws WeightFileException if it is of no known format, damaged, or would run code elsewhere
   * @throws IOException if it cannot be read
   */
  public static WeightFile open(Path file) throws IOException {
    return open(file, Optional.empty());
  }

  /**
   * Opens a file of which one part is wanted.
   *
   * @param part which state dict to take of a PyTorch file with several, such as {@code model_ema}
   * @throws WeightFileException if it is of no known format, damaged, or has no such part
   * @throws IOException if it cannot be read
   */
  public static WeightFile open(Path file, Optional<String> part) throws IOException {
    return open(file, part, true);
  }

  /**
   * Opens a file of which one part is wanted.
   *
   * @param part which state dict to take of a file with several: a key on the way to it
   * @param preferAveraged whether of two equal networks the averaged one (EMA) is taken
   * @throws WeightFileException if it is of no known format, damaged, or has no such part
   * @throws IOException if it cannot be read
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
   * Opens a file with all its tensors by their full names, whatever networks they belong to: for
   * models that hold a network of the family as a part, such as detectors.
   *
   * @throws WeightFileException if it is of no known format, damaged, or would run code elsewhere
   * @throws IOException if it cannot be read
   */
  public static WeightFile openWhole(Path file) throws IOException {
    return open(file, (format, contents) -> Narrowing.whole(contents));
  }

  /** Chooses the tensors of a file that are shown. */
  @FunctionalInterface
  private interface Choice {
    Narrowing of(WeightFormat format, Contents contents) throws IOException;
  }

  @SuppressWarnings(
      "MustBeClosedChecker") // The open file owns the arena; on failure it is closed here.
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

  /** What one file holds. */
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

  /** The tensors of all shards; what the folder says stands beside what they say. */
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
   * Writes tensors as a safetensors file, whole or not at all.
   *
   * @param file where it goes; an existing one is replaced
   * @param tensors by name, written in their order
   * @param metadata free text, by key
   * @param type how the numbers are stored: F64, F32, F16 or BF16
   * @throws WeightFileException if a number does not fit the type
   * @throws IOException if writing fails; the file is then as it was
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
    int first = bytes.get(INT, 0);
    int second = bytes.get(INT, 4);
    String start =
        new String(
            bytes
                .asSlice(0, Math.min(OtherFormats.BYTES, bytes.byteSize()))
                .toArray(ValueLayout.JAVA_BYTE),
            StandardCharsets.ISO_8859_1);
    if (start.startsWith("PK\3\4") || start.startsWith("PK\5\6")) {
      return WeightFormat.PYTORCH_ZIP;
    }
    // Before the pickle: a header's length may begin with any byte, a pickle has no brace there.
    if (start.charAt(8) == '{') {
      return WeightFormat.SAFETENSORS;
    }
    // A pickle of protocol 2 or later, or its first number in protocol 1.
    if (start.charAt(0) == 0x80 || start.startsWith("L" + PyTorch.LEGACY_MAGIC)) {
      byte[] magic = PyTorch.LEGACY_MAGIC.toByteArray();
      boolean torch =
          start.charAt(0) != 0x80
              || (bytes.byteSize() > 13
                  && bytes.get(ValueLayout.JAVA_BYTE, 4) == magic[magic.length - 1]);
      return torch ? WeightFormat.PYTORCH_LEGACY : WeightFormat.PICKLE;
    }
    // A table or an object, the first of the file; as a header's length it would be over 4 GB.
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
