package org.resnext4j.cli.evaluation;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import org.resnext4j.cli.detection.DetectorEvaluation;
import org.resnext4j.cli.option.LoadingOptions;
import org.resnext4j.cli.option.PictureOptions;
import org.resnext4j.cli.option.WeightsConverter;
import org.resnext4j.cli.terminal.Notices;
import org.resnext4j.cli.terminal.Terminal;
import org.resnext4j.evaluation.Evaluation;
import org.resnext4j.evaluation.EvaluationOptions;
import org.resnext4j.evaluation.EvaluationSet;
import org.resnext4j.evaluation.Evaluator;
import org.resnext4j.evaluation.Protocol;
import org.resnext4j.evaluation.board.ResultRecord;
import org.resnext4j.evaluation.report.EvaluationReport;
import org.resnext4j.evaluation.report.RunDetails;
import org.resnext4j.evaluation.robustness.Robustness;
import org.resnext4j.evaluation.task.Task;
import org.resnext4j.evaluation.task.TaskInput;
import org.resnext4j.inference.Classifier;
import org.resnext4j.inference.NamedWeights;
import org.resnext4j.models.Complexity;
import org.resnext4j.models.ProjectVersion;
import org.resnext4j.models.weights.AtomicFile;
import org.resnext4j.vision.Labels;
import org.resnext4j.vision.Preprocessing;
import org.resnext4j.vision.text.Printable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import tools.jackson.databind.json.JsonMapper;

/** {@code resnext evaluate}: reproduces a published result. */
@Command(
    name = "evaluate",
    mixinStandardHelpOptions = true,
    description = {
      "Measure a model on a data set in its published layout.",
      "Tasks: imagenet, imagenet-5k, cifar10, cifar100, vizwiz, gashissdb, folder; coco for detectors."
    },
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:every picture was evaluated, or --allow-failures was given",
      "1:some could not be read, or the work failed",
      "2:wrong usage"
    })
public final class EvaluateCommand implements Callable<Integer> {

  @Spec private CommandSpec spec;

  @Mixin private LoadingOptions loading;

  @Mixin private PictureOptions pictureOptions;

  @Parameters(paramLabel = "TASK", description = "What to measure.")
  private String task;

  @Option(
      names = "--data",
      required = true,
      paramLabel = "PATH",
      description = "The data set: its folder, archive or file.")
  private Path data;

  @Option(
      names = "--weights",
      paramLabel = WeightsConverter.LABEL,
      converter = WeightsConverter.class,
      description =
          "The weights: " + WeightsConverter.NAMES + " (default: 'bundled', for cifar10).")
  private Optional<NamedWeights> weights = Optional.empty();

  @Option(
      names = "--model",
      paramLabel = "NAME",
      description = "The network of the weights (default: it is recognised).")
  private Optional<String> model = Optional.empty();

  @Option(
      names = "--labels",
      paramLabel = "FILE",
      description = "Names of the network's classes, if the weights do not hold them.")
  private Optional<Path> labels = Optional.empty();

  @Option(
      names = "--split",
      paramLabel = "NAME",
      description =
          "Part of the data set: train, val or test (default: test); for gashissdb 160, 120 or 80,"
              + " each also with /test (default: 160).")
  private Optional<String> split = Optional.empty();

  @Option(names = "--crop", paramLabel = "PIXELS", description = "Side of the network's input.")
  private Optional<Integer> crop = Optional.empty();

  @Option(
      names = "--resize",
      paramLabel = "PIXELS",
      description =
          "Shorter side before the crop; with a --crop of 320 and none given, 320 as in the paper.")
  private Optional<Integer> resize = Optional.empty();

  @Option(names = "--ten-crop", description = "Average over ten crops of each picture.")
  private boolean tenCrop;

  @Option(
      names = "--limit",
      paramLabel = "N",
      description = "Number of pictures to evaluate, evenly spread over the data set.")
  private Optional<Integer> limit = Optional.empty();

  @Option(
      names = "--partial",
      description = "Accept an incomplete data set; the result says that it is incomplete.")
  private boolean partial;

  @Option(
      names = "--allow-failures",
      description = "End with exit code 0 although pictures could not be read.")
  private boolean allowFailures;

