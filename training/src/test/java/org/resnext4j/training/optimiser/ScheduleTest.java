package org.resnext4j.training.optimiser;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.resnext4j.training.Pytorch;

class ScheduleTest {

  @Test
  void stepsFallWherePytorchsDo() {
    check("steps", new Schedule.Steps(List.of(150, 225), 300, 0.1, 0), 300);
  }

  @Test
  void stepsOfAShorterTrainingFallInProportion() {
    Schedule steps = new Schedule.Steps(List.of(30, 60, 90), 100, 0.1, 0);
    assertThat(steps.factor(2.99, 10)).isEqualTo(1);
    assertThat(steps.factor(3, 10)).isCloseTo(0.1, within(1e-12));
    assertThat(steps.factor(9.5, 10)).isCloseTo(0.001, within(1e-12));
  }

  @Test
  void cosineAfterWarmupIsPytorchs() {
    check("cosine", new Schedule.Cosine(5, 0.01, 0), 60);
  }

  @Test
  void oneCycleIsPytorchsLinearOne() {
    double[] expected = Pytorch.doubles(Pytorch.value("oneCycle"));
    // PyTorch's peak is step 0.3·101 - 1 of 100.
    Schedule cycle = new Schedule.OneCycle((0.3 * 101 - 1) / 100, 0.1, 0);
    for (int i = 0; i < expected.length; i++) {
      assertThat(cycle.factor(i, 100)).as("step %d", i).isCloseTo(expected[i], within(1e-8));
    }
  }

  @Test
  void warmupRisesInALine() {
    Schedule steps = new Schedule.Steps(List.of(), 1, 0.1, 4);
    assertThat(steps.factor(0, 10)).isZero();
    assertThat(steps.factor(1, 10)).isEqualTo(0.25);
    assertThat(steps.factor(4, 10)).isEqualTo(1);
  }

  private static void check(String field, Schedule schedule, int epochs) {
    double[] expected = Pytorch.doubles(Pytorch.value(field));
    assertThat(expected).hasSize(epochs);
    for (int epoch = 0; epoch < epochs; epoch++) {
      assertThat(schedule.factor(epoch, epochs))
          .as("epoch %d", epoch)
          .isCloseTo(expected[epoch], within(1e-9));
    }
  }
}
