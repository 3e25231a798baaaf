package org.resnext4j.evaluation.board;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.SequencedMap;
import org.resnext4j.models.weights.AtomicFile;
import org.resnext4j.vision.text.JsonText;
import org.resnext4j.vision.text.TextFile;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * One evaluation as it is kept: what was measured, of which model on which data, and how to do it
 * again.
 *
 * @param task name of the task, such as {@code cifar10}
 * @param dataSet which data, such as {@code CIFAR-10 (JPEG) test}
 * @param setting how a picture was shown to the network, such as {@code 224 of 256}
 * @param model name of the network, such as {@code resnext29_8x64d}
 * @param weights which weights they were
 * @param complexity what the network costs
 * @param size pictures that the data set has
 * @param evaluated pictures that were evaluated
 * @param skipped pictures that were left out, for a reason that was given
 * @param failed pictures that could not be read
 * @param measures what was measured
 * @param command the command that did it
 * @param machine what it ran on
 * @param versions of the software, by name
 * @param date when it was done
 */
public record ResultRecord(
    String task,
    String dataSet,
    String setting,
    String model,
    WeightsUsed weights,
    Cost complexity,
    int size,
    int evaluated,
    int skipped,
    int failed,
    List<Measure> measures,
    String command,
    String machine,
    SequencedMap<String, String> versions,
    Instant date) {

  private static final JsonMapper JSON =
      JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

  /**
   * A weight file.
   *
   * @param file its name, without folder
   * @param sha256 of its bytes, in hexadecimal
   */
  public record WeightsUsed(String file, String sha256) {}

  /**
   * What a network costs.
   *
   * @param parameters numbers learned
   * @param multiplyAdds for one picture of {@code inputSize}
   * @param inputSize height and width of that picture
   */
  public record Cost(long parameters, long multiplyAdds, int inputSize) {}

  /**
   * Checks that every picture is accounted for exactly once.
   *
   * @throws IllegalArgumentException if evaluated, skipped and failed do not add up to the size
   */
  public ResultRecord {
    if (evaluated + skipped + failed != size) {
      throw new IllegalArgumentException(
          "a record of %d pictures accounts for %d evaluated + %d skipped + %d failed"
              .formatted(size, evaluated, skipped, failed));
    }
    measures = List.copyOf(measures);
  }

  /** Whether not every picture of the data set is in it. */
  public boolean partial() {
    return evaluated < size;
  }

  /** The measure of that name, if it was taken. */
  public Optional<Measure> measure(String metric) {
    return measures.stream().filter(m -> m.metric().equals(metric)).findFirst();
  }

  /**
   * Writes the record into a folder, whole or not at all; the file's name says task, data set,
   * model, setting and weights, so that a repeated evaluation replaces its older record.
   *
   * @return the file
   * @throws IOException if it cannot be written
   */
  public Path save(Path folder) throws IOException {
    Files.createDirectories(folder);
    String name =
        String.join("-", task, dataSet, model, setting, weights.sha256().substring(0, 8))
            .toLowerCase(Locale.ROOT)
            .replaceAll("[^a-z0-9]+", "-");
    Path file = folder.resolve(name + ".json");
    AtomicFile.write(file, toJson() + "\n");
    return file;
  }

  /** As indented JSON. */
  public String toJson() {
    return JSON.writeValueAsString(this);
  }

  /**
   * Reads a record.
   *
   * @throws IOException if the file cannot be read or is not a record
   */
  public static ResultRecord read(Path file) throws IOException {
    try {
      return JSON.readValue(TextFile.read(file), ResultRecord.class);
    } catch (JacksonException e) {
      throw new IOException(
          "%s: expected the JSON record of an evaluation, but %s"
              .formatted(file, JsonText.problem(e)),
          e);
    }
  }
}
