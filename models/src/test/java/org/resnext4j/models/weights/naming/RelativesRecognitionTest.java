package org.resnext4j.models.weights.naming;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.resnext4j.models.Fixtures;
import org.resnext4j.models.weights.ElementType;
import org.resnext4j.models.weights.TensorInfo;
import tools.jackson.databind.JsonNode;

/** timm's state dicts tell which relative they belong to, by names and shapes alone. */
class RelativesRecognitionTest {

  /** Smoothing has no tensors, so that network is taken for the one without. */
  private static final Map<String, String> ALIKE =
      Map.of("seresnextaa101d_32x8d", "seresnext101d_32x8d");

  @Test
  void everyRelativeIsToldFromTheOthers() {
    int cases = 0;
    for (JsonNode expected : Fixtures.json("relatives.json")) {
      if (expected.get("names_and_shapes").isNull()) {
        continue;
      }
      List<TensorInfo> tensors = new ArrayList<>();
      expected
          .get("names_and_shapes")
          .properties()
          .forEach(entry -> {
            List<Integer> shape = new ArrayList<>();
            entry.getValue().forEach(size -> shape.add(size.asInt()));
            tensors.add(new TensorInfo(entry.getKey(), ElementType.F32, shape));
          });
      String name = expected.get("name").asString();
      NetworkSearch.Found found =
          NetworkSearch.find(tensors, Optional.empty(), false).orElseThrow();
      assertThat(found.network().orElseThrow().name()).isEqualTo(ALIKE.getOrDefault(name, name));
      assertThat(found.match()).as(name).isEqualTo(1.0);
      assertThat(found.names()).hasSize(tensors.size());
      cases++;
    }
    assertThat(cases).isPositive();
  }
}
