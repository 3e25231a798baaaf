package org.resnext4j.vision.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Metrics of cases small enough to count by hand. */
final class MetricsTest {

  /** Ends computed with SciPy's normal quantile. */
  @ParameterizedTest
  @CsvSource({
    "9646, 10000, 0.9607961068729045, 0.9680470818410627",
    "0, 10, 0.0, 0.2775327998628892",
    "10, 10, 0.7224672001371107, 1.0",
    "1, 2, 0.09453120573423074, 0.9054687942657693",
    "915, 1000, 0.8960871089966438, 0.9307366814603455"
  })
  void wilsonIntervalIsTheKnownOne(long part, long whole, double low, double high) {
    Interval interval = new Proportion(part, whole).interval();
    assertThat(interval.low()).isCloseTo(low, within(1e-12));
    assertThat(interval.high()).isCloseTo(high, within(1e-12));
  }

  @Test
  void aShareOfNothingIsUnknown() {
    assertThat(new Proportion(0, 0).value()).isNaN();
    assertThat(new Proportion(0, 0).interval()).isEqualTo(new Interval(0, 1));
    assertThatThrownBy(() -> new Proportion(3, 2)).hasMessageContaining("3 of 2");
  }

  @Test
  void equalLogitsRankByIndex() {
    ClassificationMetrics metrics = new ClassificationMetrics(3, 1, 2);
    assertThat(metrics.add("first", new float[] {1, 1, 0}, 0, 0)).isTrue();
    assertThat(metrics.add("second", new float[] {1, 1, 0}, 0, 1)).isFalse();
    assertThat(metrics.top(1)).isEqualTo(new Proportion(1, 2));
    assertThat(metrics.top(2)).isEqualTo(new Proportion(2, 2));
  }

  @Test
  void anyOfSeveralLabelsIsRight() {
    ClassificationMetrics metrics = new ClassificationMetrics(4, 1, 2);
    assertThat(metrics.add("both", new float[] {0, 5, 1, 0}, 0, new int[] {0, 1})).isTrue();
    assertThat(metrics.add("second", new float[] {0, 5, 1, 0}, 0, new int[] {3, 2})).isFalse();
    assertThat(metrics.top(1)).isEqualTo(new Proportion(1, 2));
    assertThat(metrics.top(2)).isEqualTo(new Proportion(2, 2));
    assertThat(metrics.confusion().count(1, 1)).isEqualTo(1);
    assertThat(metrics.confusion().count(3, 1)).isEqualTo(1);
  }

  @Test
  void logLossOfSeveralLabelsIsOfTheirProbabilityTogether() {
    ClassificationMetrics metrics = new ClassificationMetrics(4, 1);
    metrics.add("uniform", new float[4], 0, new int[] {0, 1});
    assertThat(metrics.logLoss()).isCloseTo(Math.log(2), within(1e-12));
  }

  @Test
  void largeLogitsDoNotOverflow() {
    ClassificationMetrics metrics = new ClassificationMetrics(2, 1);
    metrics.add("sure and wrong", new float[] {1e30f, -1e30f}, 0, 1);
    assertThat(metrics.logLoss()).isFinite().isGreaterThan(1e30);
    assertThat(metrics.mistakes()).hasSize(1);
  }

  @Test
  void whatIsNoNumberIsRefusedByName() {
    ClassificationMetrics metrics = new ClassificationMetrics(2, 1);
    assertThatThrownBy(() -> metrics.add("cat.png", new float[] {0, Float.NaN}, 0, 1))
        .hasMessage("the logit of class 1 for 'cat.png' is NaN, not a number");
    assertThatThrownBy(() -> metrics.add("cat.png", new float[2], 0, 2))
        .hasMessage("the label of 'cat.png' must be from 0 to 1, but was 2");
  }

  @Test
  void binaryScoresAreCountedByHand() {
    ConfusionMatrix matrix = new ConfusionMatrix(2);
    add(matrix, 0, 0, 6);
    add(matrix, 0, 1, 2);
    add(matrix, 1, 0, 1);
    add(matrix, 1, 1, 3);
    assertThat(matrix.binary(1)).isEqualTo(new Scores(3.0 / 5, 3.0 / 4, 6.0 / 9));
    assertThat(matrix.binary(0)).isEqualTo(new Scores(6.0 / 7, 6.0 / 8, 12.0 / 15));
    assertThat(matrix.micro()).isEqualTo(new Scores(0.75, 0.75, 0.75));
    assertThat(matrix.accuracy(1)).isEqualTo(new Proportion(3, 4));
  }

