package org.resnext4j.models;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.resnext4j.engine.Backend;
import org.resnext4j.engine.InferenceModel;
import org.resnext4j.engine.InferenceOptions;
import org.resnext4j.engine.InferencePlan;
import org.resnext4j.engine.NamedValues;
import org.resnext4j.engine.graph.Graph;
import org.resnext4j.engine.graph.Shape;
import tools.jackson.databind.JsonNode;

/** The engine against PyTorch's float64 results for the whole family. */
class InferenceParityTest {

  /** Fast and exact arithmetic, on one and two threads. */
  @ParameterizedTest
  @CsvSource({
    "0, false",
    "1, false",
    "2, false",
    "3, false",
    "4, false",
    "5, false",
    "6, false",
    "7, false",
    "8, false",
    "0, true",
    "2, true",
    "7, true"
  })
  void logitsAndStagesAreWithinTenTimesPyTorchsOwnFloat32Error(int index, boolean exact) {
    JsonNode expected = Fixtures.json("parity.json").get(index);
    ResNeXt model = ResNeXt.preset(expected.get("model").asString());
    JsonNode input = expected.get("input");
    Shape shape = new Shape(input.get(0).asInt(), input.get(2).asInt(), input.get(3).asInt(), 3);
    Graph graph = model.graph();
    InferenceOptions options = new InferenceOptions(exact, model.stageOutputs());
    float[] images = NamedValues.images("input", shape);
    double bound = 10 * expected.get("float32_error").asDouble();
    try (Backend backend = Backend.cpu(exact ? 1 : 2);
        InferenceModel compiled = backend.compile(graph, NamedValues.weights(graph), options)) {
      InferencePlan plan = compiled.plan(shape);
      float[] logits = new float[Math.toIntExact(plan.outputShape("fc").elements())];
      plan.run(images);
      plan.read("fc", logits);
      double[] wanted = Fixtures.numbers(expected.get("logits"));
      for (int i = 0; i < wanted.length; i++) {
        assertThat((double) logits[i]).isCloseTo(wanted[i], within(bound));
      }
      checkStages(model, plan, expected.get("stages"), bound, wanted);
    }
  }

  private static void checkStages(
      ResNeXt model, InferencePlan plan, JsonNode stages, double bound, double[] logits) {
    double largestLogit = 0;
    for (double logit : logits) {
      largestLogit = Math.max(largestLogit, Math.abs(logit));
    }
    List<String> outputs = model.stageOutputs();
    for (int stage = 0; stage < outputs.size(); stage++) {
      JsonNode digest = stages.get("layer" + (stage + 1));
      Shape shape = plan.outputShape(outputs.get(stage));
      float[] values = new float[Math.toIntExact(shape.elements())];
      plan.read(outputs.get(stage), values);
      // The fixture's error is the logits': scaled to the size of the stage's values.
      double stageBound = bound * Math.max(1, digest.get("absmax").asDouble() / largestLogit);
      double sum = 0;
      for (float value : values) {
        sum += value;
      }
      for (int i = 0; i < digest.get("at").size(); i++) {
        double actual = values[nhwc(shape, digest.get("at").get(i).asInt())];
        double wanted = digest.get("values").get(i).asDouble();
        assertThat(actual).isCloseTo(wanted, within(stageBound));
      }
      assertThat(sum / values.length).isCloseTo(digest.get("mean").asDouble(), within(stageBound));
    }
  }

  /** The index that PyTorch's [batch, channels, height, width] order gives a value. */
  private static int nhwc(Shape shape, int index) {
    int x = index % shape.width();
    int y = index / shape.width() % shape.height();
    int channel = index / (shape.width() * shape.height()) % shape.channels();
    int picture = index / (shape.width() * shape.height() * shape.channels());
    return ((picture * shape.height() + y) * shape.width() + x) * shape.channels() + channel;
  }
}
