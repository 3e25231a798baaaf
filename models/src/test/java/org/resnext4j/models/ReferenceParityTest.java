package org.resnext4j.models;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.SequencedMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.resnext4j.engine.NamedValues;
import org.resnext4j.engine.graph.Graph;
import org.resnext4j.engine.graph.Shape;
import org.resnext4j.engine.reference.Activation;
import org.resnext4j.engine.reference.ReferenceExecutor;
import org.resnext4j.engine.tensor.Weights;
import tools.jackson.databind.JsonNode;

class ReferenceParityTest {

  private static final ResNeXt TINY =
      ResNeXt.builder()
          .stem(Stem.CIFAR)
          .stages(1, 1, 1)
          .stemChannels(16)
          .cardinality(4)
          .width(4)
          .classes(10)
          .build();

  /**
   * Cases of the parity fixture that plain loops finish in a second or two; the engine runs all.
   */
  @ParameterizedTest
  @ValueSource(ints = {2, 7})
  void logitsAndStagesAreTorchvisionsInFloat64(int index) {
    JsonNode expected = Fixtures.json("parity.json").get(index);
    ResNeXt model = ResNeXt.preset(expected.get("model").asString());
    JsonNode input = expected.get("input");
    Shape shape = new Shape(input.get(0).asInt(), input.get(2).asInt(), input.get(3).asInt(), 3);
    Graph graph = model.graph();
    Activation images = Activation.of(shape, NamedValues.images("input", shape));
    SequencedMap<String, Activation> outputs =
        new ReferenceExecutor(graph, NamedValues.weights(graph)).runAll(images);
    assertThat(outputs.get("fc").values())
        .containsExactly(Fixtures.numbers(expected.get("logits")), within(1e-9));
    for (int stage = 0; stage < model.stages().size(); stage++) {
      JsonNode digest = expected.get("stages").get("layer" + (stage + 1));
      Activation output = outputs.get(model.stageOutputs().get(stage));
      for (int i = 0; i < digest.get("at").size(); i++) {
        assertThat(atPyTorchIndex(output, digest.get("at").get(i).asInt()))
            .isCloseTo(digest.get("values").get(i).asDouble(), within(1e-9));
      }
    }
  }

  @ParameterizedTest
  @EnumSource(BlockForm.class)
  void theThreeFormsOfTheBlockComputeTheSameFunction(BlockForm form) {
    Weights grouped = NamedValues.weights(TINY.graph());
    Weights weights = BlockForms.fromGrouped(TINY, grouped, form);
    Shape shape = new Shape(2, 16, 16, 3);
    Activation images = Activation.of(shape, NamedValues.images("input", shape));
    Activation logits = new ReferenceExecutor(TINY.withForm(form).graph(), weights).run(images);
    JsonNode expected = Fixtures.json("weights/expected.json").get("logits");
    assertThat(logits.values()).containsExactly(Fixtures.numbers(expected), within(1e-9));
  }

  @Test
  void theMapBetweenFormsLosesNothing() {
    Weights grouped = NamedValues.weights(TINY.graph());
    for (BlockForm form : List.of(BlockForm.SUMMED, BlockForm.CONCATENATED)) {
      Weights there = BlockForms.fromGrouped(TINY, grouped, form);
      Weights back = BlockForms.toGrouped(TINY, there, form);
      grouped
          .tensors()
          .forEach((name, tensor) ->
              assertThat(back.get(name).values()).as(name).containsExactly(tensor.values()));
    }
  }

  private static double atPyTorchIndex(Activation output, int index) {
    Shape shape = output.shape();
    int x = index % shape.width();
    int y = index / shape.width() % shape.height();
    int channel = index / (shape.width() * shape.height()) % shape.channels();
    int picture = index / (shape.width() * shape.height() * shape.channels());
    return output.at(picture, y, x, channel);
  }
}
