package org.resnext4j.models.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.resnext4j.engine.NamedValues;
import org.resnext4j.engine.tensor.Tensor;
import org.resnext4j.engine.tensor.Weights;
import org.resnext4j.models.BlockForm;
import org.resnext4j.models.BlockForms;
import org.resnext4j.models.ResNeXt;
import org.resnext4j.models.Shortcut;
import org.resnext4j.models.Stem;
import org.resnext4j.models.weights.Torch7Writer.Module;
import org.resnext4j.models.weights.Torch7Writer.Values;
import org.resnext4j.models.weights.storage.WeightFileException;

/**
 * Torch7 files, written by {@link Torch7Writer} with the module structure of the authors' released
 * {@code resnext4j.lua}.
 */
class Torch7Test {

  private static final ResNeXt TINY =
      ResNeXt.builder()
          .stem(Stem.CIFAR)
          .stages(2, 1, 1)
          .stemChannels(16)
          .cardinality(4)
          .width(4)
          .classes(10)
          .build();

  @TempDir private Path folder;

  /** How a version of Torch stores its modules. */
  enum Style {
    /** As in the release: cudnn convolutions without bias, running_var. */
    RELEASED,
    /** Convolutions with bias, groups as a dimension, running_std, another epsilon. */
    OLD
  }

  @ParameterizedTest
  @EnumSource(Style.class)
  void theAuthorsLayerOrderBecomesTorchvisionsNames(Style style) throws IOException {
    Weights weights = NamedValues.weights(TINY.graph());
    ModelFile loaded = load(network(TINY, weights, style));
    assertThat(loaded.model()).isEqualTo(TINY);
    assertSame(loaded.weights(), weights, style == Style.OLD ? 1e-5f : 1e-6f);
  }

  @Test
  void formBOfTheBlockIsLoadedAsItsGroupedForm() throws IOException {
    Weights weights = NamedValues.weights(TINY.graph());
    ResNeXt paths = TINY.withForm(BlockForm.CONCATENATED);
    Weights split = BlockForms.fromGrouped(TINY, weights, BlockForm.CONCATENATED);
    ModelFile loaded = load(network(paths, split, Style.RELEASED));
    assertThat(loaded.model()).isEqualTo(TINY);
    assertSame(loaded.weights(), weights, 1e-6f);
  }

  @Test
  void shortcutsOfTypeAPutTheirZerosBehind() throws IOException {
    ResNeXt model = ResNeXt.preset("resnet20").withShortcut(Shortcut.ZERO_PADDING);
    ModelFile loaded = load(network(model, NamedValues.weights(model.graph()), Style.RELEASED));
    assertThat(loaded.model()).isEqualTo(model);
  }

  @Test
  void aCheckpointsModelOnSeveralGpusIsUnwrapped() throws IOException {
    Weights weights = NamedValues.weights(TINY.graph());
    Module parallel =
        Module.container("nn.DataParallelTable", List.of(network(TINY, weights, Style.RELEASED)));
    Map<String, Object> checkpoint = new LinkedHashMap<>();
    checkpoint.put("epoch", 3);
    checkpoint.put("model", parallel);
    assertSame(load(checkpoint).weights(), weights, 1e-6f);
  }

  @Test
  void aModuleThatIsNotOfTheFamilyIsNamed() {
    Module network =
        Module.container("nn.Sequential", List.of(Module.of("nn.SpatialFullConvolution")));
    assertThatThrownBy(() -> load(network))
        .isInstanceOf(WeightFileException.class)
        .hasMessageContaining("nn.SpatialFullConvolution");
  }

  @Test
  void aNetworkThatContainsItselfIsRefused() {
    List<Object> paths = new ArrayList<>();
    Map<String, Object> residual = new LinkedHashMap<>();
    Module inner = new Module("nn.Sequential", residual);
    Module concat = Module.of("nn.ConcatTable", "modules", paths);
    residual.put("modules", List.of(concat));
    paths.add(inner);
    Module block = Module.container("nn.Sequential", List.of(concat));
    Module stage = Module.container("nn.Sequential", List.of(block));
    assertThatThrownBy(() -> load(Module.container("nn.Sequential", List.of(stage))))
        .isInstanceOf(WeightFileException.class)
        .hasMessageContaining("which is a path already");
  }

  @Test
  void objectsNestedWithoutEndAreRefused() {
    Map<String, Object> table = Map.of("x", 1);
    for (int i = 0; i < 1000; i++) {
      table = Map.of("x", table);
    }
    Map<String, Object> root = table;
    assertThatThrownBy(() -> load(root))
        .isInstanceOf(WeightFileException.class)
        .hasMessageContaining("nested more than 200 deep");
  }

  private ModelFile load(Object root) throws IOException {
    Path file = folder.resolve("model.t7");
    Torch7Writer.write(file, root);
    try (WeightFile opened = WeightFiles.open(file)) {
      assertThat(opened.format()).isEqualTo(WeightFormat.TORCH7);
    }
    return ModelFile.load(file);
  }

  private static void assertSame(Weights found, Weights expected, float error) {
    for (Map.Entry<String, Tensor> entry : expected.tensors().entrySet()) {
      assertThat(found.get(entry.getKey()).values())
          .as(entry.getKey())
          .containsExactly(entry.getValue().values(), within(error));
    }
  }

  // The modules, in the order of the authors' code.

