package org.resnext4j.models.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.resnext4j.engine.tensor.Tensor;
import org.resnext4j.models.BlockForm;
import org.resnext4j.models.Presets;
import org.resnext4j.models.ResNeXt;
import org.resnext4j.models.Shortcut;
import org.resnext4j.models.Smoothing;
import org.resnext4j.models.Stem;
import org.resnext4j.models.Variant;
import org.resnext4j.models.weights.naming.ModelRecognition;
import org.resnext4j.models.weights.storage.ElementType;
import org.resnext4j.models.weights.storage.TensorInfo;
import org.resnext4j.models.weights.storage.WeightFileException;

class ModelFileTest {

  private static final ResNeXt TINY =
      ResNeXt.builder()
          .stem(Stem.CIFAR)
          .stages(1, 2)
          .stemChannels(8)
          .cardinality(2)
          .width(3)
          .classes(3)
          .build();

  @TempDir private Path folder;

  private static Stream<ResNeXt> unnamed() {
    return Stream.of(
        TINY,
        TINY.withForm(BlockForm.SUMMED),
        TINY.withForm(BlockForm.CONCATENATED),
        TINY.withShortcut(Shortcut.PROJECTION_ALWAYS),
        TINY.withShortcut(Shortcut.ZERO_PADDING),
        ResNeXt.preset("resnext38_4x16d").withClasses(100));
  }

  /**
   * Whether shapes in our own names tell a preset from the others: smoothing, SENet's pool and the
   * nonlinearity have none (metadata, timm's own names or a hub's configuration tell them).
   */
  private static boolean isToldByShapes(ResNeXt model) {
    return model.variant().smoothing() == Smoothing.NONE
        && model.variant().activation() == Variant.Activation.RELU
        && model.stem() != Stem.IMAGENET_CUT_POOL;
  }

  private static Stream<ResNeXt> toldByShapes() {
    return Presets.all().stream()
        .filter(ModelFileTest::isToldByShapes)
        // timm's ecaresnext50t is its ecaresnext26t under another name.
        .filter(model -> !model.name().equals("ecaresnext50t_32x4d"));
  }

  @ParameterizedTest
  @MethodSource({"toldByShapes", "unnamed"})
  void everyNetworkIsRecognisedFromItsShapes(ResNeXt model) {
    List<TensorInfo> tensors =
        model.graph().parameters().entrySet().stream()
            .map(entry ->
                new TensorInfo(
                    "module." + entry.getKey(), ElementType.F32, entry.getValue().shape()))
            .toList();
    // Cardinality 1 and width 64 is ResNet, and called so.
    ResNeXt expected =
        model.name().endsWith("_1x64d")
            ? ResNeXt.preset(model.name().replace("resnext", "resnet").replace("_1x64d", ""))
            : model;
    assertThat(ModelRecognition.recognise(tensors)).contains(expected);
  }

  @Test
  void aModelComesBackWithItsCardAndItsShortcutThatShapesDoNotTell() throws IOException {
    ResNeXt model = TINY.withShortcut(Shortcut.NONE);
    SequencedMap<String, String> provenance = new LinkedHashMap<>();
    provenance.put("data", "three \"things\"");
    provenance.put("seed", "7");
    ModelCard card =
        new ModelCard(
            model.name(), List.of("a", "ö", "c"), Optional.of("{\"crop\":32}"), provenance);
    ModelFile saved = new ModelFile(model, ModelFile.untrained(model, 1).weights(), card);
    Path file = folder.resolve("m.safetensors");
    ModelFile.save(file, saved, ElementType.F32);
    ModelFile loaded = ModelFile.load(file);
    assertThat(loaded.model()).isEqualTo(model);
    assertThat(loaded.card()).isEqualTo(card);
    for (Map.Entry<String, Tensor> entry : saved.weights().tensors().entrySet()) {
      assertThat(loaded.weights().get(entry.getKey()).values())
          .containsExactly(entry.getValue().values());
    }
  }

  @Test
  void theClassifierIsReplacedForAnotherNumberOfClasses() throws IOException {
    Path file = folder.resolve("m.safetensors");
    ModelFile saved = ModelFile.untrained(TINY, 1);
    ModelFile.save(file, saved, ElementType.F32);
    ModelFile first = ModelFile.load(file, LoadOptions.defaults().withNewClasses(5, 42));
    ModelFile again = ModelFile.load(file, LoadOptions.defaults().withNewClasses(5, 42));
    ModelFile other = ModelFile.load(file, LoadOptions.defaults().withNewClasses(5, 43));
    assertThat(first.model()).isEqualTo(TINY.withClasses(5));
    float[] classifier = first.weights().get("fc.weight").values();
    assertThat(again.weights().get("fc.weight").values()).containsExactly(classifier);
    assertThat(other.weights().get("fc.weight").values()).isNotEqualTo(classifier);
    assertThat(first.weights().get("layer2.1.conv2.weight").values())
        .containsExactly(saved.weights().get("layer2.1.conv2.weight").values());
  }

