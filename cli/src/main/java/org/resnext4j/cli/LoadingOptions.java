package org.resnext4j.cli;

import java.util.Optional;
import org.resnext4j.models.weights.LoadOptions;
import picocli.CommandLine.Option;

/** How a weight file is loaded: the same options in every command that takes one. */
final class LoadingOptions {

  @Option(
      names = "--part",
      paramLabel = "KEY",
      description = "Which network of a file with several: a key on the way to it.")
  private Optional<String> part = Optional.empty();

  @Option(
      names = "--no-ema",
      description = "Of two equal networks take the one that is not averaged.")
  private boolean notAveraged;

  /** Options with these choices made. */
  LoadOptions apply(LoadOptions options) {
    LoadOptions chosen = options.withAveraged(!notAveraged);
    return part.isPresent() ? chosen.withPart(part.get()) : chosen;
  }
}
