package org.resnext4j.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.resnext4j.models.weights.LoadOptions;
import org.resnext4j.training.Trainer;
import org.resnext4j.training.classification.Classification;
import org.resnext4j.training.classification.RunDescription;
import org.resnext4j.training.classification.TrainingData;
import org.resnext4j.training.classification.TrainingRequest;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code resnext train}: trains a network or continues a training run. */
@Command(
    name = "train",
    mixinStandardHelpOptions = true,
    description =
        "Train a network on labelled pictures, from random weights or from given weights.")
final class TrainCommand implements Callable<Integer> {

  @Spec private CommandSpec spec;

  @Mixin private LoadingOptions loading;

  @Option(
      names = "--data",
      paramLabel = "DIR",
      description =
          "Folder of pictures with a folder for each class, or with train/ and val/ (or test/) that hold such folders.")
  private Optional<Path> data = Optional.empty();

  @Option(
      names = "--model",
      paramLabel = "MODEL",
      description =
          "A model's name (`resnext models` lists them), or its fields as JSON; else the recipe's or that of --weights.")
  private Optional<String> model = Optional.empty();

  @Option(
      names = "--recipe",
      paramLabel = "RECIPE",
      defaultValue = "paper-cifar",
      description =
          "paper-imagenet, paper-cifar, torchvision-v2, fine-tune, bundled, or a JSON file (default: ${DEFAULT-VALUE}).")
  private String recipe;

  @Option(
      names = "--set",
      paramLabel = "FIELD=VALUE",
      description = "Override a field of the recipe, such as optimiser.momentum=0.8.")
  private Map<String, String> changes = new LinkedHashMap<>();

  @Option(names = "--epochs", paramLabel = "N", description = "Passes over the training pictures.")
  private Optional<Integer> epochs = Optional.empty();

  @Option(names = "--batch", paramLabel = "N", description = "Pictures of a batch.")
  private Optional<Integer> batch = Optional.empty();

  @Option(names = "--learning-rate", paramLabel = "RATE", description = "The highest rate.")
  private Optional<Double> learningRate = Optional.empty();

  @Option(
      names = "--freeze",
      paramLabel = "PART",
      split = ",",
      description = "Parts that are not trained: stem, layer1, layer2, ..., or all-but-classifier.")
  private List<String> freeze = List.of();

  @Option(
      names = "--weights",
      paramLabel = "FILE",
      description = "Begin with these weights; the classifier is new where the classes differ.")
  private Optional<Path> weights = Optional.empty();

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
      names = "--validation-split",
      paramLabel = "SHARE",
      defaultValue = "0",
      description =
          "Share of the training pictures to validate on instead of training on them, such as 0.1.")
  private double validationSplit;

  @Option(
      names = "--validate-every",
      paramLabel = "EPOCHS",
      defaultValue = "1",
      description = "Epochs from one validation to the next (default: ${DEFAULT-VALUE}).")
  private int validateEvery;

  @Option(names = "--threads", paramLabel = "N", description = "Threads of the engine.")
  private Optional<Integer> threads = Optional.empty();

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

  @Override
  public Integer call() throws IOException, InterruptedException {
    TrainingProgress progress = new TrainingProgress(spec.commandLine().getOut());
    Trainer trainer;
    Optional<TrainingRequest.Prepared> fresh;
    if (resume) {
      RunDescription run = RunDescription.read(out);
      TrainingData pictures =
          TrainingData.open(
              data.orElse(Path.of(run.data())),
              run.validationSplit(),
              run.seed(),
              run.recipe().reading().reader());
      fresh = Optional.empty();
      trainer = trainer(run, pictures, progress);
    } else {
      TrainingRequest.Prepared prepared = request().prepare();
      fresh = Optional.of(prepared);
      trainer = trainer(prepared.description(), prepared.data(), progress);
    }
    Trainer.Outcome outcome;
    try (Interruption _ = Interruption.calling(trainer::stop)) {
      outcome = fresh.isPresent() ? trainer.run(fresh.get().weights()) : trainer.resume();
    }
    progress.end(outcome, out);
    return 0;
  }

  private Trainer trainer(RunDescription run, TrainingData pictures, TrainingProgress progress)
      throws IOException {
    progress.begin(run, pictures);
    Trainer.Options options =
        new Trainer.Options(
            threads.orElse(Runtime.getRuntime().availableProcessors()),
            inputThreads,
            pictures.fitsInMemory(),
            Duration.ofSeconds(checkpointSeconds),
            checkpointSteps,
            logEvery);
    return new Trainer(
        new Classification(run, pictures.training(), pictures.validation()),
        out,
        options,
        progress);
  }

  private TrainingRequest request() {
    Map<String, String> all = new LinkedHashMap<>(changes);
    epochs.ifPresent(n -> all.put("epochs", n.toString()));
    batch.ifPresent(n -> all.put("batch", n.toString()));
    learningRate.ifPresent(rate -> all.put("learningRate", rate.toString()));
    if (!freeze.isEmpty()) {
      all.put("freeze", "[\"" + String.join("\",\"", freeze) + "\"]");
    }
    loading.normalization().ifPresent(name -> all.put("preprocessing", name));
    return new TrainingRequest(
        data.orElseThrow(() ->
            new ParameterException(spec.commandLine(), "a training needs pictures: --data DIR")),
        model,
        recipe,
        all,
        weights.map(
            file -> new TrainingRequest.StartWeights(file, loading.apply(LoadOptions.defaults()))),
        seed,
        validationSplit,
        validateEvery);
  }
}