  @Option(
      names = "--corrupt",
      paramLabel = "NAME[:SEVERITY]|all",
      description = "Corrupt the pictures by these corruptions, separated by commas, or all.")
  private Optional<String> corrupt = Optional.empty();

  @Option(
      names = "--ground-truth",
      paramLabel = "FILE",
      description =
          "imagenet: the labels of validation pictures in one folder (the development kit).")
  private Optional<Path> groundTruth = Optional.empty();

  @Option(
      names = "--subset",
      paramLabel = "FILE",
      description = "imagenet-5k: the classes of the 1K-way reading (default: ImageNet-1K's).")
  private Optional<Path> subset = Optional.empty();

  @Option(
      names = "--annotations",
      paramLabel = "FILE",
      description =
          "vizwiz, coco: the annotations (default: annotations.json in the data;"
              + " annotations/instances_SPLIT.json).")
  private Optional<Path> annotations = Optional.empty();

  @Option(
      names = "--quality",
      paramLabel = "PATH",
      description = "vizwiz: the image quality annotations, a file or a folder of them.")
  private Optional<Path> quality = Optional.empty();

  @Option(
      names = "--predictions",
      paramLabel = "FILE",
      description =
          "Write each picture's predicted class as JSON (vizwiz: the challenge's file; coco: COCO's"
              + " results).")
  private Optional<Path> predictions = Optional.empty();

  @Option(names = "--json", paramLabel = "FILE", description = "Write everything as JSON.")
  private Optional<Path> json = Optional.empty();

  @Option(
      names = "--plot",
      paramLabel = "FILE",
      description = "coco: write precision by recall as PNG.")
  private Optional<Path> plot = Optional.empty();

  @Option(
      names = "--record",
      arity = "0..1",
      fallbackValue = "results",
      paramLabel = "DIR",
      description = "Keep the result for `resnext board` (default folder: ${FALLBACK-VALUE}).")
  private Optional<Path> record = Optional.empty();

  @Option(names = "--threads", paramLabel = "N", description = "Threads (default: all processors).")
  private Optional<Integer> threads = Optional.empty();

  @Option(
      names = "--batch",
      paramLabel = "N",
      defaultValue = "32",
      description = "Pictures computed together (default: ${DEFAULT-VALUE}).")
  private int batch;

  @Override
  public Integer call() throws IOException, InterruptedException {
    if (task.equals(DetectorEvaluation.TASK)) {
      return detectorEvaluation().call();
    }
    if (plot.isPresent()) {
      throw new IllegalArgumentException("--plot is for coco: other tasks have no such plot");
    }
    Task chosen = Task.named(task);
    List<Robustness.Request> requests = corrupt.map(Robustness::parse).orElse(List.of());
    if (weights.isEmpty() && (model.isPresent() || chosen != Task.CIFAR10)) {
      throw new IllegalArgumentException(
          "--weights FILE is needed: the model that ships with it knows the classes of cifar10 alone");
    }
    if (corrupt.isPresent() && predictions.isPresent()) {
      throw new IllegalArgumentException(
          "--predictions is for pictures as they are: it cannot be written with --corrupt");
    }
    EvaluationSet set = chosen.read(input());
    try (Classifier classifier = classifier()) {
      Protocol protocol = new Protocol(classifier.preprocessing(), tenCrop);
      EvaluationOptions options = options();
      PrintWriter out = spec.commandLine().getOut();
      List<ResultRecord> records = new ArrayList<>();
      RunDetails details = details(chosen, classifier);
      int failed;
      if (requests.isEmpty()) {
        Evaluation evaluation = evaluator(classifier, protocol, options).evaluate(set);
        progress("");
        out.print(EvaluationReport.text(evaluation, set.beside()));
        if (json.isPresent()) {
          AtomicFile.write(json.get(), EvaluationReport.json(evaluation, set.beside()) + "\n");
        }
        if (predictions.isPresent()) {
          AtomicFile.write(
              predictions.get(), JsonMapper.shared().writeValueAsString(evaluation.predictions()));
        }
        records.addAll(details.records(evaluation));
        failed = evaluation.failures().size();
      } else {
        Robustness robustness =
            Robustness.evaluate(set, requests, options, o -> evaluator(classifier, protocol, o));
        progress("");
        out.printf("%s, %s%n", Printable.of(set.name()), protocol.setting());
        out.print(robustness.toText());
        records.add(details.record(robustness, protocol));
        failed = robustness.mostFailures();
        if (json.isPresent()) {
          AtomicFile.write(json.get(), records.getFirst().toJson() + "\n");
        }
      }
      if (record.isPresent()) {
        for (ResultRecord one : records) {
          out.println("kept in " + one.save(record.get()));
        }
      }
      out.flush();
      if (failed == 0) {
        return 0;
      }
      spec.commandLine()
          .getErr()
          .printf(
              "resnext: %d pictures could not be read%s%n",
              failed, allowFailures ? "" : "; --allow-failures ends with exit code 0 all the same");
      return allowFailures ? 0 : 1;
    }
  }