  private static Module network(ResNeXt model, Weights weights, Style style) {
    List<Module> layers = new ArrayList<>();
    layers.addAll(convolved("", "1", weights, style, 1));
    for (int stage = 0; stage < model.stages().size(); stage++) {
      List<Module> blocks = new ArrayList<>();
      for (int block = 0; block < model.stages().get(stage); block++) {
        blocks.add(block(ResNeXt.blockName(stage, block) + ".", model, weights, style));
      }
      layers.add(Module.container("nn.Sequential", blocks));
    }
    layers.add(Module.of("cudnn.SpatialAveragePooling", "kW", 8));
    layers.add(Module.of("nn.View", "numInputDims", 3));
    layers.add(
        Module.of(
            "nn.Linear",
            "weight",
            values(weights.get("fc.weight")),
            "bias",
            values(weights.get("fc.bias"))));
    return Module.container("nn.Sequential", layers);
  }

  private static Module block(String name, ResNeXt model, Weights weights, Style style) {
    List<Module> residual = new ArrayList<>();
    boolean basic = !weights.tensors().containsKey(name + "bn3.weight");
    if (basic) {
      residual.addAll(convolved(name, "1", weights, style, 1));
      residual.addAll(convolved(name, "2", weights, style, 1).subList(0, 2));
    } else {
      if (model.form() == BlockForm.GROUPED) {
        residual.addAll(path(name, weights, style, model.cardinality()));
      } else {
        List<Module> paths = new ArrayList<>();
        for (int path = 0; path < model.cardinality(); path++) {
          String prefix = "%spaths.%d.".formatted(name, path);
          paths.add(Module.container("nn.Sequential", path(prefix, weights, style, 1)));
        }
        residual.add(Module.container("nn.ConcatTable", paths));
        residual.add(Module.of("nn.JoinTable", "dimension", 2));
      }
      residual.addAll(convolved(name, "3", weights, style, 1).subList(0, 2));
    }
    Module both =
        Module.container(
            "nn.ConcatTable",
            List.of(Module.container("nn.Sequential", residual), shortcut(name, weights, style)));
    return Module.container(
        "nn.Sequential", List.of(both, Module.of("nn.CAddTable"), Module.of("cudnn.ReLU")));
  }

  private static List<Module> path(String name, Weights weights, Style style, int groups) {
    List<Module> modules = new ArrayList<>(convolved(name, "1", weights, style, 1));
    modules.addAll(convolved(name, "2", weights, style, groups));
    return modules;
  }

  private static Module shortcut(String name, Weights weights, Style style) {
    String projection = name + "downsample.";
    if (weights.tensors().containsKey(projection + "0.weight")) {
      List<Module> modules = convolution(projection + "0", projection + "1", weights, style, 1);
      return Module.container("nn.Sequential", modules);
    }
    if (name.equals("layer2.0.") || name.equals("layer3.0.")) {
      Module padding =
          Module.container(
              "nn.Concat", List.of(Module.of("nn.Identity"), Module.of("nn.MulConstant")));
      return Module.container(
          "nn.Sequential", List.of(Module.of("nn.SpatialAveragePooling"), padding));
    }
    return Module.of("nn.Identity");
  }

  private static List<Module> convolved(
      String prefix, String number, Weights weights, Style style, int groups) {
    List<Module> modules =
        new ArrayList<>(
            convolution(prefix + "conv" + number, prefix + "bn" + number, weights, style, groups));
    modules.add(Module.of("cudnn.ReLU", "inplace", true));
    return modules;
  }

  private static List<Module> convolution(
      String convolution, String norm, Weights weights, Style style, int groups) {
    Tensor filters = weights.get(convolution + ".weight");
    int out = filters.shape().getFirst();
    int in = filters.shape().get(1) * groups;
    int kernel = filters.shape().get(2);
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("nInputPlane", in);
    fields.put("nOutputPlane", out);
    fields.put("kW", kernel);
    fields.put("kH", kernel);
    fields.put("groups", groups);
    fields.put("weight", values(filters));
    float[] mean = weights.get(norm + ".running_mean").values();
    float[] variance = weights.get(norm + ".running_var").values();
    Map<String, Object> batchNorm = new LinkedHashMap<>();
    batchNorm.put("weight", values(weights.get(norm + ".weight")));
    batchNorm.put("bias", values(weights.get(norm + ".bias")));
    if (style == Style.RELEASED) {
      batchNorm.put("eps", 1e-5);
      batchNorm.put("running_mean", vector(mean));
      batchNorm.put("running_var", vector(variance));
    } else {
      // What the convolution adds, the norm's mean takes away again.
      float[] bias = new float[out];
      float[] shifted = mean.clone();
      float[] inverse = new float[out];
      for (int i = 0; i < out; i++) {
        bias[i] = 0.25f * i;
        shifted[i] += bias[i];
        inverse[i] = (float) (1 / Math.sqrt(variance[i] + 1e-5));
      }
      long[] grouped = {groups, out / groups, in / groups, kernel, kernel};
      fields.put("weight", new Values("Cuda", filters.values(), grouped));
      fields.put("bias", vector(bias));
      batchNorm.put("eps", 1e-3);
      batchNorm.put("running_mean", vector(shifted));
      batchNorm.put("running_std", vector(inverse));
    }
    return List.of(
        new Module("cudnn.SpatialConvolution", fields),
        new Module("nn.SpatialBatchNormalization", batchNorm));
  }

  private static Values values(Tensor tensor) {
    return new Values(
        "Cuda", tensor.values(), tensor.shape().stream().mapToLong(Integer::longValue).toArray());
  }

  private static Values vector(float[] values) {
    return new Values("Float", values, values.length);
  }
}
