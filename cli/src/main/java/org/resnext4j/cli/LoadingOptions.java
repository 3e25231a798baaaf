package org.resnext4j.cli;

import java.util.Optional;
import org.resnext4j.models.weights.LoadOptions;
import picocli.CommandLine.Option;

/** The options for loading a weight file, the same in every command that loads one. */
final class LoadingOptions {

  @Option(
      names = "--part",
      paramLabel = "KEY",
      description = "The network to load from a file with several: a key on its path.")
  private Optional<String> part = Optional.empty();

  @Option(
      names = "--no-ema",
      description = "Load the network without averaged weights, if the file holds both.")
  private boolean notAveraged;

  /** The loading options that these choices give. */
  LoadOptions apply(LoadOptions options) {
    LoadOptions chosen = options.withAveraged(!notAveraged);
    return part.isPresent() ? chosen.withPart(part.get()) : chosen;
  }
}
