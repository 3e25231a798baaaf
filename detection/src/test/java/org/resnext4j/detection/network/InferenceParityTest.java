package org.resnext4j.detection.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.resnext4j.detection.Fixtures;
import org.resnext4j.engine.Backend;
import org.resnext4j.engine.InferenceOptions;
import org.resnext4j.engine.graph.Graph;
import org.resnext4j.engine.graph.Op;
import org.resnext4j.engine.graph.Shape;
import org.resnext4j.engine.tensor.Tensor;
import org.resnext4j.models.ResNeXt;
import org.resnext4j.vision.Image;
import org.resnext4j.vision.ImageReader;
import tools.jackson.databind.JsonNode;

/** Each intermediate value of whole detectors is torchvision's. */
class InferenceParityTest {

  private static final DetectionOptions OPTIONS = DetectionOptions.DEFAULTS;

  @Test
  void aBatchOfTwoOnResNeXt50() throws IOException {
    FasterRcnn detector = FasterRcnn.of(ResNeXt.preset("resnext50_32x4d"), FasterRcnn.Form.V1, 91);
    assertParity(0, detector, OPTIONS.withSides(320, 640));
  }

  @Test
  void theUsualSizeOnResNeXt50() throws IOException {
    FasterRcnn detector = FasterRcnn.of(ResNeXt.preset("resnext50_32x4d"), FasterRcnn.Form.V1, 91);
    assertParity(1, detector, OPTIONS);
  }

  @Test
  void aTinyNetworkWithBatchNorm() throws IOException {
    ResNeXt trunk =
        ResNeXt.builder().name("tiny").stages(1, 1, 1, 1).cardinality(8).width(4).build();
    FasterRcnn detector =
        new FasterRcnn(trunk, FasterRcnn.Form.V1, 4, 64, Op.BatchNorm.DEFAULT_EPSILON);
    assertParity(2, detector, OPTIONS.withSides(128, 192).withLeastScore(0.2f));
  }

  @Test
  void sizesAreTorchvisions() {
    for (JsonNode each : Fixtures.units().get("resize")) {
      int[] from = Fixtures.ints(each.get("from"));
      int[] to = Fixtures.ints(each.get("to"));
      assertThat(
              new PictureBatch.Size(from[0], from[1]).resized(800, 1333, Conventions.TORCHVISION))
          .isEqualTo(new PictureBatch.Size(to[0], to[1]));
    }
  }

  private static void assertParity(int number, FasterRcnn detector, DetectionOptions options)
      throws IOException {
    JsonNode fixture = Fixtures.detection();
    JsonNode expected = fixture.get("inference").get(number);
    List<Image> pictures = new ArrayList<>();
    for (JsonNode name : expected.get("images")) {
      pictures.add(ImageReader.defaults().read(Fixtures.path("images/" + name.asString())));
    }
    Map<String, Tensor> tensors = tensors(detector, fixture.get("gains"));
    Map<String, float[]> seen = new HashMap<>();
    Map<String, Shape> shapes = new HashMap<>();
    List<FoundBoxes> found;
    try (Backend backend = Backend.cpu();
        DetectionNetwork network =
            new DetectionNetwork(
                backend,
                detector,
                detector.weights(tensors),
                options,
                InferenceOptions.defaults())) {
      found =
          network.detect(
              pictures,
              (name, shape, values) -> {
                float[] before = seen.getOrDefault(name, new float[0]);
                float[] joined = java.util.Arrays.copyOf(before, before.length + values.length);
                System.arraycopy(values, 0, joined, before.length, values.length);
                seen.put(name, joined);
                shapes.put(name, shape);
              });
    }
    assertDigest("batch", expected.get("batch_values"), seen, shapes, 1e-5);
    for (String level : FasterRcnn.LEVELS) {
      assertDigest("features." + level, expected.get("features").get(level), seen, shapes, 1e-4);
    }
    for (int level = 0; level < 5; level++) {
      assertDigest(
          "objectness." + level, expected.get("objectness").get(level), seen, shapes, 1e-4);
      assertDigest("deltas." + level, expected.get("deltas").get(level), seen, shapes, 1e-4);
    }
    for (int picture = 0; picture < pictures.size(); picture++) {
      JsonNode proposals = expected.get("proposals").get(picture);
      float[] corners = seen.get("proposals." + picture);
      assertThat(corners.length / 4).isEqualTo(proposals.get("count").asInt());
      double[] first = Fixtures.numbers(proposals.get("first"));
      for (int i = 0; i < first.length; i++) {
        assertThat((double) corners[i])
            .as("proposal value %d", i)
            .isCloseTo(first[i], within(0.02));
      }
    }
    // The order of regions of equal scores is open, so only the means are compared.
    assertMean("class_logits", expected.get("class_logits"), seen);
    assertMean("box_deltas", expected.get("box_deltas"), seen);
    for (int picture = 0; picture < pictures.size(); picture++) {
      assertFound(expected.get("detections").get(picture), found.get(picture));
    }
  }

