package org.resnext4j.training.optimiser;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.resnext4j.engine.tensor.Tensor;

class WeightAverageTest {

  private static Map<String, Tensor> weight(float value) {
    return Map.of("w", Tensor.of(value));
  }

  private static float value(WeightAverage average) {
    return average.values().get("w").values()[0];
  }

  @Test
  void manyUpdatesAreThePowersOfTheDecay() {
    WeightAverage average = new WeightAverage(0.9, weight(0), 1000);
    for (int i = 0; i < 20; i++) {
      average.update(weight(1));
    }
    assertThat((double) value(average)).isCloseTo(1 - Math.pow(0.9, 20), within(1e-6));
  }

  @Test
  void theFirstWeightsAreSoonForgotten() {
    WeightAverage average = new WeightAverage(0.9999, weight(100), 0);
    average.update(weight(1));
    // Update 1 keeps (1 + 1) / (10 + 1).
    assertThat((double) value(average)).isCloseTo(1 + 99 * 2.0 / 11, within(1e-4));
    for (int i = 0; i < 50; i++) {
      average.update(weight(1));
    }
    assertThat((double) value(average)).isCloseTo(1, within(1e-3));
  }

  @Test
  void itKeepsItsOwnCopies() {
    Map<String, Tensor> first = weight(5);
    WeightAverage average = new WeightAverage(0.5, first, 1000);
    average.update(weight(7));
    assertThat(first.get("w").values()).containsExactly(5);
    assertThat(value(average)).isEqualTo(6);
  }
}
