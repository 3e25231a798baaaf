package org.resnext4j.models;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.resnext4j.engine.Backend;
import org.resnext4j.engine.InferenceModel;
import org.resnext4j.engine.InferenceOptions;
import org.resnext4j.engine.InferencePlan;
import org.resnext4j.engine.NamedValues;
import org.resnext4j.engine.graph.Graph;
import org.resnext4j.engine.graph.Shape;
import org.resnext4j.engine.tensor.Tensor;
import org.resnext4j.engine.tensor.Weights;
import tools.jackson.databind.JsonNode;

/** timm's relatives of ResNeXt: what they cost, and that they compute what timm computes. */
class RelativesTest {

  /** timm's counts: parameters exactly, multiply-adds in units of 10⁷ at 224². */
  @ParameterizedTest
  @CsvSource({
    "seresnext26d_32x4d, 16809512, 271",
    "seresnext26t_32x4d, 16806976, 268",
    "seresnext50_32x4d, 27559896, 423",
    "seresnext101_32x4d, 48955416, 797",
    "seresnext101_32x8d, 93569048, 1642",
    "seresnext101_64x4d, 88232984, 1547",
    "seresnext101d_32x8d, 93588280, 1666",
    "seresnextaa101d_32x8d, 93588280, 1718",
    "seresnext26ts, 10388064, 184",
    "resnext26ts, 10297952, 184",
    "resnext50d_32x4d, 25048136, 447",
    "ecaresnext26t_32x4d, 15406220, 268",
    "ecaresnext50t_32x4d, 15406220, 268",
    "skresnext50_32x4d, 27479784, 446",
    "legacy_seresnext26_32x4d, 16790280, 247",
    "legacy_seresnext50_32x4d, 27559896, 423",
    "legacy_seresnext101_32x4d, 48955416, 797",
    "resnet50d, 25576264, 433",
    "resnet101d, 44568392, 804",
    "resnet152d, 60212040, 1175",
    "resnet200d, 64693064, 1525",
    "seresnet50, 28088024, 409",
    "ecaresnet50d, 25576350, 433",
    "resnetaa50d, 25576264, 537",
    "wide_resnet50_2, 68883240, 1140",
    "wide_resnet101_2, 126886696, 2275",
  })
  void parametersAndMultiplyAddsAreTimms(String name, long parameters, long multiplyAdds) {
    Complexity complexity = Complexity.of(ResNeXt.preset(name), 224);
    assertThat(complexity.parameters()).isEqualTo(parameters);
    assertThat(complexity.multiplyAdds() / 1e7).isCloseTo((double) multiplyAdds, within(1.0));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "seresnext50_32x4d",
        "resnext50d_32x4d",
        "seresnext26t_32x4d",
        "seresnext26d_32x4d",
        "seresnextaa101d_32x8d",
        "seresnext101_32x4d",
        "resnetaa50d",
        "skresnext50_32x4d",
        "legacy_seresnext50_32x4d",
        "ecaresnet50d",
        "resnext26ts",
        "seresnext26ts",
        "resnet50d",
        "seresnet50"
      })
  void logitsAndEmbeddingsAreTimms(String name) {
    ResNeXt model = ResNeXt.preset(name);
    Graph graph = model.graph();
    Weights weights = weights(model, graph);
    InferenceOptions options = new InferenceOptions(false, List.of("avgpool"));
    try (Backend backend = Backend.cpu(2);
        InferenceModel compiled = backend.compile(graph, weights, options)) {
      int cases = 0;
      for (JsonNode expected : Fixtures.json("relatives.json")) {
        if (expected.get("name").asString().equals(name)) {
          check(expected, compiled);
          cases++;
        }
      }
      assertThat(cases).isPositive();
    }
  }

  private static void check(JsonNode expected, InferenceModel model) {
    int size = expected.get("input").get(2).asInt();
    InferencePlan plan = model.plan(new Shape(2, size, size, 3));
    plan.run(NamedValues.images("input", plan.inputShape()));
    double bound = 10 * expected.get("float32_error").asDouble();
    double[] wanted = Fixtures.numbers(expected.get("logits"));
    float[] logits = new float[wanted.length];
    plan.read("fc", logits);
    for (int i = 0; i < wanted.length; i++) {
      assertThat((double) logits[i]).as("logit %d", i).isCloseTo(wanted[i], within(bound));
    }
    int width = expected.get("embedding_size").asInt();
    double[] features = Fixtures.numbers(expected.get("embedding_at_every_64th"));
    float[] embedding = new float[2 * width];
    plan.read("avgpool", embedding);
    for (int i = 0; i < features.length; i++) {
      assertThat((double) embedding[i * 64]).isCloseTo(features[i], within(bound));
    }
  }

  /** The fixtures' weights, which are functions of timm's own names. */
  private static Weights weights(ResNeXt model, Graph graph) {
    Map<String, Tensor> tensors = new HashMap<>();
    graph
        .parameters()
        .forEach((name, parameter) ->
            tensors.put(name, value(timmName(model, name), parameter.shape())));
    return Weights.of(graph, tensors);
  }

  static Tensor value(String name, List<Integer> shape) {
    double scale;
    double offset = 0;
    int fan = shape.stream().skip(1).reduce(1, (a, b) -> a * b);
    if (name.endsWith("running_mean")) {
      scale = 0.1;
    } else if (name.endsWith("running_var")) {
      scale = 0.5;
      offset = 1;
    } else if (shape.size() > 2) {
      scale = Math.sqrt(6.0 / fan);
    } else if (shape.size() == 2) {
      scale = Math.sqrt(3.0 / fan);
    } else if (name.equals("fc.bias")) {
      scale = 0.01;
    } else if (name.endsWith(".weight")) {
      offset = name.contains(".bn3.") ? 0.25 : 1;
      scale = 0.2 * offset;
    } else {
      scale = 0.1;
    }
    Tensor tensor = Tensor.zeros(shape);
    double[] units = NamedValues.unit(name, tensor.values().length);
    for (int i = 0; i < units.length; i++) {
      tensor.values()[i] = (float) (offset + scale * units[i]);
    }
    return tensor;
  }

  /** timm's name for a parameter of ours. */
  static String timmName(ResNeXt model, String name) {
    if (model.name().startsWith("legacy_")) {
      String renamed = name.replace(".se.", ".se_module.").replace("fc.", "last_linear.");
      return !name.startsWith("layer") && !name.startsWith("fc.") ? "layer0." + name : renamed;
    }
    if (model.name().startsWith("skresnext")) {
      return name.replaceAll("^(layer.*)\\.conv([13])\\.weight", "$1.conv$2.conv.weight")
          .replaceAll("^(layer.*)\\.bn([13])\\.", "$1.conv$2.bn.");
    }
    if (model.name().endsWith("ts")) {
      String[][] parts = {
        {"^conv1\\.0\\.", "stem.conv1.conv."},
        {"^conv1\\.1\\.", "stem.conv1.bn."},
        {"^conv1\\.3\\.", "stem.conv2.conv."},
        {"^conv1\\.4\\.", "stem.conv2.bn."},
        {"^conv1\\.6\\.", "stem.conv3.conv."},
        {"^bn1\\.", "stem.conv3.bn."},
        {"^fc\\.", "head.fc."},
        {"\\.conv([13])\\.", ".conv$1_1x1.conv."},
        {"\\.conv2\\.weight", ".conv2_kxk.conv.weight"},
        {"(layer.*)\\.bn([13])\\.", "$1.conv$2_1x1.bn."},
        {"(layer.*)\\.bn2\\.", "$1.conv2_kxk.bn."},
        {"\\.downsample\\.0\\.", ".shortcut.conv."},
        {"\\.downsample\\.1\\.", ".shortcut.bn."},
        {"\\.se\\.", ".attn."},
        {"^layer1\\.", "stages.0."},
        {"^layer2\\.", "stages.1."},
        {"^layer3\\.", "stages.2."},
        {"^layer4\\.", "stages.3."},
      };
      String result = name;
      if (!result.startsWith("layer")) {
        for (int i = 0; i < 7; i++) {
          String next = result.replaceAll(parts[i][0], parts[i][1]);
          if (!next.equals(result)) {
            return next;
          }
        }
      }
      for (int i = 7; i < parts.length; i++) {
        result = result.replaceAll(parts[i][0], parts[i][1]);
      }
      return result;
    }
    return name;
  }

  @Test
  void everyNameAndShapeIsTimms() {
    for (JsonNode expected : Fixtures.json("relatives.json")) {
      if (!expected.get("names_and_shapes").isNull()) {
        Map<String, List<Integer>> wanted = new HashMap<>();
        expected
            .get("names_and_shapes")
            .properties()
            .forEach(entry -> {
              List<Integer> shape = new ArrayList<>();
              entry.getValue().forEach(size -> shape.add(size.asInt()));
              wanted.put(entry.getKey(), shape);
            });
        ResNeXt model = ResNeXt.preset(expected.get("name").asString());
        Map<String, List<Integer>> ours = new HashMap<>();
        model
            .graph()
            .parameters()
            .forEach((name, parameter) -> ours.put(timmName(model, name), parameter.shape()));
        assertThat(ours).as(model.name()).isEqualTo(wanted);
      }
    }
  }
}
