package org.resnext4j.models;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.resnext4j.engine.graph.Graph;
import org.resnext4j.engine.graph.Node;
import org.resnext4j.engine.graph.Op;
import org.resnext4j.engine.graph.Parameter;
import org.resnext4j.engine.graph.Shape;

class ResNeXtTest {

  /** Counts by torchvision (the first eight also in the shared parity fixture), and the paper's. */
  @ParameterizedTest
  @CsvSource({
    "resnext50_32x4d, 25028904",
    "resnext101_32x4d, 44177704",
    "resnext101_64x4d, 83455272",
    "resnext101_32x8d, 88791336",
    "resnet18, 11689512",
    "resnet34, 21797672",
    "resnet50, 25557032",
    "resnet101, 44549160",
    "resnet152, 60192808",
    "resnet20, 269722",
    "resnet56, 853018",
    "resnext29_8x64d, 34426698",
    "resnext29_16x64d, 68155210",
  })
  void aPresetHasThePublishedNumberOfParameters(String name, long parameters) {
    long counted =
        ResNeXt.preset(name).graph().parameters().values().stream()
            .filter(parameter -> parameter.role().isTrainable())
            .mapToLong(Parameter::elements)
            .sum();
    assertThat(counted).isEqualTo(parameters);
  }

  @Test
  void everyPresetInfersItsShapesFromPixelsToLogits() {
    for (ResNeXt model : Presets.all()) {
      Graph graph = model.graph();
      List<Shape> shapes = graph.shapes(new Shape(2, model.inputSize(), model.inputSize(), 3));
      assertThat(shapes.getLast()).isEqualTo(new Shape(2, 1, 1, model.classes()));
      Shape lastMap = shapes.get(graph.node(model.stageOutputs().getLast()).index());
      assertThat(lastMap.height()).as(model.name()).isEqualTo(model.stem() == Stem.CIFAR ? 8 : 7);
    }
  }

  @Test
  void aPresetIsNamedByItsDepth() {
    for (ResNeXt model : Presets.all()) {
      // timm's ecaresnext50t has the blocks of a 26.
      int nominal = model.name().equals("ecaresnext50t_32x4d") ? 50 : model.depth();
      assertThat(model.name())
          .matches("(legacy_|wide_)?(se|sk|eca)?resnex?t(aa)?" + nominal + "[dt]?s?(_.*)?");
    }
  }

  @Test
  void theWidthDoublesWheneverTheMapIsHalved() {
    ResNeXt model = ResNeXt.preset("resnext50_32x4d");
    assertThat(List.of(0, 1, 2, 3).stream().map(model::stageWidth))
        .containsExactly(128, 256, 512, 1024);
    assertThat(List.of(0, 1, 2, 3).stream().map(model::stageChannels))
        .containsExactly(256, 512, 1024, 2048);
  }

  @Test
  void anUnknownNameIsRefusedWithTheNearest() {
    assertThatThrownBy(() -> ResNeXt.preset("resnext50_32x4"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("'resnext50_32x4'")
        .hasMessageContaining("resnext50_32x4d");
  }

  @Test
  void typeCProjectsInEveryBlockAndTypeANever() {
    ResNeXt model = ResNeXt.preset("resnext50_32x4d");
    assertThat(projections(model.withShortcut(Shortcut.PROJECTION_ALWAYS))).isEqualTo(16);
    assertThat(projections(model)).isEqualTo(4);
    assertThat(projections(model.withShortcut(Shortcut.ZERO_PADDING))).isZero();
    assertThat(projections(model.withShortcut(Shortcut.NONE))).isZero();
  }

  private static long projections(ResNeXt model) {
    return model.graph().nodes().stream()
        .filter(node -> node.name().endsWith("downsample.0"))
        .count();
  }

  @Test
  void featuresAreThoseOfTimmsFeatureInfo() {
    // timm.create_model('resnext50_32x4d', features_only=True).feature_info, without the stem's.
    assertThat(ResNeXt.preset("resnext50_32x4d").features())
        .containsExactly(
            new Feature("c2", "layer1.2.relu", 256, 4),
            new Feature("c3", "layer2.3.relu", 512, 8),
            new Feature("c4", "layer3.5.relu", 1024, 16),
            new Feature("c5", "layer4.2.relu", 2048, 32));
  }

  @Test
  void aTrunkIsWrittenIntoALargerGraphUnderItsPrefix() {
    ResNeXt model = ResNeXt.preset("resnext50_32x4d");
    Graph.Builder builder = new Graph.Builder();
    Node input = builder.add("input", new Op.Input(3));
    TrunkOptions options = new TrunkOptions("backbone.body.", 0);
    List<Node> maps = model.writeTrunk(builder, input, options, 3);
    builder.output("c5", model.writeStage(builder, maps.getLast(), options, 3));
    Graph trunk = builder.build();
    List<String> expected =
        model.graph().parameters().sequencedKeySet().stream()
            .filter(name -> !name.startsWith("fc."))
            .map(name -> "backbone.body." + name)
            .toList();
    assertThat(trunk.parameters().sequencedKeySet()).containsExactlyElementsOf(expected);
    List<Shape> shapes = trunk.shapes(new Shape(1, 64, 96, 3));
    for (Feature feature : model.features()) {
      Shape map = shapes.get(trunk.node("backbone.body." + feature.node()).index());
      assertThat(map)
          .isEqualTo(
              new Shape(1, 64 / feature.stride(), 96 / feature.stride(), feature.channels()));
    }
  }
}
