package org.resnext4j.models;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.resnext4j.engine.Backend;
import org.resnext4j.engine.InferenceModel;
import org.resnext4j.engine.InferencePlan;
import org.resnext4j.engine.NamedValues;
import org.resnext4j.engine.TrainingModel;
import org.resnext4j.engine.TrainingOptions;
import org.resnext4j.engine.TrainingPlan;
import org.resnext4j.engine.graph.Graph;
import org.resnext4j.engine.graph.Shape;
import org.resnext4j.engine.graph.ShapeException;
import org.resnext4j.engine.tensor.Tensor;
import org.resnext4j.engine.tensor.Weights;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The wider family with few blocks of few channels against PyTorch: logits at even and odd sizes,
 * and gradients. {@code relatives/generate.py} among the test's resources writes the values; its
 * modules give timm's own logits within 1e-13.
 */
class SmallRelativesTest {

  private static final int[] LABELS = {0, 3, 1, 4};

  @Test
  void logitsArePyTorchsAtEverySize() throws IOException {
    Map<String, InferenceModel> models = new HashMap<>();
    try (Backend backend = Backend.cpu(1)) {
      for (JsonNode expected : resource("sizes.json")) {
        String name = expected.get("name").asString();
        InferenceModel model =
            models.computeIfAbsent(
                name,
                n -> {
                  Graph graph = small(n, 1, 1, 1).graph();
                  return backend.compile(graph, weights(graph));
                });
        int size = expected.get("size").asInt();
        Shape shape = new Shape(1, size, size, 3);
        if (expected.get("logits").isNull()) {
          assertThatThrownBy(() -> model.plan(shape)).isInstanceOf(ShapeException.class);
          continue;
        }
        InferencePlan plan = model.plan(shape);
        plan.run(NamedValues.images("input", shape));
        float[] logits = new float[5];
        plan.read("fc", logits);
        double[] wanted = Fixtures.numbers(expected.get("logits"));
        for (int i = 0; i < wanted.length; i++) {
          assertThat((double) logits[i])
              .as("%s at %d, logit %d", name, size, i)
              .isCloseTo(wanted[i], within(2e-5));
        }
      }
      models.values().forEach(InferenceModel::close);
    }
  }

  @Test
  void gradientsArePyTorchs() throws IOException {
    try (Backend backend = Backend.cpu(1)) {
      for (JsonNode expected : resource("gradients.json")) {
        String name = expected.get("name").asString();
        Graph graph = small(name, 1, 1).graph();
        int size = expected.get("size").asInt();
        Shape shape = new Shape(LABELS.length, size, size, 3);
        try (TrainingModel model =
            backend.train(graph, weights(graph), TrainingOptions.defaults())) {
          TrainingPlan plan = model.plan(shape);
          double loss = step(plan, shape);
          assertThat(loss).as(name).isCloseTo(expected.get("loss").asDouble(), within(1e-5));
          assertThat(model.gradients().slices().keySet())
              .containsExactlyInAnyOrderElementsOf(expected.get("gradients").propertyNames());
          for (Map.Entry<String, JsonNode> parameter : expected.get("gradients").properties()) {
            float[] values = model.gradients().get(parameter.getKey()).values();
            JsonNode digest = parameter.getValue();
            double bound = 1e-5 + 1e-4 * digest.get("norm").asDouble();
            for (int i = 0; i < digest.get("at").size(); i++) {
              assertThat((double) values[digest.get("at").get(i).asInt()])
                  .as("%s of %s", parameter.getKey(), name)
                  .isCloseTo(digest.get("values").get(i).asDouble(), within(bound));
            }
          }
        }
      }
    }
  }

  /** Forward, cross-entropy, backward; the mean loss. */
  private static double step(TrainingPlan plan, Shape shape) {
    plan.forward(NamedValues.images("input", shape));
    int classes = 5;
    float[] logits = new float[LABELS.length * classes];
    plan.read("fc", logits);
    float[] gradients = new float[logits.length];
    double loss = 0;
    for (int picture = 0; picture < LABELS.length; picture++) {
      double sum = 0;
      for (int c = 0; c < classes; c++) {
        sum += Math.exp(logits[picture * classes + c]);
      }
      for (int c = 0; c < classes; c++) {
        double probability = Math.exp(logits[picture * classes + c]) / sum;
        boolean right = c == LABELS[picture];
        gradients[picture * classes + c] =
            (float) ((probability - (right ? 1 : 0)) / LABELS.length);
        loss -= right ? Math.log(probability) / LABELS.length : 0;
      }
    }
    plan.backward(Map.of("fc", gradients), false);
    return loss;
  }

  /** A preset's kind of network: 4 groups where it has 32, a width of 16 where it has one group. */
  private static ResNeXt small(String name, Integer... stages) {
    boolean blur = name.equals("resnetblur26d");
    ResNeXt preset = ResNeXt.preset(blur ? "resnet50d" : name);
    return new ResNeXt(
        name,
        preset.stem(),
        preset.kind(),
        List.of(stages),
        16,
        preset.cardinality() == 32 ? 4 : preset.cardinality(),
        preset.cardinality() == 1 ? 16 : preset.width(),
        preset.shortcut(),
        preset.form(),
        blur ? preset.variant().with(Smoothing.BLUR) : preset.variant(),
        3,
        5);
  }

  private static Weights weights(Graph graph) {
    Map<String, Tensor> tensors = new HashMap<>();
    graph
        .parameters()
        .forEach((name, parameter) ->
            tensors.put(name, RelativesTest.value(name, new ArrayList<>(parameter.shape()))));
    return Weights.of(graph, tensors);
  }

  private static JsonNode resource(String name) throws IOException {
    try (InputStream in = SmallRelativesTest.class.getResourceAsStream("relatives/" + name)) {
      return JsonMapper.shared().readTree(in);
    }
  }
}
