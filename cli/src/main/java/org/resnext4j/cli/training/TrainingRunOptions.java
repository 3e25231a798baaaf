package org.resnext4j.cli.training;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.resnext4j.training.Trainer;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The options of all commands that train in a run's folder. */
final class TrainingRunOptions {

  @Mixin private RecipeOptions recipe;

  @Option(names = "--batch", paramLabel = "N", description = "Pictures of a batch.")
  private Optional<Integer> batch = Optional.empty();

  @Option(names = "--learning-rate", paramLabel = "RATE", description = "The highest rate.")
  private Optional<Double> learningRate = Optional.empty();

  @Option(
      names = "--out",
      paramLabel = "RUN_DIR",
      required = true,
      description = "Folder for checkpoints, models, metrics and curves.")
  private Path out;

  @Option(names = "--resume", description = "Continue the run in --out.")
  private boolean resume;

  @Option(
      names = "--seed",
      paramLabel = "N",
      defaultValue = "1",
      description =
          "Seed of all random numbers; the same seed gives the same bits (default: ${DEFAULT-VALUE}).")
  private long seed;

  @Option(
      names = "--validate-every",
      paramLabel = "EPOCHS",
      defaultValue = "1",
      description = "Epochs from one validation to the next (default: ${DEFAULT-VALUE}).")
  private int validateEvery;

  @Option(
      names = "--input-threads",
      paramLabel = "N",
      defaultValue = "2",
      description = "Threads that decode and augment (default: ${DEFAULT-VALUE}).")
  private int inputThreads;

  @Option(
      names = "--checkpoint-every",
      paramLabel = "SECONDS",
      defaultValue = "60",
      description = "Time between checkpoints within an epoch (default: ${DEFAULT-VALUE}).")
  private long checkpointSeconds;

  @Option(
      names = "--checkpoint-steps",
      paramLabel = "N",
      defaultValue = "0",
      description = "Steps between further checkpoints; 0 for none (default: ${DEFAULT-VALUE}).")
  private int checkpointSteps;

  @Option(
      names = "--log-every",
      paramLabel = "STEPS",
      defaultValue = "20",
      description = "Steps between lines of the metrics file (default: ${DEFAULT-VALUE}).")
  private int logEvery;

  /** Folder of the run. */
  Path folder() {
    return out;
  }

  /** Whether the command continues the folder's run. */
  boolean resumes() {
    return resume;
  }

  /** Seed of all random numbers. */
  long seed() {
    return seed;
  }

  /** Epochs from one validation to the next. */
  int validateEvery() {
    return validateEvery;
  }

  /**
   * The fields of the recipe to override.
   *
   * @param prefix prefix of the fields that have their own options
   */
  Map<String, String> changes(String prefix) {
    Map<String, String> all = recipe.changes(prefix);
    batch.ifPresent(n -> all.put(prefix + "batch", n.toString()));
    learningRate.ifPresent(rate -> all.put(prefix + "learningRate", rate.toString()));
    return all;
  }

  /**
   * The trainer's options.
   *
   * @param cache whether decoded pictures are kept in memory
   */
  Trainer.Options trainer(boolean cache) {
    return new Trainer.Options(
        recipe.threads(),
        inputThreads,
        cache,
        Duration.ofSeconds(checkpointSeconds),
        checkpointSteps,
        logEvery);
  }
}
