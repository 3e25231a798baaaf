package org.resnext4j.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.resnext4j.evaluation.EvaluationSet.Mean;
import org.resnext4j.evaluation.EvaluationSet.Scoring;
import org.resnext4j.evaluation.EvaluationSet.View;
import org.resnext4j.evaluation.report.EvaluationReport;
import org.resnext4j.vision.Image;
import org.resnext4j.vision.Labels;
import org.resnext4j.vision.Preprocessing;
import org.resnext4j.vision.metrics.Throughput;

/** Parts of an evaluation, merged in any order, are the evaluation of the whole, to the bit. */
final class EvaluationPartTest {

  private static final Labels CLASSES = Labels.of(List.of("a", "b", "c", "d", "e", "f"));
  private static final Throughput NO_TIME = new Throughput(0, 0, 0);
  private static final Preprocessing PLAIN = Preprocessing.cifar().withSizes(4, 4);

  private static final List<Scoring> SCORINGS =
      List.of(
          new Scoring.TopOneAndFive(),
          new Scoring.Binary("b"), // as GasHisSDB
          new Scoring.Groups( // as VizWiz
              List.of("even", "third"), List.of(new Mean("mean", List.of("even", "third")))));

  private static EvaluationSet set(Scoring scoring, int pictures) {
    List<Picture> all = new ArrayList<>();
    for (int i = 0; i < pictures; i++) {
      int number = i;
      Picture.Source source =
          () -> {
            if (number % 11 == 5) {
              throw new IOException("broken");
            }
            Image image = Image.black(4, 4);
            new Random(number).nextBytes(image.rgb());
            return image;
          };
      List<Integer> labels = number % 7 == 3 ? List.of() : List.of(number % 6);
      all.add(
          new Picture(
              "picture " + i,
              source,
              labels,
              number % 6 == 0
                  ? Set.of("even", "third")
                  : Set.of(number % 2 == 0 ? "even" : "odd")));
    }
    List<View> views = List.of(View.ALL, new View("some", List.of("f", "a", "b", "c", "d", "e")));
    return new EvaluationSet("test", CLASSES, all, List.of(), views, scoring);
  }

  /** A network whose logits are sums over the picture. */
  private static float[] logits(float[] images, int count) {
    float[] logits = new float[count * 6];
    for (int i = 0; i < images.length; i++) {
      logits[i / (images.length / count) * 6 + i % 6] += images[i];
    }
    return logits;
  }

  private static Evaluator evaluator() {
    return new Evaluator(
        EvaluationPartTest::logits,
        CLASSES,
        Protocol.single(PLAIN),
        EvaluationOptions.defaults().withBatch(5).withReaders(1));
  }

  @Property(tries = 15)
  void anyPartsInAnyOrderGiveTheBitsOfTheWhole(
      @ForAll long seed,
      @ForAll @IntRange(min = 0, max = 2) int scoring,
      @ForAll @IntRange(min = 1, max = 6) int parts,
      @ForAll @IntRange(min = 1, max = 40) int pictures)
      throws Exception {
    EvaluationSet set = set(SCORINGS.get(scoring), pictures);
    Evaluator evaluator = evaluator();
    Evaluation whole = evaluator.complete(set, evaluator.part(set, evaluator.places(set)), NO_TIME);

    Random random = new Random(seed);
    List<List<Integer>> places = new ArrayList<>();
    IntStream.range(0, parts).forEach(_ -> places.add(new ArrayList<>()));
    IntStream.range(0, pictures).forEach(i -> places.get(random.nextInt(parts)).add(i));
    List<EvaluationPart> counted = new ArrayList<>();
    for (List<Integer> some : places) {
      Collections.shuffle(some, random);
      counted.add(sent(evaluator.part(set, some.stream().mapToInt(i -> i).toArray())));
    }
    while (counted.size() > 1) {
      EvaluationPart taken = counted.remove(random.nextInt(counted.size()));
      counted.get(random.nextInt(counted.size())).merge(taken);
    }
    Evaluation merged = evaluator.complete(set, counted.getFirst(), NO_TIME);
    assertThat(EvaluationReport.json(merged)).isEqualTo(EvaluationReport.json(whole));
    assertThat(merged.predictions().toString()).isEqualTo(whole.predictions().toString());
  }

  @Test
  void everyPictureIsCountedOnceAndNoneIsForgotten() throws Exception {
    EvaluationSet set = set(SCORINGS.getFirst(), 10);
    Evaluator evaluator = evaluator();
    EvaluationPart first = evaluator.part(set, new int[] {0, 1, 2, 3, 4});
    EvaluationPart overlapping = evaluator.part(set, new int[] {4, 5, 6, 7, 8, 9});
    assertThatThrownBy(() -> first.merge(overlapping)).hasMessageContaining("picture 4");
    assertThatThrownBy(() -> evaluator.complete(set, first, NO_TIME))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("picture 5, 'picture 5', is missing");
    first.merge(evaluator.part(set, new int[] {5, 6, 7, 8, 9}));
    assertThat(evaluator.complete(set, first, NO_TIME).evaluated()).isEqualTo(9);
    assertThat(first.pictures()).isEqualTo(10);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aPictureWhoseAnswerIsNotFiniteFailsByItsNameAndTheOthersCount(boolean refusing)
      throws Exception {
    EvaluationSet set = set(SCORINGS.getFirst(), 8);
    float[] bad = new float[PLAIN.elements()];
    PLAIN.apply(set.pictures().getFirst().source().read(), bad, 0);
    Scorer scorer =
        (images, count) -> {
          float[] logits = logits(images, count);
          for (int i = 0; i < count; i++) {
            if (Arrays.equals(bad, 0, bad.length, images, i * bad.length, (i + 1) * bad.length)) {
              if (refusing) { // as Classifier does
                throw new ArithmeticException("expected finite answers");
              }
              logits[i * 6 + 2] = Float.POSITIVE_INFINITY;
            }
          }
          return logits;
        };
    EvaluationOptions options = EvaluationOptions.defaults().withBatch(8).withReaders(1);
    Evaluation evaluation =
        new Evaluator(scorer, CLASSES, Protocol.single(PLAIN), options).evaluate(set);
    assertThat(evaluation.failures())
        .containsExactly(
            new Evaluation.Failure(
                "picture 0",
                refusing ? "expected finite answers" : "the network's answer is Infinity"),
            new Evaluation.Failure("picture 5", "broken"));
    assertThat(evaluation.predictions()).hasSize(6).doesNotContainKey("picture 0");
  }

  private static EvaluationPart sent(EvaluationPart part)
      throws IOException, ClassNotFoundException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream output = new ObjectOutputStream(bytes)) {
      output.writeObject(part);
    }
    try (ObjectInputStream input =
        new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
      return (EvaluationPart) input.readObject();
    }
  }
}
