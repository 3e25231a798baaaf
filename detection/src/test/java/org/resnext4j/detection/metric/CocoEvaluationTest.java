package org.resnext4j.detection.metric;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.resnext4j.detection.Fixtures;
import org.resnext4j.detection.annotation.Annotations;
import org.resnext4j.detection.annotation.Annotations.Category;
import org.resnext4j.detection.annotation.Annotations.Picture;
import org.resnext4j.detection.annotation.Annotations.TrueBox;
import org.resnext4j.detection.annotation.CocoJson;
import org.resnext4j.detection.annotation.Detections;
import org.resnext4j.detection.annotation.Detections.Detection;
import org.resnext4j.detection.annotation.Rectangle;
import org.resnext4j.detection.annotation.Remarks;

/** The twelve numbers are pycocotools', to the last bit. */
class CocoEvaluationTest {

  @Test
  void publishedExampleResults() throws IOException {
    assertNumbers("as_published", published());
  }

  @Test
  void jitteredBoxes() throws IOException {
    List<Detection> published = published();
    double[] units = Fixtures.unit("jitter", 4 * published.size());
    List<Detection> jittered = new ArrayList<>();
    for (int i = 0; i < published.size(); i++) {
      Detection detection = published.get(i);
      Rectangle box = detection.box();
      // A negative width is no box; none of the jittered ones has one.
      Rectangle moved =
          new Rectangle(
              box.left() + 0.2 * units[4 * i] * box.width(),
              box.top() + 0.2 * units[4 * i + 1] * box.height(),
              box.width() + 0.2 * units[4 * i + 2] * box.width(),
              box.height() + 0.2 * units[4 * i + 3] * box.height());
      jittered.add(
          new Detection(detection.picture(), detection.category(), moved, detection.score()));
    }
    assertNumbers("jittered_by_a_fifth", jittered);
  }

  @Test
  void tiedScores() throws IOException {
    List<Detection> tied = new ArrayList<>();
    for (Detection detection : published()) {
      // Python's round(x, 1) goes by the exact decimal value, as BigDecimal does.
      double rounded =
          new java.math.BigDecimal(detection.score())
              .setScale(1, java.math.RoundingMode.HALF_EVEN)
              .doubleValue();
      tied.add(new Detection(detection.picture(), detection.category(), detection.box(), rounded));
    }
    assertNumbers("scores_rounded_to_tenths", tied);
  }

  @Test
  void halfOfTheDetections() throws IOException {
    List<Detection> published = published();
    assertNumbers("first_half_of_detections", published.subList(0, published.size() / 2));
  }

  @Test
  void perfectDetectionsGetOneAndMakeNoMistake() {
    Annotations truth = set(box(1, 10, 10, 50, 50), box(2, 100, 100, 40, 40));
    List<Detection> detections =
        List.of(found(1, 10, 10, 50, 50, 0.9), found(2, 100, 100, 40, 40, 0.8));
    assertThat(CocoEvaluation.evaluate(truth, detections).averagePrecision())
        .isCloseTo(1, within(1e-12));
    assertThat(Mistakes.count(truth, detections))
        .containsEntry(Mistakes.Kind.RIGHT, 2)
        .containsEntry(Mistakes.Kind.MISSED, 0);
  }

  @Test
  void eachKindOfMistakeIsCounted() {
    TrueBox crowd = new TrueBox(1, new Rectangle(200, 200, 100, 100), 9000, true, false);
    Annotations truth =
        set(box(1, 0, 0, 100, 100), box(2, 400, 0, 100, 100), box(1, 400, 400, 9, 9), crowd);
    Map<Mistakes.Kind, Integer> counts =
        Mistakes.count(
            truth,
            List.of(
                found(1, 0, 0, 100, 100, 0.9),
                found(1, 2, 2, 100, 100, 0.8), // the same object again
                found(1, 60, 0, 100, 100, 0.7), // a quarter of the union
                found(1, 400, 0, 100, 100, 0.6), // is of class 2
                found(1, 460, 0, 100, 100, 0.5), // both
                found(1, 210, 210, 20, 20, 0.4), // in the crowd
                found(2, 600, 600, 20, 20, 0.3)));
    assertThat(counts).hasSize(8);
    counts.forEach((kind, count) ->
        assertThat(count).as("%s", kind).isEqualTo(kind == Mistakes.Kind.MISSED ? 2 : 1));
  }

  @Test
  void aSetWithoutBoxesHasNoNumberRatherThanZero() {
    assertThat(CocoEvaluation.evaluate(set(), List.of()).numbers().values()).containsOnly(-1.0);
  }

  @Test
  void aDetectionOfAnUnknownPictureIsRefused() {
    Detection lost = new Detection(77, 1, new Rectangle(0, 0, 1, 1), 1);
    assertThatThrownBy(() -> CocoEvaluation.evaluate(set(), List.of(lost)))
        .hasMessageContaining("picture 77");
  }

  private static void assertNumbers(String name, List<Detection> detections) throws IOException {
    CocoResult result = CocoEvaluation.evaluate(truth(), detections);
    double[] expected = Fixtures.numbers(Fixtures.detection().get("coco").get(name));
    assertThat(result.numbers().values().stream().mapToDouble(Double::doubleValue).toArray())
        .containsExactly(expected);
  }

  private static Annotations truth() throws IOException {
    return CocoJson.read(Fixtures.path("detection/coco/instances_val2014_100.json"));
  }

  private static List<Detection> published() throws IOException {
    return Detections.read(
        Fixtures.path("detection/coco/instances_val2014_fakebbox100_results.json"));
  }

  private static Annotations set(TrueBox... boxes) {
    return new Annotations(
        List.of(new Category(1, "cat"), new Category(2, "dog")),
        List.of(new Picture(1, "a.jpg", 700, 700, List.of(boxes))),
        new Remarks());
  }

  private static TrueBox box(int category, double x, double y, double width, double height) {
    return new TrueBox(category, new Rectangle(x, y, width, height), width * height, false, false);
  }

  private static Detection found(
      int category, double x, double y, double width, double height, double score) {
    return new Detection(1, category, new Rectangle(x, y, width, height), score);
  }
}
