package org.resnext4j.training.input;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class MixingTest {

  @Test
  void mixupBlendsEachPictureAndTargetWithTheOneBefore() {
    Batch batch = batch();
    Mixing.blend(batch, 0.75);
    // Picture i is all i·10; with the one before, the first with the last.
    assertThat(batch.images()[0]).isEqualTo(0.75f * 0 + 0.25f * 20);
    assertThat(batch.images()[12]).isEqualTo(0.75f * 10 + 0.25f * 0);
    assertThat(batch.images()[24]).isEqualTo(0.75f * 20 + 0.25f * 10);
    assertThat(batch.targets()).containsExactly(0.75f, 0, 0.25f, 0.25f, 0.75f, 0, 0, 0.25f, 0.75f);
  }

  @Test
  void cutmixPastesARectangleOfTheOneBeforeAndItsShareOfTheTarget() {
    Batch batch = batch();
    Mixing.paste(batch, 0, 1, 1, 2);
    // Of each 2×2 picture the upper right pixel is the neighbour's: a quarter.
    assertThat(batch.images())
        .containsExactly(
            0, 0, 0, 20, 20, 20, 0, 0, 0, 0, 0, 0, //
            10, 10, 10, 0, 0, 0, 10, 10, 10, 10, 10, 10, //
            20, 20, 20, 10, 10, 10, 20, 20, 20, 20, 20, 20);
    assertThat(batch.targets()).containsExactly(0.75f, 0, 0.25f, 0.25f, 0.75f, 0, 0, 0.25f, 0.75f);
  }

  @Test
  void targetsStayProbabilities() {
    for (int i = 0; i < 50; i++) {
      Batch batch = batch();
      new Mixing(0.2, 1).apply(batch, Randomness.of(i, Randomness.Purpose.MIXING));
      for (int row = 0; row < 3; row++) {
        float sum = 0;
        for (int k = 0; k < 3; k++) {
          sum += batch.targets()[row * 3 + k];
        }
        assertThat(sum).isCloseTo(1, within(1e-6f));
      }
    }
  }

  @Test
  void noMixingChangesNothing() {
    Batch batch = batch();
    Mixing.NONE.apply(batch, Randomness.of(1, Randomness.Purpose.MIXING));
    assertThat(batch.images()).containsExactly(batch().images());
  }

  @Test
  void betaHasItsMeanAndVariance() {
    Randomness random = Randomness.of(3, Randomness.Purpose.MIXING);
    for (double alpha : new double[] {0.2, 1, 3}) {
      int draws = 20_000;
      double sum = 0;
      double squares = 0;
      for (int i = 0; i < draws; i++) {
        double x = random.nextBeta(alpha);
        sum += x;
        squares += x * x;
      }
      double mean = sum / draws;
      assertThat(mean).isCloseTo(0.5, within(0.01));
      assertThat(squares / draws - mean * mean)
          .as("variance at alpha %s", alpha)
          .isCloseTo(1 / (4 * (2 * alpha + 1)), within(0.005));
    }
  }

  private static Batch batch() {
    Batch batch = Batch.empty(3, 2, 2, 3, 3);
    for (int i = 0; i < 3; i++) {
      java.util.Arrays.fill(batch.images(), i * 12, (i + 1) * 12, i * 10f);
      batch.targets()[i * 3 + i] = 1;
    }
    return batch;
  }
}
