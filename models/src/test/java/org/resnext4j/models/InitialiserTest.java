package org.resnext4j.models;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.resnext4j.engine.graph.Graph;
import org.resnext4j.engine.graph.Parameter;
import org.resnext4j.engine.tensor.Tensor;
import org.resnext4j.engine.tensor.Weights;

class InitialiserTest {

  private static final Graph GRAPH = ResNeXt.preset("resnext29_8x64d").graph();

  @Test
  void filtersHaveTheVarianceOfTheReleasedCode() {
    Weights weights = Initialiser.PAPER.initialise(GRAPH, 1);
    // layer2.0.conv2: 3×3 with 1024 outputs, so a variance of 2 / (9 · 1024).
    float[] values = weights.get("layer2.0.conv2.weight").values();
    double mean = IntStream.range(0, values.length).mapToDouble(i -> values[i]).average().orElse(1);
    double square =
        IntStream.range(0, values.length)
            .mapToDouble(i -> values[i] * values[i])
            .average()
            .orElse(0);
    assertThat(mean).isCloseTo(0, within(1e-4));
    assertThat(square).isCloseTo(2.0 / (9 * 1024), within(2e-6));
  }

  @Test
  void oneSeedGivesTheSameBitsAndAnotherSeedOthers() {
    Tensor first = Initialiser.PAPER.initialise(GRAPH, 7).get("conv1.weight");
    assertThat(Initialiser.PAPER.initialise(GRAPH, 7).get("conv1.weight").values())
        .containsExactly(first.values());
    assertThat(Initialiser.PAPER.initialise(GRAPH, 8).get("conv1.weight").values())
        .isNotEqualTo(first.values());
  }

  @Test
  void onlyTheLastNormOfEachResidualStartsAtZero() {
    Weights weights = Initialiser.ZERO_LAST_NORM.initialise(GRAPH, 1);
    assertThat(weights.get("layer1.0.bn3.weight").values()).containsOnly(0);
    assertThat(weights.get("layer1.0.bn1.weight").values()).containsOnly(1);
    assertThat(weights.get("layer1.0.downsample.1.weight").values()).containsOnly(1);
    Weights paper = Initialiser.PAPER.initialise(GRAPH, 1);
    assertThat(paper.get("layer1.0.bn3.weight").values()).containsOnly(1);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "seresnext26t_32x4d",
        "seresnext26ts",
        "ecaresnext26t_32x4d",
        "skresnext50_32x4d",
        "legacy_seresnext26_32x4d",
        "seresnextaa101d_32x8d"
      })
  void theLastNormOfABlockWithAttentionIsZeroToo(String name) {
    ResNeXt preset = ResNeXt.preset(name);
    Graph graph =
        new ResNeXt(
                name,
                preset.stem(),
                preset.kind(),
                List.of(1, 1),
                64,
                preset.cardinality(),
                preset.width(),
                preset.shortcut(),
                preset.form(),
                preset.variant(),
                3,
                10)
            .graph();
    Weights weights = Initialiser.ZERO_LAST_NORM.initialise(graph, 1);
    graph
        .parameters()
        .forEach((parameter, what) -> {
          if (what.role() == Parameter.Role.NORM_WEIGHT) {
            float expected = parameter.endsWith(".bn3.weight") ? 0 : 1;
            assertThat(weights.get(parameter).values()).as(parameter).containsOnly(expected);
          }
        });
  }
}
