package org.resnext4j.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.FloatRange;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.resnext4j.vision.Labels;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class ClassificationTest {

  private static Classification of(float... logits) {
    return Classification.of(
        Labels.of(IntStream.range(0, logits.length).mapToObj(i -> "c" + i).toList()), logits);
  }

  @Test
  void probabilitiesAreTheSoftmax() {
    // torch.softmax(torch.tensor([1., 2., 3.]), 0)
    assertThat(of(1, 2, 3).probabilities())
        .containsExactly(new float[] {0.0900306f, 0.2447285f, 0.665241f}, within(1e-6f));
  }

  @Test
  void hugeLogitsDoNotOverflow() {
    assertThat(of(3e38f, -3e38f).probabilities()).containsExactly(1f, 0f);
  }

  @Property
  void topIsTheBeginningOfTheSortedClasses(
      @ForAll @Size(min = 1, max = 40) List<@FloatRange(min = -50, max = 50) Float> values,
      @ForAll @IntRange(min = 1, max = 50) int count) {
    float[] logits = new float[values.size()];
    for (int i = 0; i < logits.length; i++) {
      logits[i] = Math.round(values.get(i)); // Rounded, so that there are equals.
    }
    List<Integer> expected =
        IntStream.range(0, logits.length)
            .boxed()
            .sorted(Comparator.comparingDouble(i -> -logits[i]))
            .limit(count)
            .toList();
    Classification classification = of(logits);
    assertThat(classification.top(count).stream().map(Label::index).toList()).isEqualTo(expected);
    double sum = 0;
    for (float probability : classification.probabilities()) {
      sum += probability;
    }
    assertThat(sum).isCloseTo(1, within(1e-5));
  }

  @Test
  void printsTheFiveMostProbable() {
    assertThat(of(0, (float) Math.log(3)).toString().lines())
        .containsExactly(" 75.00 %  c1", " 25.00 %  c0");
    assertThat(of(new float[9]).toString().lines()).hasSize(5);
  }

  @Test
  void topNeedsACount() {
    assertThatThrownBy(() -> of(1, 2).top(0)).hasMessageContaining("at least 1, but was 0");
  }

  @Test
  void jacksonWritesTheMostProbableClasses() {
    JsonNode json =
        JsonMapper.shared().readTree(JsonMapper.shared().writeValueAsString(of(1, 3, 2)));
    assertThat(json.propertyNames()).containsExactly("top");
    assertThat(json.path("top").valueStream().map(label -> label.path("name").asString()))
        .containsExactly("c1", "c2", "c0");
    assertThat(json.path("top").get(0).propertyNames())
        .containsExactlyInAnyOrder("name", "index", "probability");
  }
}
