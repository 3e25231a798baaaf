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

/** A line of a run's metrics file: how training stood at one moment. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "kind")
@JsonSubTypes({
  @JsonSubTypes.Type(value = Metrics.Steps.class, name = "steps"),
  @JsonSubTypes.Type(value = Metrics.Epoch.class, name = "epoch")
})
public sealed interface Metrics {

  /** Name of the metrics file in a run's folder. */
  String FILE = RunFiles.METRICS;

  /** Reads and writes lines. */
  JsonMapper JSON = JsonMapper.shared();

  /** Steps done in all. */
  long updates();

  /** As one line of JSON. */
  default String toJson() {
    return JSON.writerFor(Metrics.class).writeValueAsString(this);
  }

  /**
   * Within an epoch.
   *
   * @param updates steps done in all
   * @param epoch epochs done, a fraction within one
   * @param loss mean training loss of the epoch so far
   * @param figures the task's means over the epoch so far by name, in training mode: accuracy in
   *     classification
   * @param learningRate of the last step
   * @param imagesPerSecond since the epoch began or was resumed
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
   * At the end of an epoch.
   *
   * @param updates steps done in all
   * @param epoch epochs done
   * @param loss mean training loss of the epoch
   * @param figures the task's means over the epoch by name, in training mode
   * @param learningRate of the last step
   * @param imagesPerSecond of training, validation not counted
   * @param waitedShare share of the training time that the engine waited for pictures
   * @param seconds since the run began, pauses not counted
   * @param validation what the validation found, if it was an epoch's turn
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
   * All lines of a metrics file; a last line that is not whole is passed over.
   *
   * @throws IOException if it cannot be read
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
