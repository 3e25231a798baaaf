package org.resnext4j.vision.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * The metrics of a real ResNeXt-29 8×64d on the 10,000 test pictures of CIFAR-10, held against what
 * scikit-learn computed of the same logits (expected.json beside them).
 */
final class TrainedLogitsTest {

  private static final int[][] CONFUSION = {
    {977, 0, 6, 3, 0, 0, 0, 0, 14, 0},
    {2, 982, 0, 0, 0, 0, 0, 0, 1, 15},
    {8, 0, 948, 6, 11, 5, 15, 5, 2, 0},
    {7, 0, 5, 913, 10, 41, 11, 3, 5, 5},
    {1, 0, 1, 7, 982, 5, 3, 1, 0, 0},
    {1, 1, 6, 43, 7, 937, 1, 4, 0, 0},
    {3, 0, 4, 5, 1, 1, 986, 0, 0, 0},
    {4, 0, 3, 6, 7, 8, 0, 971, 1, 0},
    {12, 4, 3, 2, 0, 0, 0, 0, 976, 3},
    {2, 15, 1, 2, 0, 0, 0, 0, 6, 974}
  };

  private static ClassificationMetrics metrics;

  @BeforeAll
  static void measure() throws IOException {
    Path file =
        Path.of(
            System.getProperty("resnext4j.root", ".."),
            "../shared/fixtures/trained/resnext29_8x64d_cifar10_test_logits.npz");
    assumeTrue(Files.exists(file), () -> "skipped: there is no " + file);
    float[] logits = Npz.floats(file, "logits");
    long[] labels = Npz.longs(file, "labels");
    metrics = new ClassificationMetrics(10, 1, 5);
    for (int i = 0; i < labels.length; i++) {
      metrics.add("picture " + i, logits, i * 10, (int) labels[i]);
    }
  }

  @Test
  void topOneAndTopFiveAreThose() {
    assertThat(metrics.top(1)).isEqualTo(new Proportion(9646, 10_000));
    assertThat(metrics.top(5)).isEqualTo(new Proportion(9986, 10_000));
  }

  @Test
  void calibrationErrorIsThatOfFifteenBins() {
    // scikit-learn's value was taken of probabilities rounded to float32.
    assertThat(metrics.calibration().expectedError()).isCloseTo(0.012929008191824003, within(1e-6));
    Interval interval = metrics.calibration().interval();
    assertThat(interval.low()).isBetween(0.008, 0.012929);
    assertThat(interval.high()).isBetween(0.012929, 0.018);
  }

  @Test
  void logLossIsThat() {
    assertThat(metrics.logLoss()).isCloseTo(0.1274075210094452, within(1e-7));
    // The standard error of the 10,000 losses as NumPy gives it is 0.00697.
    assertThat(metrics.logLossInterval().high() - metrics.logLossInterval().low())
        .isCloseTo(0.027313909049950538, within(1e-6));
  }

  @Test
  void everyCellOfTheConfusionMatrixIsThat() {
    for (int actual = 0; actual < 10; actual++) {
      for (int predicted = 0; predicted < 10; predicted++) {
        assertThat(metrics.confusion().count(actual, predicted))
            .as("%d taken for %d", actual, predicted)
            .isEqualTo(CONFUSION[actual][predicted]);
      }
    }
  }

  @Test
  void macroAndBinaryScoresAreThose() {
    Scores macro = metrics.confusion().macro();
    assertThat(macro.f1()).isCloseTo(0.9645469604352568, within(1e-12));
    assertThat(macro.precision()).isCloseTo(0.9645843310955866, within(1e-12));
    assertThat(macro.recall()).isCloseTo(0.9646, within(1e-12));
    Scores cats = metrics.confusion().binary(3);
    assertThat(cats.precision()).isCloseTo(0.9250253292806484, within(1e-12));
    assertThat(cats.recall()).isCloseTo(0.913, within(1e-12));
    assertThat(cats.f1()).isCloseTo(0.9189733266230499, within(1e-12));
  }

  @Test
  void bootstrapOfTheAccuracyAgreesWithWilson() {
    Interval wilson = metrics.top(1).interval();
    Interval bootstrap = metrics.confusion().bootstrap(m -> m.accuracy().value(), 1000, 7);
    assertThat(bootstrap.low()).isCloseTo(wilson.low(), within(0.0006));
    assertThat(bootstrap.high()).isCloseTo(wilson.high(), within(0.0006));
  }

  @Test
  void mostWrongPicturesComeFirstAndAreWrong() {
    List<Mistake> mistakes = metrics.mistakes();
    assertThat(mistakes).hasSize(20);
    assertThat(mistakes).allSatisfy(m -> assertThat(m.actual()).isNotEqualTo(m.predicted()));
    assertThat(mistakes)
        .isSortedAccordingTo((a, b) -> Double.compare(a.probability(), b.probability()));
    assertThat(mistakes.getFirst().picture()).isEqualTo("picture 2405");
  }
}
