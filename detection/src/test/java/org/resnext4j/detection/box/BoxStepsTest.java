package org.resnext4j.detection.box;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.resnext4j.detection.Fixtures;
import tools.jackson.databind.JsonNode;

/** Each step on boxes gives torchvision's values. */
class BoxStepsTest {

  @Test
  void suppressionKeepsWhatTorchvisionKeepsInItsOrder() {
    JsonNode nms = Fixtures.units().get("nms");
    Boxes boxes = new Boxes(Fixtures.floats(nms.get("boxes")));
    float[] scores = Fixtures.floats(nms.get("scores"));
    int[] classes = Fixtures.ints(nms.get("classes"));
    assertThat(new NonMaximumSuppression(0.5).apply(boxes, scores))
        .isEqualTo(Fixtures.ints(nms.get("kept_0.5")));
    assertThat(new NonMaximumSuppression(0.7).apply(boxes, scores))
        .isEqualTo(Fixtures.ints(nms.get("kept_0.7")));
    assertThat(new NonMaximumSuppression(0.5).applyByClass(boxes, scores, classes))
        .isEqualTo(Fixtures.ints(nms.get("batched_0.5")));
  }

  @Property
  void noTwoKeptBoxesOfAClassOverlapTooMuchAndEachLostOneHasAReason(@ForAll long seed) {
    Random random = new Random(seed);
    // On both sides of the number of boxes where torchvision changes its way.
    int count = random.nextBoolean() ? 40 : 1030;
    float[] corners = new float[4 * count];
    float[] scores = new float[count];
    int[] classes = new int[count];
    for (int i = 0; i < count; i++) {
      corners[4 * i] = random.nextInt(100);
      corners[4 * i + 1] = random.nextInt(100);
      corners[4 * i + 2] = corners[4 * i] + 1 + random.nextInt(60);
      corners[4 * i + 3] = corners[4 * i + 1] + 1 + random.nextInt(60);
      scores[i] = random.nextInt(20) / 20f;
      classes[i] = random.nextInt(3);
    }
    Boxes boxes = new Boxes(corners);
    int[] kept = new NonMaximumSuppression(0.5).applyByClass(boxes, scores, classes);
    for (int a = 0; a < kept.length; a++) {
      for (int b = a + 1; b < kept.length; b++) {
        assertThat(scores[kept[a]]).isGreaterThanOrEqualTo(scores[kept[b]]);
        if (classes[kept[a]] == classes[kept[b]]) {
          assertThat(boxes.overlap(kept[a], boxes, kept[b])).isLessThanOrEqualTo(0.501f);
        }
      }
    }
    for (int lost = 0; lost < count; lost++) {
      int box = lost;
      assertThat(
              Arrays.stream(kept)
                  .anyMatch(each ->
                      each == box
                          || (classes[each] == classes[box]
                              && scores[each] >= scores[box]
                              && boxes.overlap(each, boxes, box) > 0.499f)))
          .isTrue();
    }
  }

  @Test
  void boxesAreCodedAsTorchvisionCodesThem() {
    JsonNode units = Fixtures.units();
    JsonNode coder = units.get("box_coder");
    Boxes boxes = new Boxes(Fixtures.floats(units.get("nms").get("boxes")));
    Boxes references = boxes.select(java.util.stream.IntStream.range(0, 40).toArray());
    Boxes next = boxes.select(java.util.stream.IntStream.range(1, 41).toArray());
    Boxes decoded = BoxCoding.DETECTIONS.decode(Fixtures.floats(coder.get("deltas")), references);
    assertClose(decoded.corners(), Fixtures.numbers(coder.get("decoded")), 1e-6);
    assertClose(
        BoxCoding.DETECTIONS.encode(next, references),
        Fixtures.numbers(coder.get("encoded_of_next_box")),
        1e-5);
  }

  @Property
  void decodingUndoesEncoding(@ForAll long seed) {
    Random random = new Random(seed);
    Boxes reference = Boxes.of(10, 20, 15 + random.nextInt(90), 25 + random.nextInt(90));
    Boxes box = Boxes.of(5, 9, 6 + random.nextInt(90), 10 + random.nextInt(90));
    Boxes again =
        BoxCoding.DETECTIONS.decode(BoxCoding.DETECTIONS.encode(box, reference), reference);
    assertClose(
        again.corners(), new double[] {box.left(0), box.top(0), box.right(0), box.bottom(0)}, 1e-4);
  }

  @Test
  void anHugeDeltaMakesNoInfiniteBox() {
    Boxes box =
        BoxCoding.PROPOSALS.decode(new float[] {0, 0, 1e30f, 1e30f}, Boxes.of(0, 0, 16, 16));
    assertThat(box.width(0)).isCloseTo(1000, within(0.01f));
  }

