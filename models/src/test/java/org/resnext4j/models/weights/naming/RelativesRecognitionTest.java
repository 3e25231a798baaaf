package org.resnext4j.models.weights.naming;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.resnext4j.models.Fixtures;
import org.resnext4j.models.Presets;
import org.resnext4j.models.ResNeXt;
import org.resnext4j.models.Smoothing;
import org.resnext4j.models.weights.LoadOptions;
import org.resnext4j.models.weights.ModelFile;
import org.resnext4j.models.weights.storage.ElementType;
import org.resnext4j.models.weights.storage.TensorInfo;
import org.resnext4j.models.weights.storage.WeightFileException;
import tools.jackson.databind.JsonNode;

/** timm's state dicts tell which relative they belong to, by names and shapes alone. */
class RelativesRecognitionTest {

  /** Smoothing has no tensors, so that network is taken for the one without. */
  private static final Map<String, String> ALIKE =
      Map.of("seresnextaa101d_32x8d", "seresnext101d_32x8d");

  @Test
  void everyRelativeIsToldFromTheOthers() {
    int cases = 0;
    for (JsonNode expected : Fixtures.json("relatives.json")) {
      if (expected.get("names_and_shapes").isNull()) {
        continue;
      }
      List<TensorInfo> tensors = new ArrayList<>();
      expected
          .get("names_and_shapes")
          .properties()
          .forEach(entry -> {
            List<Integer> shape = new ArrayList<>();
            entry.getValue().forEach(size -> shape.add(size.asInt()));
            tensors.add(new TensorInfo(entry.getKey(), ElementType.F32, shape));
          });
      String name = expected.get("name").asString();
      NetworkSearch.Found found =
          NetworkSearch.find(tensors, Optional.empty(), false).orElseThrow();
      assertThat(found.network().orElseThrow().name()).isEqualTo(ALIKE.getOrDefault(name, name));
      assertThat(found.match()).as(name).isEqualTo(1.0);
      assertThat(found.names()).hasSize(tensors.size());
      cases++;
    }
    assertThat(cases).isPositive();
  }

  /** Every pair of presets that tensors in torchvision's names cannot tell apart, and what does. */
  @Test
  void theLookAlikesAreTheseAlone() {
    Set<Set<String>> pairs = new HashSet<>();
    for (ResNeXt model : Presets.all()) {
      for (ResNeXt other : LookAlikes.of(model)) {
        pairs.add(Set.of(model.name(), other.name()));
      }
    }
    assertThat(pairs)
        .containsExactlyInAnyOrder(
            // By the file's name or the user: the smoothing.
            Set.of("resnet50d", "resnetaa50d"),
            Set.of("seresnext101d_32x8d", "seresnextaa101d_32x8d"),
            // By the tensors' names, or the file's: SENet's pool of the stem.
            Set.of("seresnext50_32x4d", "legacy_seresnext50_32x4d"),
            Set.of("seresnext101_32x4d", "legacy_seresnext101_32x4d"));
  }

  @ParameterizedTest
  @CsvSource({
    "resnet50d, resnet50d_ra2-464e36ba.pth, resnet50d",
    "resnet50d, resnetaa50d.d_in12k.safetensors, resnetaa50d",
    "resnet101d, resnetaa101d_sw.pth, resnetaa101d",
    "resnet50, resnetblur50_84f4748f.pth, resnetblur50",
    "seresnext101d_32x8d, seresnextaa101d_32x8d_ah.pth, seresnextaa101d_32x8d",
    "seresnext50_32x4d, legacy_se_or_seresnext50_32x4d.pth, seresnext50_32x4d",
    "seresnext50_32x4d, legacy_seresnext50_32x4d.pth, legacy_seresnext50_32x4d",
  })
  void aFilesNameDecidesAndSaysSo(String recognised, String file, String expected) {
    LookAlikes.Decision decision = LookAlikes.decide(ResNeXt.preset(recognised), List.of(file));
    assertThat(decision.model().name()).isEqualTo(expected);
    assertThat(decision.candidates()).isEmpty();
    assertThat(decision.note().orElseThrow()).contains(file);
  }

  @Test
  void theBlurOfANameIsTheNetworks() {
    ResNeXt model =
        LookAlikes.decide(ResNeXt.preset("resnet50"), List.of("resnetblur50.pth")).model();
    assertThat(model.variant().smoothing()).isEqualTo(Smoothing.BLUR);
  }

  @ParameterizedTest
  @ValueSource(strings = {"resnet50", "seresnext50_32x4d", "resnext50d_32x4d", "resnext26ts"})
  void aNetworkWithoutOpenLookAlikesNeedsNoName(String name) {
    LookAlikes.Decision decision =
        LookAlikes.decide(ResNeXt.preset(name), List.of("model.safetensors", "weights"));
    assertThat(decision.model().name()).isEqualTo(name);
    assertThat(decision.candidates()).isEmpty();
    assertThat(decision.note()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"resnext26ts", "seresnext26ts", "skresnext50_32x4d", "ecaresnet50d"})
  void relativesInOurOwnNamesAreRecognised(String name) {
    assertThat(ModelRecognition.recognise(tensors(ResNeXt.preset(name))))
        .contains(ResNeXt.preset(name));
  }

  private static List<TensorInfo> tensors(ResNeXt model) {
    List<TensorInfo> tensors = new ArrayList<>();
    model
        .graph()
        .parameters()
        .forEach((name, parameter) ->
            tensors.add(new TensorInfo(name, ElementType.F32, parameter.shape())));
    return tensors;
  }

  @ParameterizedTest
  @ValueSource(strings = {"resnet50d", "resnetaa50d"})
  void aFileThatMayBeOneOfTwoNetworksIsRefusedUnlessToldWhich(String name, @TempDir Path folder)
      throws IOException {
    Path file = folder.resolve("model.safetensors");
    writeEmpty(file, tensors(ResNeXt.preset(name)));
    assertThatThrownBy(() -> ModelFile.load(file, LoadOptions.defaults()))
        .isInstanceOf(WeightFileException.class)
        .hasMessageContaining("those of resnet50d and of resnetaa50d")
        .hasMessageContaining("name the model");
  }

  /** A file of zeros, of which the disk holds the header alone. */
  private static void writeEmpty(Path file, List<TensorInfo> tensors) throws IOException {
    StringBuilder header = new StringBuilder("{");
    long at = 0;
    for (TensorInfo tensor : tensors) {
      long end = at + tensor.elements() * Float.BYTES;
      header.append(
          "%s\"%s\":{\"dtype\":\"F32\",\"shape\":%s,\"data_offsets\":[%d,%d]}"
              .formatted(at == 0 ? "" : ",", tensor.name(), tensor.shape(), at, end));
      at = end;
    }
    byte[] json = header.append("}").toString().getBytes(StandardCharsets.UTF_8);
    ByteBuffer length = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putLong(json.length);
    try (RandomAccessFile out = new RandomAccessFile(file.toFile(), "rw")) {
      out.write(length.array());
      out.write(json);
      out.setLength(8 + json.length + at);
    }
  }
}
