package org.resnext4j.models.weights.safetensors;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.resnext4j.engine.tensor.Tensor;
import org.resnext4j.models.weights.storage.ByteReader;
import org.resnext4j.models.weights.storage.Contents;
import org.resnext4j.models.weights.storage.ElementType;
import org.resnext4j.models.weights.storage.Json;
import org.resnext4j.models.weights.storage.Storage;
import org.resnext4j.models.weights.storage.StoredTensor;
import org.resnext4j.models.weights.storage.WeightFileException;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Reads and writes the safetensors format. A file contains the header's length (8 bytes,
 * little-endian), a JSON object with each tensor's type, shape and offsets, and the numbers without
 * gaps or overlap.
 */
public final class Safetensors {

  private static final int LENGTH_BYTES = 8;
  private static final long LONGEST_HEADER = 100_000_000; // The reference implementation's limit.
  private static final String METADATA = "__metadata__";
  private static final int CHUNK = 1 << 18;

  private final Path file;
  private final MemorySegment bytes;
  private final Map<String, String> metadata = new LinkedHashMap<>();
  private final Map<String, String> unreadable = new LinkedHashMap<>();
  private final List<Entry> entries = new ArrayList<>();

  private Safetensors(Path file, MemorySegment bytes) {
    this.file = file;
    this.bytes = bytes;
  }

  /** An entry of the header. */
  @SuppressWarnings("ArrayRecordComponent") // Never compared.
  private record Entry(
      String name, Optional<ElementType> type, long[] shape, long begin, long end) {}

  public static Contents read(Path file, MemorySegment bytes) throws WeightFileException {
    return new Safetensors(file, bytes).read();
  }

  private Contents read() throws WeightFileException {
    long length = new ByteReader(file, bytes).longInteger();
    long available = bytes.byteSize() - LENGTH_BYTES;
    if (length < 2 || length > available || length > LONGEST_HEADER) {
      throw error(
          "the safetensors header must have 2 to %d bytes, but claims %s"
              .formatted(Math.min(available, LONGEST_HEADER), Long.toUnsignedString(length)));
    }
    parse(bytes.asSlice(LENGTH_BYTES, length));
    MemorySegment data = bytes.asSlice(LENGTH_BYTES + length);
    checkPlaces(data.byteSize());
    List<StoredTensor> tensors = new ArrayList<>();
    for (Entry entry : entries) {
      Storage storage = Storage.of(data.asSlice(entry.begin(), entry.end() - entry.begin()));
      if (entry.type().isPresent()) {
        tensors.add(
            StoredTensor.dense(file, entry.name(), entry.type().get(), entry.shape(), storage));
      }
    }
    return new Contents(
        metadata, tensors, List.of(), unreadable, Map.of(), Map.of("", entries.size()));
  }

  private void parse(MemorySegment header) throws WeightFileException {
    if (header.get(ValueLayout.JAVA_BYTE, 0) != '{') {
      throw error("the safetensors header must begin with '{'");
    }
    try (JsonParser json = Json.MAPPER.createParser(Json.utf8(header))) {
      expect(json.nextToken(), JsonToken.START_OBJECT, "header");
      while (json.nextToken() != JsonToken.END_OBJECT) {
        String name = json.currentName();
        if (json.nextToken() == JsonToken.VALUE_NULL && name.equals(METADATA)) {
          continue;
        }
        expect(json.currentToken(), JsonToken.START_OBJECT, name);
        if (name.equals(METADATA)) {
          parseMetadata(json);
        } else {
          entries.add(parseEntry(name, json));
        }
      }
      if (json.nextToken() != null) {
        throw error("the safetensors header must be one JSON object, but more follows it");
      }
    } catch (JacksonException e) {
      throw Json.invalid(file, "the safetensors header", e);
    } catch (CharacterCodingException e) {
      throw new WeightFileException(file, "the safetensors header is not valid UTF-8", e);
    }
  }

  private void parseMetadata(JsonParser json) throws WeightFileException {
    while (json.nextToken() != JsonToken.END_OBJECT) {
      String key = json.currentName();
      expect(json.nextToken(), JsonToken.VALUE_STRING, METADATA + "." + key);
      metadata.put(key, json.getString());
    }
  }

  private Entry parseEntry(String name, JsonParser json) throws WeightFileException {
    String type = "";
    long[] shape = null;
    long[] offsets = null;
    while (json.nextToken() != JsonToken.END_OBJECT) {
      String key = json.currentName();
      JsonToken value = json.nextToken();
      switch (key) {
        case "dtype" -> {
          expect(value, JsonToken.VALUE_STRING, name + ".dtype");
          type = json.getString();
        }
        case "shape" -> shape = parseNumbers(json, value, name + ".shape");
        case "data_offsets" -> offsets = parseNumbers(json, value, name + ".data_offsets");
        default -> json.skipChildren(); // Fields of later versions.
      }
    }
    if (type.isEmpty() || shape == null || offsets == null || offsets.length != 2) {
      throw error(
          "tensor '%s' must have a dtype, a shape and two data_offsets in the safetensors header"
              .formatted(name));
    }
    String found = type;
    Optional<ElementType> known = ElementType.named(type);
    if (known.isEmpty()) {
      unreadable.put(
          name,
          "tensor '%s' is of type %s, which is not supported (%s are)"
              .formatted(name, found, List.of(ElementType.values())));
    }
    return new Entry(name, known, shape, offsets[0], offsets[1]);
  }

