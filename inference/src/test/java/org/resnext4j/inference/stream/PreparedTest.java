package org.resnext4j.inference.stream;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.resnext4j.inference.HeatMap;

class PreparedTest {

  private static Prepared.Ready ready(String name) {
    return new Prepared.Ready(name, new float[1], new HeatMap.Region(0, 0, 1, 1), Optional.empty());
  }

  /** As a classifier: one answer that is not finite refuses the whole batch. */
  private static List<String> answer(List<Prepared.Ready> batch) {
    if (batch.stream().anyMatch(picture -> picture.source().startsWith("bad"))) {
      throw new ArithmeticException("the answer is NaN");
    }
    return batch.stream().map(picture -> "answer for " + picture.source()).toList();
  }

  @Test
  void aPictureWhoseAnswerIsNotFiniteFailsAloneInItsPlace() {
    List<Prepared> batch =
        List.of(
            ready("one"),
            ready("bad"),
            new Prepared.Unreadable("gone", "there is no such file"),
            ready("two"));
    List<String> results =
        Prepared.results(
            batch, PreparedTest::answer, failed -> failed.source() + ": " + failed.reason());
    assertThat(results)
        .containsExactly(
            "answer for one",
            "bad: the answer is NaN",
            "gone: there is no such file",
            "answer for two");
  }
}
