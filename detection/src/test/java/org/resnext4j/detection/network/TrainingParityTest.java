package org.resnext4j.detection.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.resnext4j.detection.Fixtures;
import org.resnext4j.detection.box.BalancedSampler;
import org.resnext4j.detection.box.Boxes;
import org.resnext4j.detection.box.Matcher;
import org.resnext4j.detection.loss.LearningOptions;
import org.resnext4j.detection.loss.TrueObjects;
import org.resnext4j.engine.Backend;
import org.resnext4j.engine.TrainingModel;
import org.resnext4j.engine.graph.Op;
import org.resnext4j.engine.graph.Shape;
import org.resnext4j.engine.tensor.FlatTensors;
import org.resnext4j.models.ResNeXt;
import tools.jackson.databind.JsonNode;

/** The losses and all gradients of one step are torchvision's. */
class TrainingParityTest {

  private static final int ALL = 1 << 20;
  private static final double GRID = 1 << 16;
  private static final float[] MEAN = {0.485f, 0.456f, 0.406f};
  private static final float[] DEVIATION = {0.229f, 0.224f, 0.225f};

  @Test
  void fourLossesAndFortySevenGradients() {
    JsonNode fixture = Fixtures.detection();
    JsonNode expected = fixture.get("training");
    ResNeXt trunk =
        ResNeXt.builder().name("tiny").stages(1, 1, 1, 1).cardinality(8).width(4).build();
    FasterRcnn detector =
        new FasterRcnn(trunk, FasterRcnn.Form.V1, 4, 64, Op.BatchNorm.DEFAULT_EPSILON);
    LearningOptions all =
        new LearningOptions(
            Matcher.proposals(),
            new BalancedSampler(ALL, 0.5),
            Matcher.detections(),
            new BalancedSampler(ALL, 0.5),
            1.0 / 9);
    List<PictureBatch.Size> before =
        List.of(new PictureBatch.Size(96, 120), new PictureBatch.Size(110, 80));
    List<PictureBatch.Size> after =
        before.stream().map(size -> size.resized(128, 192, Conventions.TORCHVISION)).toList();
    Shape shape = new Shape(2, 192, 160, 3);
    float[] values = new float[(int) shape.elements()];
    List<TrueObjects> truth = new ArrayList<>();
    for (int i = 0; i < before.size(); i++) {
      resize("input." + i, before.get(i), after.get(i), values, i * values.length / 2, shape);
      JsonNode target = expected.get("targets").get(i);
      Boxes boxes = scaled(Fixtures.numbers(target.get("boxes")), before.get(i), after.get(i));
      truth.add(new TrueObjects(boxes, Fixtures.ints(target.get("labels"))));
    }
    try (Backend backend = Backend.cpu(2);
        TrainableDetector training =
            new TrainableDetector(
                backend,
                detector,
                detector.weights(InferenceParityTest.tensors(detector, fixture.get("gains"))),
                new FrozenParts(5, true),
                new ProposalOptions(200, 60, 0.7, 1e-3f),
                all)) {
      DetectionLosses losses =
          training.step(new PictureBatch(shape, values, after), truth, new Random(1));
      expected
          .get("losses")
          .properties()
          .forEach(loss ->
              assertThat(losses.byName().get(loss.getKey()))
                  .as(loss.getKey())
                  .isCloseTo(
                      loss.getValue().asDouble(), within(2e-5 * loss.getValue().asDouble())));
      List<String> compared = new ArrayList<>();
      for (TrainingModel model : training.models()) {
        FlatTensors gradients = model.gradients();
        for (String name : gradients.slices().keySet()) {
          assertDigest(name, expected.get("gradients").get(name), gradients.get(name).values());
          compared.add(name);
        }
      }
      List<String> wanted =
          expected.get("gradients").properties().stream().map(Map.Entry::getKey).toList();
      assertThat(compared).containsExactlyInAnyOrderElementsOf(wanted);
    }
  }

  private static void assertDigest(String name, JsonNode digest, float[] values) {
    assertThat(values.length).as(name).isEqualTo(digest.get("numel").asInt());
    double largest = digest.get("absmax").asDouble();
    int[] at = Fixtures.ints(digest.get("at"));
    double[] expected = Fixtures.numbers(digest.get("values"));
    for (int i = 0; i < at.length; i++) {
      assertThat((double) values[at[i]])
          .as("%s at %d", name, at[i])
          .isCloseTo(expected[i], within(2e-4 * largest));
    }
    double sum = 0;
    for (float value : values) {
      sum += value;
    }
    assertThat(sum / values.length)
        .as("mean of %s", name)
        .isCloseTo(digest.get("mean").asDouble(), within(2e-5 * largest));
  }

  /**
   * The boxes in the resized picture. The fixture computes in float64 with torchvision's factors of
   * float32, which are a little too large, so an anchor that begins where a box begins lies a
   * little outside; rounding up to 2⁻¹⁶ pixel keeps it there in float32.
   */
  private static Boxes scaled(double[] corners, PictureBatch.Size from, PictureBatch.Size to) {
    float[] scaled = new float[corners.length];
    for (int i = 0; i < corners.length; i++) {
      float factor =
          i % 2 == 0 ? (float) to.width() / from.width() : (float) to.height() / from.height();
      scaled[i] = (float) (Math.ceil(corners[i] * factor * GRID) / GRID);
    }
    return new Boxes(scaled);
  }

  /** The fixture's pictures are no bytes, so they are normalised and resized here. */
  private static void resize(
      String name,
      PictureBatch.Size from,
      PictureBatch.Size to,
      float[] values,
      int start,
      Shape shape) {
    double[] units = Fixtures.unit(name, 3 * from.height() * from.width());
    for (int y = 0; y < to.height(); y++) {
      for (int x = 0; x < to.width(); x++) {
        for (int channel = 0; channel < 3; channel++) {
          double sourceY = Math.max(0, (y + 0.5) * from.height() / to.height() - 0.5);
          double sourceX = Math.max(0, (x + 0.5) * from.width() / to.width() - 0.5);
          double value = 0;
          for (int corner = 0; corner < 4; corner++) {
            int row = Math.min((int) sourceY + corner / 2, from.height() - 1);
            int column = Math.min((int) sourceX + corner % 2, from.width() - 1);
            double down = sourceY - (int) sourceY;
            double right = sourceX - (int) sourceX;
            double weight =
                (corner / 2 == 0 ? 1 - down : down) * (corner % 2 == 0 ? 1 - right : right);
            value += weight * units[(channel * from.height() + row) * from.width() + column];
          }
          values[start + (y * shape.width() + x) * 3 + channel] =
              (float) ((0.5 + 0.5 * value - MEAN[channel]) / DEVIATION[channel]);
        }
      }
    }
  }
}
