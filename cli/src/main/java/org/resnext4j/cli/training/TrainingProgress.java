package org.resnext4j.cli.training;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.stream.Collectors;
import org.resnext4j.cli.terminal.Format;
import org.resnext4j.cli.terminal.Terminal;
import org.resnext4j.detection.network.DetectorComplexity;
import org.resnext4j.detection.training.DetectionExamples;
import org.resnext4j.detection.training.DetectionRun;
import org.resnext4j.models.Complexity;
import org.resnext4j.models.RunFiles;
import org.resnext4j.training.Trainer;
import org.resnext4j.training.TrainingListener;
import org.resnext4j.training.classification.RunDescription;
import org.resnext4j.training.classification.TrainingData;
import org.resnext4j.training.recipe.LoopOptions;
import org.resnext4j.training.run.Judgement;
import org.resnext4j.training.run.Metrics;
import org.resnext4j.vision.text.Printable;

/**
 * Prints the progress of a training run. On a terminal each line overwrites the previous one; other
 * outputs get plain lines.
 */
final class TrainingProgress implements TrainingListener {

  private static final Duration PLAIN_LINE_EVERY = Duration.ofSeconds(20);
  private static final Duration MOVING_LINE_EVERY = Duration.ofMillis(200);

  private final PrintWriter out;
  private final boolean terminal = Terminal.isOutput();
  private int epochs;
  private int picturesPerStep;
  private long lastLine;

  TrainingProgress(PrintWriter out) {
    this.out = out;
  }

  void begin(RunDescription run, TrainingData data) {
    begin(run.recipe().loop());
    int side = run.recipe().resolvedPreprocessing().crop();
    Complexity complexity = Complexity.of(run.model(), side);
    describe(
        run.model().name(),
        complexity.parameters(),
        complexity.multiplyAdds(),
        side + "²",
        run.recipe().name(),
        run.seed());
    count(run.trainingPictures(), run.classes().size(), run.validationPictures());
    data.imbalance().ifPresent(warning -> print("note: %s%n", Printable.of(warning)));
    data.skipped().ifPresent(note -> print("note: %s%n", note));
  }

  void begin(DetectionRun run, DetectionExamples examples) {
    begin(run.recipe().loop());
    DetectorComplexity complexity = DetectorComplexity.of(run.detector());
    describe(
        run.detector().name(),
        complexity.parameters(),
        complexity.multiplyAdds(),
        complexity.input().height() + "×" + complexity.input().width(),
        run.recipe().name(),
        run.seed());
    count(run.counts().training(), run.classes().size(), run.counts().validation());
    if (examples.picturesLeftOut() + examples.boxesLeftOut() > 0) {
      print(
          "note: not learnt from: %,d boxes (crowds and boxes without area) and %,d pictures without any other box%n",
          examples.boxesLeftOut(), examples.picturesLeftOut());
    }
  }

  private void begin(LoopOptions loop) {
    epochs = loop.epochs();
    picturesPerStep = loop.batch() * loop.accumulation();
  }

  private void describe(
      String network, long parameters, long multiplyAdds, String size, String recipe, long seed) {
    print(
        "%s, %s parameters, %s multiply-adds at %s; recipe %s, seed %d%n",
        network, Format.millions(parameters), Format.billions(multiplyAdds), size, recipe, seed);
  }

  private void count(int training, int classes, int validation) {
    print(
        "%,d pictures of %d classes to train on, %,d to validate on%n",
        training, classes, validation);
  }

  @Override
  public void onStep(Metrics.Steps now, int epoch, int step, int steps) {
    long time = System.nanoTime();
    Duration every = terminal ? MOVING_LINE_EVERY : PLAIN_LINE_EVERY;
    if (time - lastLine < every.toNanos()) {
      return;
    }
    lastLine = time;
    String line =
        String.format(
            Locale.ROOT,
            "epoch %d/%d  step %d/%d  loss %.4f  accuracy %.2f %%  rate %.4f  %.0f images/s  %s left",
            epoch + 1,
            epochs,
            step,
            steps,
            now.loss(),
            100 * now.figures().get("accuracy"),
            now.learningRate(),
            now.imagesPerSecond(),
            left(now, epoch, step, steps));
    print(terminal ? "\r\033[K%s" : "%s%n", line);
  }

  private String left(Metrics.Steps now, int epoch, int step, int steps) {
    long pictures = ((long) (epochs - epoch) * steps - step) * picturesPerStep;
    Duration left = Duration.ofSeconds(Math.round(pictures / now.imagesPerSecond()));
    return "%d:%02d:%02d".formatted(left.toHours(), left.toMinutesPart(), left.toSecondsPart());
  }

  @Override
  public void onEpoch(Metrics.Epoch now) {
    StringBuilder line =
        new StringBuilder(
            String.format(
                Locale.ROOT,
                "epoch %d/%d  training loss %.4f, %.2f %%",
                now.epoch(),
                epochs,
                now.loss(),
                100 * now.figures().get("accuracy")));
    now.validation().ifPresent(judgement -> line.append("  validation ").append(text(judgement)));
    line.append(
        String.format(
            Locale.ROOT,
            "  %.0f images/s, waited %.1f %%",
            now.imagesPerSecond(),
            100 * now.waitedShare()));
    print(terminal ? "\r\033[K%s%n" : "%s%n", line);
  }

  /** Formats the figures of a validation, such as {@code loss 0.3120, top-1 92.00 %}. */
  private static String text(Judgement judgement) {
    return judgement.curves().entrySet().stream()
        .map(figure ->
            figure.getKey().equals(Judgement.LOSS)
                ? String.format(Locale.ROOT, "loss %.4f", figure.getValue())
                : String.format(
                    Locale.ROOT,
                    "%s %.2f %%",
                    figure.getKey().replaceFirst("^top(?=\\d)", "top-"),
                    100 * figure.getValue()))
        .collect(Collectors.joining(", "));
  }

  /** Prints the folder of the run's files and, for a stopped run, the command that continues it. */
  void end(Trainer.Outcome outcome, String command, Path folder) {
    switch (outcome) {
      case FINISHED -> print("finished: %s%n", folder.resolve(RunFiles.MODEL));
      case STOPPED ->
          print("%nstopped and saved; go on with: resnext %s --resume --out %s%n", command, folder);
    }
  }

  @SuppressWarnings("AnnotateFormatMethod") // The annotation would need another library.
  private void print(String format, Object... arguments) {
    out.printf(Locale.ROOT, format, arguments);
    out.flush();
  }
}