  @Test
  void classesThatNeverOccurDoNotLowerTheMacroMean() {
    ConfusionMatrix matrix = new ConfusionMatrix(1000);
    add(matrix, 7, 7, 3);
    add(matrix, 8, 7, 1);
    // Class 7: 3/4, 3/3, 6/7. Class 8: 0, 0, 0.
    assertThat(matrix.macro()).isEqualTo(new Scores(0.375, 0.5, 3.0 / 7));
  }

  @Test
  void bootstrapIsTheSameForTheSameSeedAndTightensWithPictures() {
    ConfusionMatrix few = new ConfusionMatrix(2);
    add(few, 0, 0, 8);
    add(few, 1, 0, 2);
    ConfusionMatrix many = new ConfusionMatrix(2);
    add(many, 0, 0, 800);
    add(many, 1, 0, 200);
    Interval wide = few.bootstrap(m -> m.binary(0).f1(), 500, 1);
    Interval tight = many.bootstrap(m -> m.binary(0).f1(), 500, 1);
    assertThat(few.bootstrap(m -> m.binary(0).f1(), 500, 1)).isEqualTo(wide);
    assertThat(tight.high() - tight.low()).isLessThan((wide.high() - wide.low()) / 5);
    assertThat(few.binary(0).f1()).isBetween(wide.low(), wide.high());
  }

  @Test
  void calibrationErrorIsCountedByHand() {
    Calibration calibration = new Calibration(2);
    calibration.add("a", 0.9, true);
    calibration.add("b", 0.7, false);
    calibration.add("c", 0.5, true); // On the edge: the lower bin.
    // Upper bin: |1.6 - 1| = 0.6; lower: |0.5 - 1| = 0.5; of three pictures.
    assertThat(calibration.expectedError()).isCloseTo(1.1 / 3, within(1e-12));
    assertThat(calibration.bins().get(0).accuracy()).isEqualTo(new Proportion(1, 1));
    assertThat(calibration.bins().get(1).confidence()).isCloseTo(0.8, within(1e-12));
  }

  @Test
  void throughputOfNoTimeIsNotInfinite() {
    assertThat(new Throughput(100, 4, 1).picturesPerSecond()).isEqualTo(25);
    assertThat(new Throughput(100, 4, 1).waiting()).isEqualTo(0.25);
    assertThat(new Throughput(0, 0, 0).picturesPerSecond()).isZero();
  }

  @Property(tries = 30)
  void nothingDependsOnTheOrderOfThePicturesButRounding(
      @ForAll @IntRange(min = 2, max = 12) int classes, @ForAll long seed) {
    Random random = new Random(seed);
    List<float[]> pictures = new ArrayList<>();
    for (int i = 0; i < 60; i++) {
      float[] logits = new float[classes];
      for (int c = 0; c < classes; c++) {
        logits[c] = random.nextInt(5);
      }
      pictures.add(logits);
    }
    List<Integer> order = new ArrayList<>(IntStream.range(0, 60).boxed().toList());
    ClassificationMetrics forwards = measure(pictures, order, classes);
    Collections.shuffle(order, random);
    ClassificationMetrics shuffled = measure(pictures, order, classes);
    assertThat(shuffled.top(2)).isEqualTo(forwards.top(2));
    assertThat(shuffled.confusion().macro()).isEqualTo(forwards.confusion().macro());
    assertThat(shuffled.logLoss()).isCloseTo(forwards.logLoss(), within(1e-12));
    assertThat(shuffled.mistakes()).isEqualTo(forwards.mistakes());
    assertThat(shuffled.calibration().expectedError())
        .isCloseTo(forwards.calibration().expectedError(), within(1e-12));
  }

  private static ClassificationMetrics measure(
      List<float[]> pictures, List<Integer> order, int classes) {
    ClassificationMetrics metrics = new ClassificationMetrics(classes, 2);
    for (int i : order) {
      metrics.add("picture %02d".formatted(i), pictures.get(i), 0, i % classes);
    }
    return metrics;
  }

  private static void add(ConfusionMatrix matrix, int actual, int predicted, int times) {
    for (int i = 0; i < times; i++) {
      matrix.add(actual, predicted);
    }
  }
}
