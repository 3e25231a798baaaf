package org.resnext4j.models.weights.naming;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.resnext4j.models.weights.storage.ElementType;
import org.resnext4j.models.weights.storage.TensorInfo;

class NetworkSearchTest {

  /** Levels of prefixes times candidates: the most that one name is looked at. */
  private static final int MOST_STEPS_OF_A_NAME = 300;

  @Test
  void theWorkOfAnyNamesIsBoundedByTheirNumber() {
    List<TensorInfo> tensors = new ArrayList<>();
    String prefix = "";
    for (int network = 0; network < 200; network++) { // Networks within networks.
      if (network % 10 == 0) {
        prefix += "a.";
      }
      String own = prefix + network + ".";
      tensors.add(new TensorInfo(own + "conv1.weight", ElementType.F32, List.of(4, 3, 3, 3)));
      tensors.add(
          new TensorInfo(own + "layer1.0.conv1.weight", ElementType.F32, List.of(4, 4, 1, 1)));
    }
    for (int i = 0; i < 20_000; i++) {
      String name = prefix.substring(0, i % prefix.length() / 2 * 2) + "other" + i + ".weight";
      tensors.add(new TensorInfo(name, ElementType.F32, List.of(4, 4)));
    }
    NetworkSearch search = new NetworkSearch(tensors);
    search.find(Optional.empty(), true);
    assertThat(search.steps()).isLessThan((long) MOST_STEPS_OF_A_NAME * tensors.size());
  }
}