  private long[] parseNumbers(JsonParser json, JsonToken first, String what)
      throws WeightFileException {
    expect(first, JsonToken.START_ARRAY, what);
    List<Long> numbers = new ArrayList<>();
    while (json.nextToken() != JsonToken.END_ARRAY) {
      expect(json.currentToken(), JsonToken.VALUE_NUMBER_INT, what);
      long number = json.getLongValue();
      if (number < 0) {
        throw error("%s must not be negative, but was %d".formatted(what, number));
      }
      numbers.add(number);
    }
    return numbers.stream().mapToLong(Long::longValue).toArray();
  }

  private void expect(JsonToken found, JsonToken expected, String what) throws WeightFileException {
    if (found != expected) {
      throw error(
          "the safetensors header must have %s at '%s', but has %s"
              .formatted(expected, what, found));
    }
  }

  /**
   * Checks the specification's rule: in the order of their offsets, the tensors follow one another
   * to the end of the file.
   */
  private void checkPlaces(long available) throws WeightFileException {
    List<Entry> inOrder =
        entries.stream()
            .sorted(Comparator.comparingLong(Entry::begin).thenComparingLong(Entry::end))
            .toList();
    long at = 0;
    for (Entry entry : inOrder) {
      if (entry.begin() != at || entry.end() < entry.begin() || entry.end() > available) {
        throw error(
            "tensor '%s' has data_offsets [%d, %d], but must begin at %d and end by %d"
                .formatted(entry.name(), entry.begin(), entry.end(), at, available));
      }
      at = entry.end();
    }
    if (at != available) {
      throw error(
          "the tensors must fill the %d bytes after the header, but end at %d"
              .formatted(available, at));
    }
  }

  private WeightFileException error(String problem) {
    return new WeightFileException(file, problem);
  }

  /** A function that writes the bytes of a file to a channel. */
  @FunctionalInterface
  public interface Writer {
    /**
     * Writes the whole file.
     *
     * @throws IOException if the channel fails
     */
    void writeTo(FileChannel channel) throws IOException;
  }

  /**
   * Returns a writer of tensors in their order.
   *
   * @param file the file that an error names
   * @throws WeightFileException if a number does not fit the type
   */
  public static Writer writer(
      Path file, Map<String, Tensor> tensors, Map<String, String> metadata, ElementType type)
      throws WeightFileException {
    ObjectNode header = Json.MAPPER.createObjectNode();
    if (!metadata.isEmpty()) {
      ObjectNode texts = header.putObject(METADATA);
      metadata.forEach(texts::put);
    }
    long at = 0;
    for (Map.Entry<String, Tensor> entry : tensors.entrySet()) {
      if (entry.getKey().equals(METADATA)) {
        throw new WeightFileException(file, "a tensor cannot be named " + METADATA);
      }
      checkRange(file, entry.getKey(), entry.getValue().values(), type);
      ObjectNode line = header.putObject(entry.getKey());
      line.put("dtype", type.name());
      ArrayNode shape = line.putArray("shape");
      entry.getValue().shape().forEach(shape::add);
      long end = at + (long) entry.getValue().values().length * type.bytes();
      line.putArray("data_offsets").add(at).add(end);
      at = end;
    }
    byte[] json = Json.MAPPER.writeValueAsString(header).getBytes(StandardCharsets.UTF_8);
    int padded = (json.length + 7) / 8 * 8; // This aligns the numbers.
    ByteBuffer start = ByteBuffer.allocate(LENGTH_BYTES + padded).order(ByteOrder.LITTLE_ENDIAN);
    start.putLong(padded).put(json);
    while (start.hasRemaining()) {
      start.put((byte) ' ');
    }
    start.flip();
    return channel -> {
      writeFully(channel, start);
      for (Tensor tensor : tensors.values()) {
        writeNumbers(channel, tensor.values(), type);
      }
    };
  }

  /** Throws an exception if the type would turn a finite number into infinity. */
  private static void checkRange(Path file, String name, float[] values, ElementType type)
      throws WeightFileException {
    if (type != ElementType.F16) {
      return;
    }
    for (float value : values) {
      if (Float.isFinite(value)
          && Float.isInfinite(Float.float16ToFloat(Float.floatToFloat16(value)))) {
        throw new WeightFileException(
            file,
            "tensor '%s' cannot be written as F16, which ends at 65504: it holds %s; use BF16 or F32"
                .formatted(name, value));
      }
    }
  }

  private static void writeNumbers(FileChannel channel, float[] values, ElementType type)
      throws IOException {
    ByteBuffer buffer = ByteBuffer.allocate(CHUNK * type.bytes());
    MemorySegment segment = MemorySegment.ofBuffer(buffer);
    for (int from = 0; from < values.length; from += CHUNK) {
      int count = Math.min(CHUNK, values.length - from);
      type.put(values, from, count, segment);
      writeFully(channel, buffer.clear().limit(count * type.bytes()));
    }
  }

  private static void writeFully(FileChannel channel, ByteBuffer buffer) throws IOException {
    while (buffer.hasRemaining()) {
      channel.write(buffer);
    }
  }
}
