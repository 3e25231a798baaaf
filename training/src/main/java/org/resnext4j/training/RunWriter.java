package org.resnext4j.training;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import org.resnext4j.engine.tensor.Weights;
import org.resnext4j.models.ProjectVersion;
import org.resnext4j.models.RunFiles;
import org.resnext4j.training.run.AppendedFile;
import org.resnext4j.training.run.Checkpoint;
import org.resnext4j.training.run.EventFile;
import org.resnext4j.training.run.Metrics;
import org.resnext4j.training.run.RunReport;
import org.resnext4j.training.run.TrainingException;
import org.resnext4j.training.run.TrainingRun;

/**
 * Writes the files of a run's folder: metrics, events, checkpoints, models and the report. Every
 * failure says which file it concerns and whether the last checkpoint is intact.
 */
final class RunWriter implements AutoCloseable {

  private static final double MILLIS = 1e3;
  private static final Duration BETWEEN_REPORTS = Duration.ofSeconds(2);

  private final Path folder;
  private final Objective objective;
  private final AppendedFile metrics;
  private final AppendedFile events;
  private long lastReport = System.nanoTime();

  /**
   * Opens the files that grow, and cuts them to their lengths at the checkpoint.
   *
   * @param folder folder of the run
   * @param objective writes the models
   * @param start state of the checkpoint
   * @throws IOException if a file cannot be opened
   */
  RunWriter(Path folder, Objective objective, Checkpoint.State start) throws IOException {
    this.folder = folder;
    this.objective = objective;
    metrics = new AppendedFile(folder.resolve(RunFiles.METRICS), start.metricsLength());
    events = new AppendedFile(folder.resolve(RunFiles.EVENTS), start.eventsLength());
    if (start.eventsLength() == 0) {
      events.append(EventFile.header(System.currentTimeMillis() / MILLIS));
    }
  }

  /**
   * Appends a line to the metrics and a record to the events.
   *
   * @param line the line of the metrics
   * @param scalars the numbers of the record by TensorBoard's tags
   */
  void append(Metrics line, Map<String, Double> scalars) throws TrainingException {
    try {
      double now = System.currentTimeMillis() / MILLIS;
      metrics.append((line.toJson() + "\n").getBytes(StandardCharsets.UTF_8));
      events.append(EventFile.scalars(now, line.updates(), scalars));
    } catch (IOException e) {
      throw failure("the metrics could not be written to " + folder.resolve(RunFiles.METRICS), e);
    }
  }

  /** Flushes metrics and events, and writes a checkpoint that knows their lengths. */
  Path save(TrainedNetworks networks, Position position) throws TrainingException {
    Path file = folder.resolve(RunFiles.CHECKPOINT);
    try {
      Checkpoint.State state = position.at(metrics.force(), events.force());
      new Checkpoint(state, networks.weights(), networks.momentum(), networks.average())
          .write(file);
    } catch (IOException e) {
      throw failure("the checkpoint could not be written to " + file, e);
    }
    return file;
  }

  /** Makes the state of a checkpoint when the lengths of the growing files are known. */
  interface Position {
    Checkpoint.State at(long metricsLength, long eventsLength);
  }

  /**
   * Writes a model file with its provenance.
   *
   * @param name name of the file in the folder
   * @param weights weights of each network
   * @param epochs epochs that the networks were trained for
   */
  void saveModel(String name, List<Weights> weights, int epochs) throws TrainingException {
    TrainingRun run = objective.run();
    SequencedMap<String, String> provenance = new LinkedHashMap<>();
    // People share model files, so a file must not hold the folders of this machine.
    provenance.put("data", lastName(run.data()));
    provenance.put("training pictures", Integer.toString(objective.size()));
    provenance.put("pictures checksum", run.examplesChecksum());
    provenance.put("recipe", run.recipeName());
    provenance.put("resolved recipe", run.recipeJson());
    provenance.put("seed", Long.toString(run.seed()));
    provenance.put("start weights", lastName(run.startWeights()));
    provenance.put("epochs", Integer.toString(epochs));
    provenance.put("weights", objective.loop().averages() ? "moving average" : "last");
    provenance.put("software", "resnext4j " + ProjectVersion.text());
    provenance.put("java", System.getProperty("java.runtime.version"));
    provenance.put("machine", System.getProperty("os.name") + " " + System.getProperty("os.arch"));
    Path file = folder.resolve(name);
    try {
      objective.saveModel(file, weights, provenance);
    } catch (IOException e) {
      throw failure("the model could not be written to " + file, e);
    }
  }

  private static String lastName(String path) {
    Path last = Path.of(path).getFileName();
    return last == null ? "" : last.toString();
  }

  /** Draws the report if the last drawing is old enough: short epochs need no report each. */
  void reportSometimes() throws IOException {
    if (System.nanoTime() - lastReport >= BETWEEN_REPORTS.toNanos()) {
      report();
    }
  }

  /** Draws the curves and the page anew from the metrics. */
  void report() throws IOException {
    RunReport.write(folder, objective.run());
    lastReport = System.nanoTime();
  }

  private TrainingException failure(String what, IOException e) {
    return new TrainingException("%s (%s); %s".formatted(what, reason(e), intact()), e);
  }

  /** One sentence on the checkpoint that a failure leaves. */
  String intact() {
    Path file = folder.resolve(RunFiles.CHECKPOINT);
    if (!Files.isDirectory(folder)) {
      return "the run's folder, " + folder + ", is gone, and its checkpoints with it";
    }
    return Files.exists(file)
        ? "the last good checkpoint, " + file + ", is intact"
        : "there is no checkpoint yet";
  }

  /** The reason of a failure; some exceptions of the JDK hold a file's name alone. */
  static String reason(IOException e) {
    return switch (e) {
      case NoSuchFileException gone -> gone.getFile() + " is gone";
      default -> e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
    };
  }

  @Override
  public void close() throws IOException {
    try (events) {
      metrics.close();
    }
  }
}