  @Test
  void anchorsAreTorchvisions() {
    JsonNode expected = Fixtures.units().get("anchors");
    Anchors anchors = Anchors.pyramid();
    List<Boxes> levels = new ArrayList<>();
    for (int level = 0; level < 5; level++) {
      int[] grid = Fixtures.ints(expected.get("grids").get(level));
      assertClose(
          anchors.cell(level).corners(), Fixtures.numbers(expected.get("cells").get(level)), 0);
      levels.add(anchors.of(level, grid[0], grid[1], 800 / grid[0], 1088 / grid[1]));
    }
    Boxes all = Boxes.join(levels);
    assertThat(all.count()).isEqualTo(expected.get("count").asInt());
    assertClose(Arrays.copyOf(all.corners(), 48), Fixtures.numbers(expected.get("first")), 0);
    assertClose(
        Arrays.copyOfRange(all.corners(), all.corners().length - 48, all.corners().length),
        Fixtures.numbers(expected.get("last")),
        0);
  }

  @Test
  void detectron2sAnchorsKeepTheirFractionsAndGoBySize() {
    Anchors anchors =
        new Anchors(
            List.of(List.of(32.0, 64.0)), List.of(0.5, 1.0), false, Anchors.CellOrder.SIZES);
    // Width sqrt(size² / ratio), height ratio times that.
    assertClose(
        anchors.cell(0).corners(),
        new double[] {
          -22.627417, -11.3137085, 22.627417, 11.3137085, -16, -16, 16, 16,
          -45.254834, -22.627417, 45.254834, 22.627417, -32, -32, 32, 32
        },
        1e-6);
  }

  @Test
  void matchesAreTorchvisions() {
    for (JsonNode each : Fixtures.units().get("matcher")) {
      Matcher matcher =
          new Matcher(
              (float) each.get("high").asDouble(),
              (float) each.get("low").asDouble(),
              each.get("low_quality").asBoolean());
      float[][] overlaps = new float[each.get("iou").size()][];
      for (int i = 0; i < overlaps.length; i++) {
        overlaps[i] = Fixtures.floats(each.get("iou").get(i));
      }
      assertThat(matcher.match(overlaps, overlaps[0].length))
          .isEqualTo(Fixtures.ints(each.get("matches")));
    }
  }

  @Test
  void withoutObjectsEveryCandidateIsBackground() {
    assertThat(Matcher.proposals().match(Boxes.of(), Boxes.of(0, 0, 5, 5, 1, 1, 2, 2)))
        .containsOnly(Matcher.BACKGROUND);
  }

  @Property
  void aSampleIsAsLargeAsItCanBeAndHasNoMoreObjectsThanAllowed(@ForAll long seed) {
    Random random = new Random(seed);
    int[] matches = random.ints(random.nextInt(1, 300), -2, 3).toArray();
    int[] sample = new BalancedSampler(64, 0.25).sample(matches, random);
    long objects = Arrays.stream(matches).filter(match -> match >= 0).count();
    long backgrounds = Arrays.stream(matches).filter(match -> match == -1).count();
    long drawn = Arrays.stream(sample).filter(i -> matches[i] >= 0).count();
    assertThat(drawn).isEqualTo(Math.min(16, objects));
    assertThat(sample.length - drawn).isEqualTo(Math.min(64 - drawn, backgrounds));
    assertThat(sample).doesNotHaveDuplicates().isSorted();
    assertThat(Arrays.stream(sample).noneMatch(i -> matches[i] == Matcher.BETWEEN)).isTrue();
  }

  @Test
  void rankingPutsEqualScoresInTheirOrderAndTakesTheBest() {
    float[] scores = {0.5f, -1, 0f, 0.5f, -0f, Float.NEGATIVE_INFINITY, 7};
    assertThat(Ranking.descending(scores)).containsExactly(6, 0, 3, 2, 4, 1, 5);
    assertThat(Ranking.best(scores, 2)).containsExactly(6, 0);
  }

  @Test
  void flippingTwiceChangesNothing() {
    Boxes boxes = Boxes.of(3, 4, 10, 20, 0, 0, 99, 1);
    assertThat(boxes.flip(100)).isEqualTo(Boxes.of(90, 4, 97, 20, 1, 0, 100, 1));
    assertThat(boxes.flip(100).flip(100)).isEqualTo(boxes);
  }

  @Test
  void halfABoxIsRefused() {
    assertThatThrownBy(() -> Boxes.of(1, 2, 3)).hasMessageContaining("found 3 values");
  }

  private static void assertClose(float[] actual, double[] expected, double relative) {
    assertThat(actual).hasSize(expected.length);
    for (int i = 0; i < expected.length; i++) {
      assertThat((double) actual[i])
          .isCloseTo(expected[i], within(relative * (1 + Math.abs(expected[i]))));
    }
  }
}
