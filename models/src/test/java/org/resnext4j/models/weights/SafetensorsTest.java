package org.resnext4j.models.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.resnext4j.engine.tensor.Tensor;
import org.resnext4j.models.weights.storage.ElementType;
import org.resnext4j.models.weights.storage.WeightFileException;

class SafetensorsTest {

  @TempDir private Path folder;

  @ParameterizedTest
  @EnumSource(names = {"F64", "F32", "F16", "BF16"})
  void whatIsWrittenIsReadAgain(ElementType type) throws IOException {
    Path file = folder.resolve("w.safetensors");
    // Numbers that every type holds exactly, among them the ends of subnormal and normal ranges.
    SequencedMap<String, Tensor> tensors = new LinkedHashMap<>();
    tensors.put("b", new Tensor(List.of(2, 3), new float[] {0, -0f, 1, -2, 0.5f, 0x1p-14f}));
    tensors.put("a", Tensor.of(Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY, 128));
    tensors.put("scalar", new Tensor(List.of(), new float[] {3}));
    tensors.put("empty", new Tensor(List.of(0, 7), new float[0]));
    WeightFiles.write(file, tensors, Map.of("key", "välue \"quoted\""), type);
    try (WeightFile read = WeightFiles.open(file)) {
      assertThat(read.format()).isEqualTo(WeightFormat.SAFETENSORS);
      assertThat(read.metadata()).isEqualTo(Map.of("key", "välue \"quoted\""));
      assertThat(read.tensors().keySet()).containsExactly("b", "a", "scalar", "empty");
      for (Map.Entry<String, Tensor> entry : tensors.entrySet()) {
        Tensor tensor = read.read(entry.getKey());
        assertThat(read.tensors().get(entry.getKey()).type()).isEqualTo(type);
        assertThat(tensor.shape()).isEqualTo(entry.getValue().shape());
        assertThat(tensor.values()).containsExactly(entry.getValue().values());
      }
    }
    try (Stream<Path> files = Files.list(folder)) {
      assertThat(files).as("no temporary file is left").containsExactly(file);
    }
  }

  @Test
  void bfloat16RoundsHalfToEvenAndKeepsNotANumber() throws IOException {
    Path file = folder.resolve("w.safetensors");
    float onlyLowBits = Float.intBitsToFloat(0x7F800001);
    Tensor values =
        Tensor.of(
            Float.intBitsToFloat(0x3F808000), // Halfway, down to the even 0x3F80.
            Float.intBitsToFloat(0x3F818000), // Halfway, up to the even 0x3F82.
            Float.intBitsToFloat(0x3F808001), // Just over half, up.
            onlyLowBits);
    WeightFiles.write(file, Map.of("x", values), Map.of(), ElementType.BF16);
    try (WeightFile read = WeightFiles.open(file)) {
      assertThat(read.read("x").values())
          .containsExactly(
              Float.intBitsToFloat(0x3F800000),
              Float.intBitsToFloat(0x3F820000),
              Float.intBitsToFloat(0x3F810000),
              Float.NaN);
    }
  }

  @Test
  void aNumberTooLargeForHalfPrecisionIsRefusedAndNothingIsWritten() {
    Path file = folder.resolve("w.safetensors");
    assertThatThrownBy(() ->
            WeightFiles.write(
                file, Map.of("bn1.bias", Tensor.of(1, 70_000)), Map.of(), ElementType.F16))
        .isInstanceOf(WeightFileException.class)
        .hasMessageContaining("bn1.bias")
        .hasMessageContaining("70000.0");
    assertThat(file).doesNotExist();
  }

