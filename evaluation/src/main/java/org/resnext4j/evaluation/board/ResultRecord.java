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
 * The record of one evaluation: its measures, and everything that is needed to repeat it.
 *
 * {@snippet :
 * ResultRecord record = ResultRecord.read(Path.of("results/cifar10.json"));
 * double top1 = record.measure("top-1 accuracy").orElseThrow().value();
 * }
 *
 * @param task name of the task, such as {@code cifar10}
 * @param dataSet name of the data set, such as {@code CIFAR-10 (JPEG) test}
 * @param setting protocol of the evaluation, such as {@code 224 of 256}
 * @param model name of the network, such as {@code resnext29_8x64d}
 * @param weights name and hash of the weight file
 * @param complexity parameters and multiply-adds of the network
 * @param size number of pictures in the data set
 * @param evaluated number of evaluated pictures
 * @param skipped number of pictures that were left out
 * @param failed number of pictures that could not be evaluated
 * @param measures the measured values
 * @param command command line of the evaluation
 * @param machine processor of the machine
 * @param versions versions of the software by name
 * @param date time of the evaluation
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
   * @param file name of the file without its folder
   * @param sha256 SHA-256 of its bytes in hexadecimal digits
   */
  public record WeightsUsed(String file, String sha256) {}

  /**
   * The complexity of a network.
   *
   * @param parameters number of parameters
   * @param multiplyAdds number of multiply-adds for one picture
   * @param inputSize height and width of the picture, in pixels
   */
  public record Cost(long parameters, long multiplyAdds, int inputSize) {}

  /**
   * Checks that every picture counts exactly once.
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

  /** Whether pictures of the data set are missing. */
  public boolean partial() {
    return evaluated < size;
  }

  /** The measure with a name, if the record has it. */
  public Optional<Measure> measure(String metric) {
    return measures.stream().filter(m -> m.metric().equals(metric)).findFirst();
  }

  /**
   * Writes the record into a folder atomically. The file name consists of task, data set, model,
   * setting and weights, so a repeated evaluation replaces its older record.
   *
   * @param folder the folder; it is created if it does not exist
   * @return the file
   * @throws IOException if the file cannot be written
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

  /** The record as indented JSON. */
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
