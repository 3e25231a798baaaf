package org.resnext4j.models;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.resnext4j.engine.Backend;
import org.resnext4j.engine.NamedValues;
import org.resnext4j.engine.TrainingModel;
import org.resnext4j.engine.TrainingOptions;
import org.resnext4j.engine.TrainingPlan;
import org.resnext4j.engine.graph.Graph;
import org.resnext4j.engine.graph.Shape;
import org.resnext4j.engine.tensor.FlatTensors;
import org.resnext4j.engine.tensor.Tensor;
import tools.jackson.databind.JsonNode;

/** Holds training steps to PyTorch's float64 values. */
class TrainingParityTest {

  /**
   * Bound on a gradient's largest error, relative to the tensor's largest value. Sums of up to 2048
   * products in float32 have relative errors of some 1e-6; eleven layers and the cancellation in
   * the gradients of batch norm make that up to about 1e-5 here.
   */
  private static final double STEP_BOUND = 5e-5;

  /**
   * Bound on a weight's error after five steps, relative to the tensor's largest. A rate of 0.1
   * takes a tenth of each gradient's error into weights that are rounded to 6e-8 themselves: 2e-7
   * was reached with vectors of 64, 32 and 16 bytes. The rest is room for an activation that
   * another order of sums puts on the other side of a ReLU.
   */
  private static final double FIVE_STEPS_BOUND = 1e-5;

