package org.resnext4j.cli.training;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.resnext4j.cli.option.WeightsConverter;
import org.resnext4j.cli.terminal.Interruption;
import org.resnext4j.detection.network.FasterRcnn;
import org.resnext4j.detection.training.DetectionObjective;
import org.resnext4j.detection.training.DetectionRequest;
import org.resnext4j.detection.training.DetectionRun;
import org.resnext4j.detection.training.DetectionSets;
import org.resnext4j.engine.tensor.Tensor;
import org.resnext4j.inference.NamedWeights;
import org.resnext4j.training.Trainer;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code resnext train-detector}: trains a detector or continues a training run. */
@Command(
    name = "train-detector",
    mixinStandardHelpOptions = true,
    description =
        "Train a Faster R-CNN on pictures with boxes, from given weights or from random ones.")
public final class TrainDetectorCommand implements Callable<Integer> {

  @Spec private CommandSpec spec;

  @Mixin private TrainingRunOptions options;

  @Option(
      names = "--data",
      paramLabel = "DIR",
      description =
          "Folder in COCO's layout: annotations/instances_train.json, and instances_val.json to validate.")
  private Optional<Path> data = Optional.empty();

  @Option(
      names = "--model",
      paramLabel = "MODEL",
      description =
          "The trunk: a model's name (`resnext models` lists them), or its fields as JSON; else that of --weights.")
  private Optional<String> model = Optional.empty();

  @Option(
      names = "--form",
      paramLabel = "FORM",
      defaultValue = "V1",
      description =
          "How pyramid and heads are built: ${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}).")
  private FasterRcnn.Form form;

  @Option(
      names = "--recipe",
      paramLabel = "RECIPE",
      defaultValue = "fine-tune-detection",
      description =
          "torchvision, detectron2-1x, detectron2-3x, fine-tune-detection, or a JSON file (default: ${DEFAULT-VALUE}).")
  private String recipe;

  @Option(
      names = "--weights",
      paramLabel = WeightsConverter.LABEL,
      converter = WeightsConverter.class,
      description =
          "Begin with these weights: a classifier's, whose trunk is taken, or a detector's, whose last layers are new where the classes differ.")
  private Optional<NamedWeights> weights = Optional.empty();

  @Override
  public Integer call() throws IOException, InterruptedException {
    TrainingProgress progress = new TrainingProgress(spec.commandLine().getOut());
    DetectionObjective objective;
    Map<String, Tensor> first = Map.of();
    if (options.resumes()) {
      DetectionRun run = DetectionRun.read(options.folder());
      DetectionSets sets = DetectionSets.open(data.orElse(Path.of(run.data())));
      objective = new DetectionObjective(run.on(sets), sets);
    } else {
      DetectionRequest.Prepared prepared = request().prepare();
      objective = prepared.objective();
      first = prepared.weights();
    }
    progress.begin(objective.run(), objective.sets().examples());
    Trainer trainer = new Trainer(objective, options.folder(), options.trainer(false), progress);
    Trainer.Outcome outcome;
    try (Interruption _ = Interruption.calling(trainer::stop)) {
      outcome = options.resumes() ? trainer.resume() : trainer.run(first);
    }
    progress.end(outcome, "train-detector", options.folder());
    return 0;
  }

  private DetectionRequest request() {
    return new DetectionRequest(
        data.orElseThrow(() ->
            new ParameterException(spec.commandLine(), "a training needs pictures: --data DIR")),
        model,
        form,
        recipe,
        options.changes("loop."),
        weights.map(NamedWeights::file),
        options.seed(),
        options.validateEvery());
  }
}
