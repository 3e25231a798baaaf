package org.resnext4j.cli;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import org.resnext4j.models.Complexity;
import org.resnext4j.models.RunFiles;
import org.resnext4j.training.Trainer;
import org.resnext4j.training.TrainingListener;
import org.resnext4j.training.classification.RunDescription;
import org.resnext4j.training.classification.TrainingData;
import org.resnext4j.training.run.Metrics;
import org.resnext4j.vision.text.Printable;

/**
 * Prints the progress of a training run: one line that is overwritten on a terminal, plain lines
 * otherwise.
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
    epochs = run.recipe().epochs();
    picturesPerStep = run.recipe().batch() * run.recipe().accumulation();
    Complexity complexity = Complexity.of(run.model(), run.recipe().resolvedPreprocessing().crop());
    print(
        "%s, %s parameters, %s multiply-adds at %d²; recipe %s, seed %d%n",
        run.model().name(),
        Format.millions(complexity.parameters()),
        Format.billions(complexity.multiplyAdds()),
        run.recipe().resolvedPreprocessing().crop(),
        run.recipe().name(),
        run.seed());
    print(
        "%,d pictures of %d classes to train on, %,d to validate on%n",
        run.trainingPictures(), run.classes().size(), run.validationPictures());
    data.imbalance().ifPresent(warning -> print("note: %s%n", Printable.of(warning)));
    data.skipped().ifPresent(note -> print("note: %s%n", note));
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
    now.validation()
        .ifPresent(v ->
            line.append(
                String.format(
                    Locale.ROOT,
                    "  validation loss %.4f, top-1 %.2f %%, top-5 %.2f %%",
                    v.figure("loss"),
                    100 * v.figure("top1"),
                    100 * v.figure("top5"))));
    line.append(
        String.format(
            Locale.ROOT,
            "  %.0f images/s, waited %.1f %%",
            now.imagesPerSecond(),
            100 * now.waitedShare()));
    print(terminal ? "\r\033[K%s%n" : "%s%n", line);
  }

  void end(Trainer.Outcome outcome, Path folder) {
    switch (outcome) {
      case FINISHED -> print("finished: %s%n", folder.resolve(RunFiles.MODEL));
      case STOPPED ->
          print("%nstopped and saved; go on with: resnext train --resume --out %s%n", folder);
    }
  }

  @SuppressWarnings("AnnotateFormatMethod") // The annotation would be a dependency for one line.
  private void print(String format, Object... arguments) {
    out.printf(Locale.ROOT, format, arguments);
    out.flush();
  }
}
