package org.resnext4j.cli.training;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.resnext4j.cli.option.LoadingOptions;
import org.resnext4j.cli.option.PictureOptions;
import org.resnext4j.cli.option.WeightsConverter;
import org.resnext4j.cli.terminal.Interruption;
import org.resnext4j.engine.tensor.Tensor;
import org.resnext4j.inference.NamedWeights;
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
import tools.jackson.databind.json.JsonMapper;

/** {@code resnext train}: trains a network or continues a training run. */
@Command(
    name = "train",
    mixinStandardHelpOptions = true,
    description =
        "Train a network on labelled pictures, from random weights or from given weights.")
public final class TrainCommand implements Callable<Integer> {

  @Spec private CommandSpec spec;

  @Mixin private LoadingOptions loading;

  @Mixin private TrainingRunOptions options;

  @Mixin private PictureOptions pictureOptions;

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
      names = "--freeze",
      paramLabel = "PART",
      split = ",",
      description = "Parts that are not trained: stem, layer1, layer2, ..., or all-but-classifier.")
  private List<String> freeze = List.of();

  @Option(
      names = "--weights",
      paramLabel = WeightsConverter.LABEL,
      converter = WeightsConverter.class,
      description =
          "Begin with these weights ("
              + WeightsConverter.NAMES
              + "); the classifier is new where the classes differ.")
  private Optional<NamedWeights> weights = Optional.empty();

  @Option(
      names = "--validation-split",
      paramLabel = "SHARE",
      defaultValue = "0",
      description =
          "Share of the training pictures to validate on instead of training on them, such as 0.1.")
  private double validationSplit;

  @Override
  public Integer call() throws IOException, InterruptedException {
    TrainingProgress progress = new TrainingProgress(spec.commandLine().getOut());
    RunDescription run;
    TrainingData pictures;
    Map<String, Tensor> first = Map.of();
    if (options.resumes()) {
      run = RunDescription.read(options.folder());
      pictures =
          TrainingData.open(
              data.orElse(Path.of(run.data())),
              run.validationSplit(),
              run.seed(),
              run.recipe().reading().reader());
    } else {
      TrainingRequest.Prepared prepared = request().prepare();
      run = prepared.description();
      pictures = prepared.data();
      first = prepared.weights().tensors();
    }
    progress.begin(run, pictures);
    Trainer trainer =
        new Trainer(
            new Classification(run, pictures.training(), pictures.validation()),
            options.folder(),
            options.trainer(pictures.fitsInMemory()),
            progress);
    Trainer.Outcome outcome;
    try (Interruption _ = Interruption.calling(trainer::stop)) {
      outcome = options.resumes() ? trainer.resume() : trainer.run(first);
    }
    progress.end(outcome, "train", options.folder());
    return 0;
  }

  private TrainingRequest request() {
    Map<String, String> all = options.changes("");
    if (!freeze.isEmpty()) {
      all.put("freeze", JsonMapper.shared().writeValueAsString(freeze));
    }
    loading.normalization().ifPresent(name -> all.put("preprocessing", name));
    all.putAll(pictureOptions.recipeChanges());
    return new TrainingRequest(
        data.orElseThrow(() ->
            new ParameterException(spec.commandLine(), "a training needs pictures: --data DIR")),
        model,
        recipe,
        all,
        weights.map(named ->
            new TrainingRequest.StartWeights(named.file(), loading.apply(LoadOptions.defaults()))),
        options.seed(),
        validationSplit,
        options.validateEvery());
  }
}
