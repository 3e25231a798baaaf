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
import java.util.Map;
import java.util.Optional;
import org.resnext4j.engine.tensor.Tensor;

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
  @SuppressWarnings(
      "MustBeClosedChecker") // The open file owns the arena; on failure it is closed here.
  public static WeightFile open(Path file, Optional<String> part) throws IOException {
    if (Files.isDirectory(file)) {
      throw new WeightFileException(file, "a weight file was expected, but this is a folder");
    }
    Arena arena = Arena.ofShared();
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      MemorySegment bytes = channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size(), arena);
      WeightFormat format = recognise(file, bytes);
      WeightFile.Contents contents =
          switch (format) {
            case SAFETENSORS -> Safetensors.read(file, bytes);
            case PYTORCH_ZIP -> PyTorch.readZip(file, bytes, part);
            case PYTORCH_LEGACY -> PyTorch.readLegacy(file, bytes, part);
            case TORCH7 -> Torch7.read(file, bytes);
          };
      return new WeightFile(file, format, arena, bytes.byteSize(), contents);
    } catch (NoSuchFileException e) {
      arena.close();
      throw new WeightFileException(file, "there is no such file", e);
    } catch (IOException | RuntimeException e) {
      arena.close();
      throw e;
    }
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
    Safetensors.write(file, tensors, metadata, type);
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
            bytes.asSlice(0, Math.min(40, bytes.byteSize())).toArray(ValueLayout.JAVA_BYTE),
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
      return WeightFormat.PYTORCH_LEGACY;
    }
    // A table or an object, the first of the file; as a header's length it would be over 4 GB.
    if ((first == 3 || first == 4) && second == 1) {
      return WeightFormat.TORCH7;
    }
    if (start.startsWith("version https://")) {
      throw new WeightFileException(
          file, "this is a Git LFS pointer, not the weights; fetch the file itself");
    }
    throw new WeightFileException(
        file, "this is no weight file of a known format (safetensors, PyTorch or Torch7)");
  }
}
