package org.resnext4j.models.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.resnext4j.engine.graph.Shape;
import org.resnext4j.engine.reference.Activation;
import org.resnext4j.engine.reference.ReferenceExecutor;
import org.resnext4j.models.weights.storage.Json;
import org.resnext4j.models.weights.storage.WeightFileException;
import tools.jackson.databind.JsonNode;

/**
 * One small network in every form that training libraries save gives PyTorch's logits, or is
 * refused with the true reason. {@code relatives.py} makes the files.
 */
class SavedFormsTest {

  private static final int PIXELS = 8 * 8;

  private static final String INFINITE =
      "tensor 'layer1.0.bn2.weight' holds Infinity, which is no weight";

  /** A part of the reason, for each file that holds no network that can be read. */
  private static final Map<String, String> REFUSED =
      Map.ofEntries(
          Map.entry("byteorder_big.pth", "written on a big-endian machine"),
          Map.entry(
              "deepspeed_zero3_model_states.pt",
              "'module.conv1.weight' has no values; a partitioned checkpoint"),
          Map.entry("deepspeed_zero_optim_states.pt", "they are named exp_avg, exp_avg_sq"),
          Map.entry("download.pth", "this is a web page"),
          Map.entry(
              "fastai_vision_learner.pth",
              "its classifier is not one linear layer of 8 channels, but [model.1.4.weight[16, 16], model.1.8.weight[3, 16]]"),
          Map.entry("flax_names.safetensors", "'params.conv1.kernel' is a name of Keras"),
          Map.entry("fsdp_flat.pth", "'flat_param' is a flat parameter of FSDP"),
          Map.entry("int8_with_scales.pth", "tensor 'fc.weight' holds whole numbers (I8)"),
          Map.entry("infinite.pth", INFINITE),
          Map.entry("infinite.safetensors", INFINITE),
          Map.entry("infinite_half.pth", "tensor 'fc.bias' holds -Infinity, which is no weight"),
          Map.entry("infinite_legacy.pth", INFINITE),
          Map.entry("infinite_numpy.pkl", INFINITE),
          Map.entry("infinite_shards", INFINITE),
          Map.entry("keras.h5", "this is an HDF5 file"),
          Map.entry("not_a_number.pth", "tensor 'conv1.weight' holds NaN, which is no weight"),
          Map.entry("keras_names.safetensors", "'conv1/kernel:0' is a name of Keras"),
          Map.entry("lora.pth", "'fc.lora_A.default.weight' is a part of an adapter (LoRA)"),
          Map.entry("model.onnx", "this is a protocol buffer, such as an ONNX model"),
          Map.entry(
              "no_pickle.zip", "no data.pkl, so torch.save did not write it; it holds [model.json"),
          Map.entry(
              "parametrized_conv1.pth",
              "'conv1.parametrizations.weight.original' is a part of a parametrised weight"),
          Map.entry(
              "parametrized_fc.pth",
              "'fc.parametrizations.weight.original' is a part of a parametrised weight"),
          Map.entry(
              "parametrized_weight_norm.pth",
              "'fc.parametrizations.weight.original0' is a part of a parametrised weight"),
          Map.entry("pruned.pth", "'layer1.0.conv1.weight_mask' is the mask of a pruned layer"),
          Map.entry("quantised_dynamic.pth", "quantised weights are not supported"),
          Map.entry(
              "quantised_per_channel.pth",
              "'conv1.weight' is quantised; quantised weights are not supported"),
          Map.entry("saved_model.pb", "this is a protocol buffer"),
          Map.entry("torchscript_frozen.pt", "it is TorchScript whose weights are constants"),
          Map.entry(
              "weight_norm_conv.pth", "'layer1.0.conv2.weight_g' is a factor of a weight norm"),
          Map.entry("weight_norm_everywhere.pth", "'conv1.weight_g' is a factor of a weight norm"),
          Map.entry("weight_norm_fc.pth", "'fc.weight_g' is a factor of a weight norm"),
          Map.entry("weights.npz", "it is a NumPy archive (.npz)"),
          Map.entry("weights.pth.gz", "this is a compressed file"),
          Map.entry("zip_bzip2.pth", "only stored and deflated are supported"));

