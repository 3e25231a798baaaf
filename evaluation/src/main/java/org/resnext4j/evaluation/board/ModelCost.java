package org.resnext4j.evaluation.board;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.resnext4j.models.Complexity;
import org.resnext4j.models.Presets;

/**
 * What networks with a usual name cost: counted from their graphs, so it needs no evaluation; each
 * once. Not thread-safe.
 */
final class ModelCost {

  /** The setting of results that are counted. */
  static final String COUNTED = "counted";

  private final Map<Key, Optional<Complexity>> counted = new HashMap<>();

  private record Key(String model, int crop) {}

  /** Multiply-adds for one picture; nothing for networks outside the family. */
  OptionalLong multiplyAdds(String model, int crop) {
    return count(model, crop)
        .map(complexity -> OptionalLong.of(complexity.multiplyAdds()))
        .orElse(OptionalLong.empty());
  }

  /** What the metric of that name counts, in the unit of the published value. */
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
