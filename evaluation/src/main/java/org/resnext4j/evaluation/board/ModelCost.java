package org.resnext4j.evaluation.board;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.resnext4j.models.Complexity;
import org.resnext4j.models.Presets;

/**
 * The complexity of presets, which their graphs give without an evaluation. Each preset is counted
 * once. Not thread-safe.
 */
final class ModelCost {

  /** The setting of counted results. */
  static final String COUNTED = "counted";

  private final Map<Key, Optional<Complexity>> counted = new HashMap<>();

  private record Key(String model, int crop) {}

  /** Multiply-adds for one picture; empty for networks that are not presets. */
  OptionalLong multiplyAdds(String model, int crop) {
    return count(model, crop)
        .map(complexity -> OptionalLong.of(complexity.multiplyAdds()))
        .orElse(OptionalLong.empty());
  }

  /** The counted value of a metric in the unit of the published value. */
  Optional<Measure> measure(String model, int crop, String metric) {
    return count(model, crop)
        .flatMap(complexity ->
            switch (metric) {
              case "multiply-adds" ->
                  Optional.of(counted(metric, "10⁹", complexity.multiplyAdds() / 1e9));
              case "parameters" ->
                  Optional.of(counted(metric, "10⁶", complexity.parameters() / 1e6));
              default -> Optional.empty();
            });
  }

  private static Measure counted(String metric, String unit, double value) {
    return new Measure(metric, unit, value, Optional.empty(), 0);
  }

  private Optional<Complexity> count(String model, int crop) {
    if (crop < 1) {
      return Optional.empty();
    }
    return counted.computeIfAbsent(
        new Key(model, crop),
        key ->
            Presets.all().stream()
                .filter(preset -> preset.name().equals(key.model()))
                .findFirst()
                .map(preset -> Complexity.of(preset, key.crop())));
  }
}