  @Test
  void aFileIsReplacedWholeOrNotAtAll() throws IOException {
    Path file = folder.resolve("w.safetensors");
    Files.writeString(file, "what was there");
    assertThatThrownBy(() ->
            AtomicFile.write(
                file,
                channel -> {
                  channel.write(ByteBuffer.wrap(new byte[100]));
                  throw new IOException("the disk is full");
                }))
        .hasMessage(file + ": could not be written: the disk is full");
    assertThat(file).hasContent("what was there");
    try (Stream<Path> files = Files.list(folder)) {
      assertThat(files).containsExactly(file);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          [1]                                                                         | no weight file of a known format
          {"a":1}                                                                     | START_OBJECT at 'a'
          {"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}} {}                   | more follows
          {"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}                       | not valid JSON
          {"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"a":{}}               | not valid JSON
          {"a":{"dtype":"F32","shape":[1]}}                                           | two data_offsets
          {"a":{"dtype":"F8_E4M3","shape":[4],"data_offsets":[0,4]}}                  | F8_E4M3, which is not supported
          {"a":{"dtype":"F32","shape":[-1],"data_offsets":[0,4]}}                     | must not be negative
          {"a":{"dtype":"F32","shape":[1.0],"data_offsets":[0,4]}}                    | VALUE_NUMBER_INT
          {"a":{"dtype":"F32","shape":[2],"data_offsets":[0,4]}}                      | does not fit
          {"a":{"dtype":"F16","shape":[1],"data_offsets":[0,4]}}                      | needs 2 bytes, but has 4
          {"a":{"dtype":"F32","shape":[0],"data_offsets":[4,4]}}                      | must begin at 0
          {"a":{"dtype":"F32","shape":[0],"data_offsets":[0,0]}}                      | must fill the 4 bytes
          {"a":{"dtype":"F32","shape":[1],"data_offsets":[4,0]}}                      | must begin at 0
          {"a":{"dtype":"F32","shape":[4294967296,4294967296],"data_offsets":[0,4]}}  | does not fit
          {"a":{"dtype":"F32","shape":[1],"data_offsets":[0,99999999999999999999]}}   | not valid JSON
          {"__metadata__":{"k":1},"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}} | VALUE_STRING
          """)
  void everyRuleOfTheHeaderIsChecked(String header, String problem) throws IOException {
    Path file = write(header, 4);
    assertThatThrownBy(() -> WeightFiles.open(file).close())
        .isInstanceOf(WeightFileException.class)
        .hasMessageStartingWith(file.toString())
        .hasMessageContaining(problem);
  }

  @Test
  void deepNestingIsRefusedBeforeItExhaustsTheStack() throws IOException {
    Path file = write("{\"a\":".repeat(100_000) + "}".repeat(100_000), 0);
    assertThatThrownBy(() -> WeightFiles.open(file).close())
        .isInstanceOf(WeightFileException.class);
  }

  /** A sparse file: 2.2 billion numbers take no room on disk where the system leaves holes. */
  @Test
  void tensorsBeyondTwoGigabytesAreReadInParts() throws IOException {
    long elements = 2_200_000_000L;
    Path file =
        write(
            "{\"a\":{\"dtype\":\"U8\",\"shape\":[2200,1000000],\"data_offsets\":[0,%d]}}"
                .formatted(elements),
            0);
    long end = Files.size(file) + elements;
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      channel.write(ByteBuffer.wrap(new byte[] {7, 8, 9}), end - 3);
    }
    try (WeightFile read = WeightFiles.open(file)) {
      float[] last = new float[4];
      read.read("a", elements - 4, last);
      assertThat(last).containsExactly(0, 7, 8, 9);
      assertThatThrownBy(() -> read.read("a"))
          .isInstanceOf(WeightFileException.class)
          .hasMessageContaining("more than one array holds");
    }
  }

  @Test
  void statisticsAreThoseOfTheFiniteValues() throws IOException {
    Path file = folder.resolve("w.safetensors");
    Tensor values = Tensor.of(1, 2, 3, 4, Float.NaN, Float.POSITIVE_INFINITY);
    WeightFiles.write(file, Map.of("x", values), Map.of(), ElementType.F32);
    try (WeightFile read = WeightFiles.open(file)) {
      TensorStatistics statistics = TensorStatistics.of(read, "x");
      assertThat(statistics.minimum()).isEqualTo(1);
      assertThat(statistics.maximum()).isEqualTo(4);
      assertThat(statistics.mean()).isEqualTo(2.5);
      assertThat(statistics.deviation()).isCloseTo(Math.sqrt(1.25), within(1e-12));
      assertThat(statistics.notFinite()).isEqualTo(2);
    }
  }

  private Path write(String header, int dataBytes) throws IOException {
    byte[] json = header.getBytes(StandardCharsets.UTF_8);
    ByteBuffer bytes =
        ByteBuffer.allocate(8 + json.length + dataBytes).order(ByteOrder.LITTLE_ENDIAN);
    bytes.putLong(json.length).put(json);
    Path file = folder.resolve("w.safetensors");
    Files.write(file, bytes.array());
    return file;
  }
}