  private static final ResNeXt TINY =
      ResNeXt.builder()
          .stem(Stem.CIFAR)
          .stages(1, 1, 1)
          .stemChannels(16)
          .cardinality(4)
          .width(4)
          .classes(10)
          .build();

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3})
  void everyGradientAndRunningStatisticOfAStepIsPyTorchs(int threads) {
    JsonNode expected = Fixtures.json("training.json").get("step");
    try (Backend backend = Backend.cpu(threads);
        TrainingModel model = train(TINY, backend)) {
      TrainingPlan plan = model.plan(new Shape(8, 16, 16, 3));
      double loss = step(model, plan, "input", labels(expected));
      assertThat(loss).isCloseTo(expected.get("loss").asDouble(), within(1e-5));
      tensors(model.gradients())
          .forEach(
              (name, tensor) -> assertClose(name, tensor, expected.get("gradients").get(name)));
      tensors(model.runningStatistics())
          .forEach((name, tensor) -> assertClose(name, tensor, expected.get("running").get(name)));
    }
  }

  @Test
  void fiveStepsOfNesterovMomentumEndWherePyTorchsDo() {
    JsonNode expected = Fixtures.json("training.json").get("five_steps");
    int[] labels = labels(Fixtures.json("training.json").get("step"));
    float rate = expected.get("learning_rate").floatValue();
    float momentum = expected.get("momentum").floatValue();
    float decay = expected.get("weight_decay").floatValue();
    try (Backend backend = Backend.cpu(2);
        TrainingModel model = train(TINY, backend)) {
      TrainingPlan plan = model.plan(new Shape(8, 16, 16, 3));
      float[] velocity = new float[model.parameters().values().length];
      for (int s = 0; s < 5; s++) {
        assertThat(step(model, plan, "input" + s, labels))
            .isCloseTo(expected.get("losses").get(s).asDouble(), within(1e-5));
        float[] values = model.parameters().values();
        float[] gradients = model.gradients().values();
        for (int i = 0; i < values.length; i++) {
          float g = gradients[i] + decay * values[i];
          velocity[i] = momentum * velocity[i] + g;
          values[i] -= rate * (g + momentum * velocity[i]);
        }
        model.parametersChanged();
      }
      model
          .weights()
          .tensors()
          .forEach((name, tensor) ->
              assertDigest(
                  name,
                  tensor.values(),
                  expected.get("state").get(name),
                  FIVE_STEPS_BOUND * expected.get("state").get(name).get("absmax").asDouble()));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"resnext50_32x4d", "resnext29_8x64d"})
  void gradientsOfTheRealNetworksAreWithinAThousandthOfTheirNorm(String name) {
    JsonNode expected = Fixtures.json("training.json").get(name);
    ResNeXt network = ResNeXt.preset(name);
    Shape input =
        new Shape(4, expected.get("input").get(2).asInt(), expected.get("input").get(3).asInt(), 3);
    Graph graph = network.graph();
    TrainingOptions options = TrainingOptions.defaults().withInputGradient(true);
    try (Backend backend = Backend.cpu(2);
        TrainingModel model = backend.train(graph, NamedValues.weights(graph), options)) {
      TrainingPlan plan = model.plan(input);
      double loss = step(model, plan, "input", labels(expected));
      assertThat(loss).isCloseTo(expected.get("loss").asDouble(), within(1e-4));
      tensors(model.gradients())
          .forEach((parameter, tensor) -> {
            JsonNode digest = expected.get("gradients").get(parameter);
            assertDigest(parameter, tensor.values(), digest, 1e-3 * digest.get("norm").asDouble());
          });
      float[] pixels = new float[Math.toIntExact(input.elements())];
      plan.readInputGradient(pixels);
      JsonNode digest = expected.get("input_gradient");
      double norm = digest.get("std").asDouble() * Math.sqrt(pixels.length);
      assertDigest("input", planes(pixels, input), digest, 1e-3 * norm);
    }
  }

  private static TrainingModel train(ResNeXt network, Backend backend) {
    Graph graph = network.graph();
    return backend.train(graph, NamedValues.weights(graph), TrainingOptions.defaults());
  }

  private static Map<String, Tensor> tensors(FlatTensors flat) {
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    flat.slices().keySet().forEach(name -> tensors.put(name, flat.get(name)));
    return tensors;
  }

  /** Forward, cross-entropy, backward; the mean loss. */
  private static double step(TrainingModel model, TrainingPlan plan, String images, int[] labels) {
    String output = model.graph().outputs().firstEntry().getKey();
    int batch = plan.outputShape(output).batch();
    int classes = plan.outputShape(output).channels();
    float[] logits = new float[batch * classes];
    plan.forward(NamedValues.images(images, plan.inputShape()));
    plan.read(output, logits);
    float[] gradients = new float[batch * classes];
    double loss = 0;
    for (int picture = 0; picture < batch; picture++) {
      double sum = 0;
      for (int c = 0; c < classes; c++) {
        sum += Math.exp(logits[picture * classes + c]);
      }
      for (int c = 0; c < classes; c++) {
        double probability = Math.exp(logits[picture * classes + c]) / sum;
        boolean right = c == labels[picture];
        gradients[picture * classes + c] = (float) ((probability - (right ? 1 : 0)) / batch);
        loss -= right ? Math.log(probability) / batch : 0;
      }
    }
    plan.backward(Map.of(output, gradients), false);
    return loss;
  }

  private static int[] labels(JsonNode expected) {
    return java.util.Arrays.stream(Fixtures.numbers(expected.get("labels")))
        .mapToInt(d -> (int) d)
        .toArray();
  }

  private static void assertClose(String name, Tensor actual, JsonNode expected) {
    double[] values = Fixtures.numbers(expected);
    double largest = java.util.Arrays.stream(values).map(Math::abs).max().orElseThrow();
    assertThat(actual.values()).as(name).hasSameSizeAs(values);
    for (int i = 0; i < values.length; i++) {
      assertThat((double) actual.values()[i])
          .as("%s[%d]", name, i)
          .isCloseTo(values[i], within(STEP_BOUND * largest));
    }
  }

  private static void assertDigest(String name, float[] values, JsonNode digest, double bound) {
    for (int i = 0; i < digest.get("at").size(); i++) {
      assertThat((double) values[digest.get("at").get(i).asInt()])
          .as("%s[%s]", name, digest.get("at").get(i))
          .isCloseTo(digest.get("values").get(i).asDouble(), within(bound));
    }
  }

  /** From [picture][y][x][channel] to PyTorch's [picture][channel][y][x]. */
  private static float[] planes(float[] pixels, Shape shape) {
    float[] result = new float[pixels.length];
    int plane = shape.height() * shape.width();
    for (int i = 0; i < pixels.length; i++) {
      int channel = i % shape.channels();
      int pixel = i / shape.channels() % plane;
      int picture = i / shape.channels() / plane;
      result[(picture * shape.channels() + channel) * plane + pixel] = pixels[i];
    }
    return result;
  }
}
