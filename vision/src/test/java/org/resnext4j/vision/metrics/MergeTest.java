package org.resnext4j.vision.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

/** Metrics of parts, merged in any order, are the metrics of the whole, to the bit. */
final class MergeTest {

  private static final int CLASSES = 7;

  /** A picture's logits and right labels. */
  @SuppressWarnings("ArrayRecordComponent") // Never compared.
  private record Answer(String picture, float[] logits, int[] labels) {

    static List<Answer> random(Random random, int count) {
      List<Answer> answers = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        // Scales from sure to unsure; whole numbers make equal logits.
        float scale = (float) Math.pow(10, random.nextInt(4) - 2);
        float[] logits = new float[CLASSES];
        for (int c = 0; c < CLASSES; c++) {
          logits[c] =
              random.nextBoolean() ? random.nextInt(3) : scale * (float) random.nextGaussian();
        }
        int[] labels = random.ints(1 + random.nextInt(2), 0, CLASSES).toArray();
        answers.add(new Answer("picture " + i, logits, labels));
      }
      return answers;
    }
  }

  @Property(tries = 60)
  void anyPartsInAnyOrderGiveTheBitsOfTheWhole(
      @ForAll long seed,
      @ForAll @IntRange(min = 1, max = 9) int parts,
      @ForAll @IntRange(min = 2, max = 60) int pictures)
      throws Exception {
    Random random = new Random(seed);
    List<Answer> answers = Answer.random(random, pictures);
    ClassificationMetrics whole = metrics();
    answers.forEach(answer -> add(whole, answer));

    List<ClassificationMetrics> some = new ArrayList<>();
    IntStream.range(0, parts).forEach(_ -> some.add(metrics()));
    Collections.shuffle(answers, random);
    answers.forEach(answer -> add(some.get(random.nextInt(parts)), answer));
    // Two parts at a time, chosen at random, half of them by way of another machine.
    while (some.size() > 1) {
      ClassificationMetrics taken = some.remove(random.nextInt(some.size()));
      some.get(random.nextInt(some.size())).merge(random.nextBoolean() ? sent(taken) : taken);
    }
    assertThat(bits(some.getFirst())).isEqualTo(bits(whole));
  }

  @Property
  void anExactSumIsTheDecimalSumRoundedOnce(@ForAll long seed) {
    Random random = new Random(seed);
    List<Double> values = new ArrayList<>();
    BigDecimal expected = BigDecimal.ZERO;
    for (int i = 0; i < 20; i++) {
      double value = Double.longBitsToDouble(random.nextLong());
      if (Double.isFinite(value) && Math.abs(value) < 1e300) {
        values.add(value);
        values.add(random.nextBoolean() ? -value : Math.ulp(value) / 2);
      }
    }
    for (double value : values) {
      expected = expected.add(new BigDecimal(value));
    }
    ExactSum sum = ExactSum.ZERO;
    Collections.shuffle(values, random);
    for (double value : values) {
      sum = sum.plus(value);
    }
    assertThat(sum.value()).isEqualTo(expected.doubleValue());
  }

  @Test
  void anExactSumHoldsTheExtremes() {
    ExactSum extremes =
        ExactSum.ZERO.plus(Double.MAX_VALUE).plus(Double.MIN_VALUE).plus(-Double.MAX_VALUE);
    assertThat(extremes.value()).isEqualTo(Double.MIN_VALUE);
    assertThat(ExactSum.ZERO.plus(Double.MAX_VALUE).plus(Double.MAX_VALUE).value()).isInfinite();
    // Halfway between two values, and just above.
    assertThat(ExactSum.ZERO.plus(1).plus(0x1p-53).value()).isEqualTo(1);
    assertThat(ExactSum.ZERO.plus(1).plus(0x1p-53).plus(Double.MIN_VALUE).value())
        .isEqualTo(1 + 0x1p-52);
    assertThat(ExactSum.ZERO.plus(-1).plus(-0x1p-53).plus(-Double.MIN_VALUE).value())
        .isEqualTo(-1 - 0x1p-52);
    assertThatThrownBy(() -> ExactSum.ZERO.plus(Double.NaN)).hasMessageContaining("NaN");
  }

  @Test
  void theSpreadOfNearlyEqualLossesIsNotLost() {
    ExactSum sum = ExactSum.ZERO;
    ExactSum squares = ExactSum.ZERO;
    for (double value : new double[] {1e8 + 1, 1e8 + 2, 1e8 + 3}) {
      sum = sum.plus(value);
      squares = squares.plus(value * value).plus(Math.fma(value, value, -value * value));
    }
    assertThat(sum.squaredDeviations(squares, 3)).isEqualTo(2);
  }

  @Test
  void metricsOfAnotherKindAreRefused() {
    ClassificationMetrics metrics = metrics();
    assertThatThrownBy(() -> metrics.merge(new ClassificationMetrics(CLASSES, 1)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("top [1, 3]");
    assertThatThrownBy(() -> new ConfusionMatrix(2).merge(new ConfusionMatrix(3)))
        .hasMessageContaining("2 classes");
    assertThatThrownBy(() -> new Calibration(2).merge(new Calibration(3)))
        .hasMessageContaining("2 bins");
  }

  private static ClassificationMetrics metrics() {
    return new ClassificationMetrics(CLASSES, 5, new int[] {1, 3});
  }

  private static void add(ClassificationMetrics metrics, Answer answer) {
    metrics.add(answer.picture(), answer.logits(), 0, answer.labels());
  }

  private static ClassificationMetrics sent(ClassificationMetrics metrics)
      throws IOException, ClassNotFoundException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream output = new ObjectOutputStream(bytes)) {
      output.writeObject(metrics);
    }
    try (ObjectInputStream input =
        new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
      return (ClassificationMetrics) input.readObject();
    }
  }

  /** Everything that metrics tell; text of float64 values is theirs alone. */
  private static String bits(ClassificationMetrics metrics) {
    List<Object> all = new ArrayList<>();
    all.add(metrics.pictures());
    all.add(metrics.top(1));
    all.add(metrics.top(3));
    all.add(metrics.logLoss());
    all.add(metrics.logLossInterval());
    all.add(metrics.mistakes());
    all.add(metrics.calibration().bins());
    all.add(metrics.calibration().expectedError());
    all.add(metrics.calibration().interval());
    ConfusionMatrix confusion = metrics.confusion();
    all.add(confusion.macro());
    all.add(confusion.micro());
    all.add(confusion.bootstrap(m -> m.macro().f1(), 40, 1));
    for (int actual = 0; actual < CLASSES; actual++) {
      all.add(confusion.accuracy(actual));
      all.add(confusion.precision(actual));
      for (int predicted = 0; predicted < CLASSES; predicted++) {
        all.add(confusion.count(actual, predicted));
      }
    }
    return all.toString();
  }
}