  private DetectorEvaluation detectorEvaluation() {
    return new DetectorEvaluation(
        spec,
        weights
            .orElseThrow(() ->
                new IllegalArgumentException("--weights FILE is needed: no detector ships with it"))
            .file(),
        split.orElse("val"),
        limit.map(OptionalInt::of).orElse(OptionalInt.empty()),
        threads.map(OptionalInt::of).orElse(OptionalInt.empty()),
        allowFailures,
        new DetectorEvaluation.Files(
            data, annotations, predictions, json, plot, record, pictureOptions.reader()),
        this::progress);
  }

  private TaskInput input() {
    return new TaskInput(
        data, split, partial, groundTruth, subset, annotations, quality, pictureOptions.reader());
  }

  private Classifier classifier() throws IOException {
    Classifier classifier = builder().adjust(this::changed).build();
    Notices.weights(spec.commandLine().getErr(), classifier.notes());
    return classifier;
  }

  private Classifier.Builder builder() throws IOException {
    Classifier.Builder builder = Classifier.builder().batch(batch);
    if (weights.isPresent()) {
      builder.weights(weights.get());
    } else {
      builder.bundled();
    }
    model.ifPresent(builder::model);
    builder.loading(loading::apply);
    threads.ifPresent(builder::threads);
    if (labels.isPresent()) {
      builder.labels(Labels.read(labels.get()));
    }
    return builder;
  }

  private Preprocessing changed(Preprocessing usual) {
    int side = crop.orElse(usual.crop());
    int shorter = resize.orElse(side > usual.resize() ? side : usual.resize());
    return loading.normalized(usual.withSizes(shorter, side));
  }

  private EvaluationOptions options() {
    EvaluationOptions usual =
        EvaluationOptions.defaults()
            .withBatch(batch)
            .withLimit(limit.map(OptionalInt::of).orElse(OptionalInt.empty()));
    return (threads.isPresent() ? usual.withReaders(threads.get()) : usual)
        .withProgress((done, all, right) ->
            progress(
                String.format(
                    Locale.ROOT, "%d of %d pictures, %.2f %% right", done, all, 100 * right)));
  }

  /** Prints progress on a terminal. Each line overwrites the previous one. */
  private void progress(String line) {
    if (Terminal.isError()) {
      PrintWriter err = spec.commandLine().getErr();
      err.print("\r\u001b[K" + line);
      err.flush();
    }
  }

  private static Evaluator evaluator(
      Classifier classifier, Protocol protocol, EvaluationOptions options) {
    return new Evaluator(classifier::logits, classifier.labels(), protocol, options);
  }

  private RunDetails details(Task chosen, Classifier classifier) throws IOException {
    int size = classifier.preprocessing().crop();
    Complexity complexity = Complexity.of(classifier.model(), size);
    return new RunDetails(
        chosen.taskName(),
        classifier.model().name(),
        weights.isPresent()
            ? RunDetails.weights(weights.get().file())
            : RunDetails.weights("bundled.safetensors", Classifier.bundledWeights()),
        new ResultRecord.Cost(complexity.parameters(), complexity.multiplyAdds(), size),
        RunDetails.command(spec.commandLine().getParent().getParseResult().originalArgs()),
        ProjectVersion.text());
  }
}
