package org.resnext4j.cli.detection;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.Consumer;
import org.resnext4j.detection.Detector;
import org.resnext4j.detection.annotation.DetectionSet;
import org.resnext4j.detection.annotation.Detections;
import org.resnext4j.detection.network.DetectionOptions;
import org.resnext4j.detection.network.DetectorComplexity;
import org.resnext4j.engine.Backend;
import org.resnext4j.evaluation.board.ResultRecord;
import org.resnext4j.evaluation.detection.DetectionEvaluation;
import org.resnext4j.evaluation.detection.DetectionReport;
import org.resnext4j.evaluation.report.RunDetails;
import org.resnext4j.models.ProjectVersion;
import org.resnext4j.models.weights.AtomicFile;
import org.resnext4j.vision.ImageReader;
import org.resnext4j.vision.text.Printable;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/**
 * {@code resnext evaluate coco}: evaluates a detector on a data set in COCO's layout.
 *
 * @param spec the command's output and the command line
 * @param weights the detector's weights
 * @param split split of the data set
 * @param limit number of pictures to evaluate
 * @param threads number of threads of the detector
 * @param allowFailures whether the evaluation succeeds in spite of unreadable pictures
 * @param files the files that the evaluation reads and writes
 * @param progress receives a progress line, which replaces the previous one
 */
public record DetectorEvaluation(
    CommandSpec spec,
    Path weights,
    String split,
    OptionalInt limit,
    OptionalInt threads,
    boolean allowFailures,
    Files files,
    Consumer<String> progress) {

  /** The task's name on the command line. */
  public static final String TASK = "coco";

  private static final String BOARD_TASK = "coco-detection";

  private static final Set<String> OPTIONS =
      Set.of(
          "--data",
          "--weights",
          "--split",
          "--annotations",
          "--limit",
          "--threads",
          "--allow-failures",
          "--predictions",
          "--json",
          "--plot",
          "--record",
          "--max-pixels",
          "--truncated",
          "--verbose");

  /**
   * The files that the evaluation reads and writes.
   *
   * @param data the data set's folder
   * @param annotations annotations that are not in their usual place
   * @param predictions output file for COCO's results
   * @param json output file for all figures
   * @param plot output file for the plot of precision by recall
   * @param record folder of the board's records
   * @param reader reads the pictures
   */
  public record Files(
      Path data,
      Optional<Path> annotations,
      Optional<Path> predictions,
      Optional<Path> json,
      Optional<Path> plot,
      Optional<Path> record,
      ImageReader reader) {}

  public int call() throws IOException, InterruptedException {
    refuseOtherOptions();
    DetectionSet set = DetectionSet.read(files.data(), split, files.annotations());
    Backend backend = threads.isPresent() ? Backend.cpu(threads.getAsInt()) : Backend.cpu();
    try (Detector detector = Detector.load(weights, backend)) {
      DetectionEvaluation evaluation =
          DetectionEvaluation.of(
              set,
              detector,
              new DetectionEvaluation.Options(
                  limit,
                  files.reader(),
                  threads.orElse(Runtime.getRuntime().availableProcessors()),
                  (done, all) -> progress.accept("%d of %d pictures".formatted(done, all))));
      progress.accept("");
      PrintWriter out = spec.commandLine().getOut();
      out.print(DetectionReport.text(evaluation));
      write(evaluation);
      if (files.record().isPresent()) {
        out.println("kept in " + record(detector, evaluation).save(files.record().get()));
      }
      out.flush();
      return failures(evaluation.failures());
    }
  }

  private void refuseOtherOptions() {
    for (ArgSpec given : spec.commandLine().getParseResult().matchedArgs()) {
      if (given instanceof OptionSpec option && !OPTIONS.contains(option.longestName())) {
        throw new IllegalArgumentException(
            option.longestName() + " is for classifiers: the task coco does not have it");
      }
    }
  }

  private void write(DetectionEvaluation evaluation) throws IOException {
    if (files.json().isPresent()) {
      AtomicFile.write(files.json().get(), DetectionReport.json(evaluation) + "\n");
    }
    if (files.predictions().isPresent()) {
      Detections.write(files.predictions().get(), evaluation.detections());
    }
    if (files.plot().isPresent()) {
      AtomicFile.write(files.plot().get(), DetectionReport.plot(evaluation));
    }
  }

  private ResultRecord record(Detector detector, DetectionEvaluation evaluation)
      throws IOException {
    DetectionOptions options = detector.options();
    DetectorComplexity complexity = DetectorComplexity.of(detector.architecture());
    RunDetails details =
        new RunDetails(
            BOARD_TASK,
            detector.architecture().name(),
            RunDetails.weights(weights),
            new ResultRecord.Cost(
                complexity.parameters(),
                complexity.multiplyAdds(),
                DetectorComplexity.USUAL_HEIGHT),
            RunDetails.command(spec.commandLine().getParent().getParseResult().originalArgs()),
            ProjectVersion.text());
    return details.record(
        evaluation.dataSet(),
        "%d/%d".formatted(options.shorterSide(), options.longerSide()),
        new RunDetails.Accounting(
            evaluation.size(),
            evaluation.evaluated(),
            evaluation.skipped(),
            evaluation.failures().size()),
        DetectionReport.measures(evaluation));
  }

  private int failures(List<String> failures) {
    if (failures.isEmpty()) {
      return 0;
    }
    PrintWriter err = spec.commandLine().getErr();
    failures.stream().limit(5).forEach(each -> err.println("resnext: " + Printable.of(each)));
    err.printf(
        "resnext: %d pictures could not be read: their boxes count as missed%s%n",
        failures.size(),
        allowFailures ? "" : "; --allow-failures ends with exit code 0 all the same");
    return allowFailures ? 0 : 1;
  }
}