  /** One for one; boxes whose scores differ by less than float32's error may change places. */
  private static void assertFound(JsonNode expected, FoundBoxes found) {
    int[] labels = Fixtures.ints(expected.get("labels"));
    double[] scores = Fixtures.numbers(expected.get("scores"));
    double[] boxes = Fixtures.numbers(expected.get("boxes"));
    assertThat(found.classes()).hasSameSizeAs(labels);
    boolean[] taken = new boolean[labels.length];
    for (int i = 0; i < labels.length; i++) {
      int match = -1;
      for (int j = 0; j < labels.length && match < 0; j++) {
        boolean same =
            !taken[j]
                && found.classes()[j] == labels[i]
                && Math.abs(found.scores()[j] - scores[i]) < 1e-4;
        for (int k = 0; k < 4; k++) {
          same &= Math.abs(found.boxes().corners()[4 * j + k] - boxes[4 * i + k]) < 0.02;
        }
        match = same ? j : -1;
      }
      assertThat(match).as("box %d of class %d", i, labels[i]).isNotNegative();
      taken[match] = true;
      assertThat(scores[match]).as("score at place %d", match).isCloseTo(scores[i], within(1e-4));
    }
  }

  /** Compares values at places given in PyTorch's order, [batch, channels, height, width]. */
  private static void assertDigest(
      String name,
      JsonNode digest,
      Map<String, float[]> seen,
      Map<String, Shape> shapes,
      double relative) {
    float[] values = seen.get(name);
    Shape shape = shapes.get(name);
    int plane = shape.height() * shape.width();
    assertThat(values.length).as(name).isEqualTo(digest.get("numel").asInt());
    int[] at = Fixtures.ints(digest.get("at"));
    double[] expected = Fixtures.numbers(digest.get("values"));
    double largest = digest.get("absmax").asDouble();
    for (int i = 0; i < at.length; i++) {
      int picture = at[i] / (plane * shape.channels());
      int channel = at[i] / plane % shape.channels();
      int place = (picture * plane + at[i] % plane) * shape.channels() + channel;
      assertThat((double) values[place])
          .as("%s at %d", name, at[i])
          .isCloseTo(expected[i], within(relative * largest));
    }
    assertMean(name, digest, seen);
  }

  private static void assertMean(String name, JsonNode digest, Map<String, float[]> seen) {
    float[] values = seen.get(name);
    assertThat(values.length).as(name).isEqualTo(digest.get("numel").asInt());
    double sum = 0;
    for (float value : values) {
      sum += value;
    }
    assertThat(sum / values.length)
        .as("mean of %s", name)
        .isCloseTo(digest.get("mean").asDouble(), within(1e-4 * digest.get("absmax").asDouble()));
  }

  /** The fixtures' weights: functions of their names, times gains. */
  static Map<String, Tensor> tensors(FasterRcnn detector, JsonNode gains) {
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    for (Graph graph : detector.graphs()) {
      graph
          .parameters()
          .forEach((name, parameter) -> {
            List<Integer> shape = parameter.shape();
            double scale =
                shape.size() == 4
                    ? Math.sqrt(6.0 / (shape.get(1) * shape.get(2) * shape.get(3)))
                    : shape.size() == 2
                        ? Math.sqrt(3.0 / shape.get(1))
                        : name.endsWith("running_var") ? 0.5 : name.endsWith(".weight") ? 0.2 : 0.1;
            boolean aroundOne =
                shape.size() == 1 && (name.endsWith("running_var") || name.endsWith(".weight"));
            double gain = name.contains(".bn3.") && name.endsWith(".weight") ? 0.25 : 1;
            for (Map.Entry<String, JsonNode> each : gains.properties()) {
              gain *= name.contains(each.getKey()) ? each.getValue().asDouble() : 1;
            }
            Tensor tensor = Tensor.zeros(shape);
            double[] units = Fixtures.unit(name, tensor.values().length);
            for (int i = 0; i < units.length; i++) {
              tensor.values()[i] = (float) (gain * ((aroundOne ? 1 : 0) + scale * units[i]));
            }
            tensors.put(name, tensor);
          });
    }
    return tensors;
  }
}
