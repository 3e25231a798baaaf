package org.resnext4j.cli.training;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Option;

/** The options of all commands that train by a recipe. */
final class RecipeOptions {

  @Option(
      names = "--set",
      paramLabel = "FIELD=VALUE",
      description = "Override a field of the recipe, such as optimiser.momentum=0.8.")
  private Map<String, String> changes = new LinkedHashMap<>();

  @Option(names = "--epochs", paramLabel = "N", description = "Passes over the training pictures.")
  private Optional<Integer> epochs = Optional.empty();

  @Option(names = "--threads", paramLabel = "N", description = "Threads of the engine.")
  private Optional<Integer> threads = Optional.empty();

  /**
   * The fields of the recipe to override.
   *
   * @param prefix prefix of the fields that have their own options
   */
  Map<String, String> changes(String prefix) {
    Map<String, String> all = new LinkedHashMap<>(changes);
    epochs.ifPresent(n -> all.put(prefix + "epochs", n.toString()));
    return all;
  }

  /** Threads of the engine. */
  int threads() {
    return threads.orElse(Runtime.getRuntime().availableProcessors());
  }
}
