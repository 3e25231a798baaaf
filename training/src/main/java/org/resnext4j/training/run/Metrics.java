package org.resnext4j.training.run;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;
import org.resnext4j.models.RunFiles;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/**
 * A line of a run's metrics file, which describes one moment of the training.
 *
 * {@snippet :
 * for (Metrics line : Metrics.read(folder.resolve(Metrics.FILE))) {
 *   if (line instanceof Metrics.Epoch epoch) {
 *     System.out.println(epoch.epoch() + " " + epoch.loss());
 *   }
 * }
 * }
 */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "kind")
@JsonSubTypes({
  @JsonSubTypes.Type(value = Metrics.Steps.class, name = "steps"),
  @JsonSubTypes.Type(value = Metrics.Epoch.class, name = "epoch")
})
public sealed interface Metrics {

  /** Name of the metrics file in a run's folder. */
  String FILE = RunFiles.METRICS;

  /** The mapper of the lines. */
  JsonMapper JSON = JsonMapper.shared();

  /** Number of finished steps in all epochs. */
  long updates();

  /** This line as JSON, without a line break. */
  default String toJson() {
    return JSON.writerFor(Metrics.class).writeValueAsString(this);
  }

  /**
   * A moment within an epoch.
   *
   * @param updates number of finished steps in all epochs
   * @param epoch number of finished epochs, with a fraction
   * @param loss mean training loss of the epoch so far
   * @param figures the task's means over the epoch so far by name, in training mode: accuracy in
   *     classification
   * @param learningRate learning rate of the last step
   * @param imagesPerSecond pictures a second since the epoch began or was resumed
   */
  record Steps(
      long updates,
      double epoch,
      double loss,
      SequencedMap<String, Double> figures,
      double learningRate,
      double imagesPerSecond)
      implements Metrics {

    /** Copies the figures; lines of older runs have none. */
    public Steps {
      figures = copy(figures);
    }
  }

  /**
   * The end of an epoch.
   *
   * @param updates number of finished steps in all epochs
   * @param epoch number of finished epochs
   * @param loss mean training loss of the epoch
   * @param figures the task's means over the epoch by name, in training mode
   * @param learningRate learning rate of the last step
   * @param imagesPerSecond pictures a second of training, without validation
   * @param waitedShare share of the training time in which the network waited for pictures
   * @param seconds time of training since the run began, without pauses
   * @param validation result of the validation, if this epoch had one
   */
  record Epoch(
      long updates,
      int epoch,
      double loss,
      SequencedMap<String, Double> figures,
      double learningRate,
      double imagesPerSecond,
      double waitedShare,
      double seconds,
      Optional<Judgement> validation)
      implements Metrics {

    /** Copies the figures; lines of older runs have none. */
    public Epoch {
      figures = copy(figures);
    }
  }

  private static SequencedMap<String, Double> copy(SequencedMap<String, Double> figures) {
    return figures == null
        ? Collections.emptySortedMap()
        : Collections.unmodifiableSequencedMap(new LinkedHashMap<>(figures));
  }

  /**
   * Reads the lines of a metrics file up to the first incomplete line.
   *
   * @throws IOException if the file cannot be read
   */
  static List<Metrics> read(Path file) throws IOException {
    List<Metrics> metrics = new ArrayList<>();
    for (String line : Files.readAllLines(file)) {
      try {
        metrics.add(JSON.readValue(line, Metrics.class));
      } catch (JacksonException half) {
        break;
      }
    }
    return metrics;
  }
}