  @Test
  void everythingThatDoesNotFitIsListed() throws IOException {
    Path file = folder.resolve("m.safetensors");
    Map<String, Tensor> tensors =
        new LinkedHashMap<>(ModelFile.untrained(TINY, 1).weights().tensors());
    tensors.remove("bn1.bias");
    tensors.remove("layer2.0.bn2.running_var");
    tensors.put("conv1.weight", Tensor.zeros(List.of(8, 3, 5, 5)));
    tensors.put("layer2.0.se.weight", Tensor.of(1));
    WeightFiles.write(file, tensors, Map.of(), ElementType.F32);
    assertThatThrownBy(() -> ModelFile.load(file, LoadOptions.defaults().withModel(TINY)))
        .isInstanceOf(WeightFileException.class)
        .hasMessageStartingWith(file.toString())
        .hasMessageContaining("missing: bn1.bias [8]")
        .hasMessageContaining("missing: layer2.0.bn2.running_var [12]")
        .hasMessageContaining("conv1.weight: expected shape [8, 3, 3, 3], found [8, 3, 5, 5]")
        .hasMessageContaining("unexpected: layer2.0.se.weight [1]");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          resnext4j.model        | resnext50_64x8d             | there is no model named
          resnext4j.model        | {"name":"x"}                | resnext4j.model
          resnext4j.model        | {"name":                    | resnext4j.model
          resnext4j.labels       | ["a","b"]                   | 2 labels for 3 classes
          resnext4j.labels       | [1,2,3]                     | must hold texts
          resnext4j.provenance   | {"a":{"b":1}}               | must hold texts
          """)
  void metadataThatCannotBeUsedIsRefused(String key, String value, String problem)
      throws IOException {
    Path file = folder.resolve("m.safetensors");
    WeightFiles.write(
        file,
        ModelFile.untrained(TINY, 1).weights().tensors(),
        Map.of(key, value),
        ElementType.F32);
    assertThatThrownBy(() -> ModelFile.load(file))
        .isInstanceOf(WeightFileException.class)
        .hasMessageStartingWith(file.toString())
        .hasMessageContaining(problem);
  }

  @Test
  void metadataCannotMakeANetworkLargerThanTheFile() throws IOException {
    Path file = folder.resolve("m.safetensors");
    String huge =
        ModelFile.untrained(TINY, 1)
            .metadata()
            .get("resnext4j.model")
            .replace("[1,2]", "[1000000,1000000]");
    WeightFiles.write(
        file,
        ModelFile.untrained(TINY, 1).weights().tensors(),
        Map.of("resnext4j.model", huge),
        ElementType.F32);
    assertThatThrownBy(() -> ModelFile.load(file))
        .isInstanceOf(WeightFileException.class)
        .hasMessageContaining("2000000 blocks");
  }

  @Test
  void aFileThatIsNotThereOrAFolderIsSaid() {
    assertThatThrownBy(() -> ModelFile.load(folder.resolve("none.pth")))
        .isInstanceOf(WeightFileException.class)
        .hasMessageContaining("there is no such file");
    assertThatThrownBy(() -> ModelFile.load(folder))
        .isInstanceOf(WeightFileException.class)
        .hasMessageContaining("is a folder");
  }

  @Test
  void aNegativeVarianceIsRefusedByName() throws IOException {
    Path file = folder.resolve("m.safetensors");
    Map<String, Tensor> tensors =
        new LinkedHashMap<>(ModelFile.untrained(TINY, 1).weights().tensors());
    float[] variance = tensors.get("bn1.running_var").values().clone();
    variance[3] = -0.5f;
    tensors.put("bn1.running_var", new Tensor(List.of(variance.length), variance));
    WeightFiles.write(file, tensors, Map.of(), ElementType.F32);
    assertThatThrownBy(() -> ModelFile.load(file))
        .isInstanceOf(WeightFileException.class)
        .hasMessage(file + ": tensor 'bn1.running_var' holds -0.5, but a variance is not negative");
  }

  @Test
  void tensorsBesideTheNetworkAreCountedByKind() throws IOException {
    Path file = folder.resolve("m.safetensors");
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    ModelFile.untrained(TINY, 1)
        .weights()
        .tensors()
        .forEach((name, tensor) -> tensors.put("encoder." + name, tensor));
    tensors.put("projector.0.bias", Tensor.of(1, 2));
    tensors.put("projector.2.bias", Tensor.of(1));
    tensors.put("temperature", Tensor.of(1));
    WeightFiles.write(file, tensors, Map.of(), ElementType.F32);
    assertThat(ModelFile.load(file).notes())
        .containsExactly(
            file
                + ": 3 tensors beside the network are set aside: 'projector' (2), 'temperature' (1)");
  }
}