  /** Files whose values differ from the network's, with their own logits. */
  private static final List<String> OTHER_VALUES = List.of("bfloat16.pth", "expanded.pth");

  private static final Path FOLDER = Resources.path("relatives");

  private static Stream<String> loaded() throws IOException {
    try (Stream<Path> files = Files.list(FOLDER)) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> !name.endsWith(".json") && !REFUSED.containsKey(name))
          .filter(name -> !OTHER_VALUES.contains(name))
          .sorted()
          .toList()
          .stream();
    }
  }

  private static Stream<String> refused() {
    return REFUSED.keySet().stream().sorted();
  }

  @ParameterizedTest
  @MethodSource("loaded")
  void theNetworkIsFound(String name) throws IOException {
    assertLogits(name, "expected.json");
  }

  @Test
  void bfloat16IsWidenedExactly() throws IOException {
    assertLogits("bfloat16.pth", "bfloat16.json");
  }

  @Test
  void aStrideOfZeroRepeatsOneNumber() throws IOException {
    assertLogits("expanded.pth", "expanded.json");
  }

  @ParameterizedTest
  @MethodSource("refused")
  void theReasonOfARefusalIsTrue(String name) {
    Path file = FOLDER.resolve(name);
    assertThatThrownBy(() -> ModelFile.load(file))
        .isInstanceOf(WeightFileException.class)
        .hasMessageStartingWith(file + ": ")
        .hasMessageContaining(REFUSED.get(name));
  }

  @Test
  void aPythonObjectBesideTheNetworkIsNotCountedAsATensor() throws IOException {
    assertThat(ModelFile.load(FOLDER.resolve("deepspeed_mp_rank_00_model_states.pt")).notes())
        .isEmpty();
  }

  @Test
  void theAveragedNetworkIsTakenWhereverItLies() throws IOException {
    for (String name :
        List.of("lightning_ema_callback.ckpt", "mmengine_ema.pth", "ddp_ema_compile.ckpt")) {
      Path file = FOLDER.resolve(name);
      assertThat(ModelFile.load(file).notes()).first().asString().contains("ema");
      ModelFile other = ModelFile.load(file, LoadOptions.defaults().withAveraged(false));
      assertThat(other.weights().get("fc.bias").values()).containsOnly(1);
    }
  }

  @Test
  void aMissingClassifierMayBeAddedAndAPresentOneKept() throws IOException {
    LoadOptions options = LoadOptions.defaults().withMissingClassifier(7, 1);
    ModelFile deep = ModelFile.load(FOLDER.resolve("fastai_vision_learner.pth"), options);
    assertThat(deep.model().classes()).isEqualTo(7);
    assertThat(deep.notes()).anyMatch(note -> note.contains("a fresh classifier of 7 classes"));
    ModelFile whole = ModelFile.load(FOLDER.resolve("legacy.pth"), options);
    assertThat(whole.model().classes()).isEqualTo(3);
    assertThat(whole.notes()).isEmpty();
  }

  private static void assertLogits(String name, String expected) throws IOException {
    ModelFile file = ModelFile.load(FOLDER.resolve(name));
    double[] stored = numbers(json("expected.json").get("pictures"));
    double[] pictures = new double[stored.length];
    for (int i = 0; i < stored.length; i++) {
      int picture = i / (3 * PIXELS);
      int channel = i / PIXELS % 3;
      pictures[(picture * PIXELS + i % PIXELS) * 3 + channel] = stored[i];
    }
    Activation input = new Activation(new Shape(2, 8, 8, 3), pictures);
    double[] logits =
        new ReferenceExecutor(file.model().graph(), file.weights()).run(input).values();
    assertThat(logits).containsExactly(numbers(json(expected).get("logits")), within(1e-6));
  }

  private static JsonNode json(String name) throws IOException {
    return Json.MAPPER.readTree(Files.readString(FOLDER.resolve(name)));
  }

  private static double[] numbers(JsonNode list) {
    double[] values = new double[list.size()];
    Arrays.setAll(values, i -> list.get(i).asDouble());
    return values;
  }
}
