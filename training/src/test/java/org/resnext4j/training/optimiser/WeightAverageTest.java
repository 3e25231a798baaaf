package org.resnext4j.training.optimiser;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import org.junit.jupiter.api.Test;
import org.resnext4j.engine.tensor.FlatTensors;
import org.resnext4j.engine.tensor.Tensor;

class WeightAverageTest {

  private final FlatTensors live;

  WeightAverageTest() {
    SequencedMap<String, List<Integer>> shapes = new LinkedHashMap<>();
    shapes.put("w", List.of(1));
    live = FlatTensors.zeros(shapes);
  }

  private WeightAverage average(double decay, float start, long updates) {
    return new WeightAverage(decay, List.of(live), Map.of("w", Tensor.of(start)), updates);
  }

  private static float value(WeightAverage average) {
    return average.values().getFirst().values()[0];
  }

  @Test
  void manyUpdatesAreThePowersOfTheDecay() {
    WeightAverage average = average(0.9, 0, 1000);
    live.values()[0] = 1;
    for (int i = 0; i < 20; i++) {
      average.update();
    }
    assertThat((double) value(average)).isCloseTo(1 - Math.pow(0.9, 20), within(1e-6));
  }

  @Test
  void theFirstWeightsAreSoonForgotten() {
    WeightAverage average = average(0.9999, 100, 0);
    live.values()[0] = 1;
    average.update();
    // Update 1 keeps (1 + 1) / (10 + 1).
    assertThat((double) value(average)).isCloseTo(1 + 99 * 2.0 / 11, within(1e-4));
    for (int i = 0; i < 50; i++) {
      average.update();
    }
    assertThat((double) value(average)).isCloseTo(1, within(1e-3));
  }

  @Test
  void itLeavesTheWeightsAlone() {
    live.values()[0] = 7;
    WeightAverage average = average(0.5, 5, 1000);
    average.update();
    assertThat(live.values()).containsExactly(7);
    assertThat(value(average)).isEqualTo(6);
  }
}
