package org.resnext4j.evaluation.report;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.resnext4j.evaluation.Evaluation;
import org.resnext4j.evaluation.Evaluation.ViewResult;
import org.resnext4j.evaluation.Protocol;
import org.resnext4j.evaluation.board.Measure;
import org.resnext4j.evaluation.board.ResultRecord;
import org.resnext4j.evaluation.board.ResultRecord.Cost;
import org.resnext4j.evaluation.board.ResultRecord.WeightsUsed;
import org.resnext4j.evaluation.robustness.Robustness;

/**
 * The part of a record that describes the run: task, network, weights, command and software.
 *
 * @param task name of the task
 * @param model name of the network
 * @param weights name and hash of the weight file
 * @param cost parameters and multiply-adds of the network
 * @param command command line of the run
 * @param version version of this software
 */
public record RunDetails(
    String task, String model, WeightsUsed weights, Cost cost, String command, String version) {

  /** Words that a shell takes literally. */
  private static final Pattern PLAIN_WORD =
      Pattern.compile("[\\w./:=,%+@…-]+", Pattern.UNICODE_CHARACTER_CLASS);

  /**
   * Name and hash of a weight file.
   *
   * @throws IOException if the file cannot be read
   */
  public static WeightsUsed weights(Path file) throws IOException {
    try (InputStream bytes = Files.newInputStream(file)) {
      return weights(file.getFileName().toString(), bytes);
    }
  }

  /**
   * Name and hash of the weights in a stream.
   *
   * @param name name of the weights
   * @param bytes the weights; the stream is closed
   * @throws IOException if the stream cannot be read
   */
  public static WeightsUsed weights(String name, InputStream bytes) throws IOException {
    try (DigestInputStream digest =
        new DigestInputStream(bytes, MessageDigest.getInstance("SHA-256"))) {
      digest.transferTo(OutputStream.nullOutputStream());
      return new WeightsUsed(name, HexFormat.of().formatHex(digest.getMessageDigest().digest()));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  /**
   * A command line for a shell. People share records, so an absolute path loses its folders.
   *
   * @param words arguments after the name of the program
   */
  public static String command(List<String> words) {
    return words.stream()
        .map(RunDetails::withoutFolders)
        .map(word -> PLAIN_WORD.matcher(word).matches() ? word : "'" + word + "'")
        .collect(Collectors.joining(" ", "resnext ", ""));
  }

  private static String withoutFolders(String word) {
    int equals = word.startsWith("--") ? word.indexOf('=') + 1 : 0;
    try {
      Path path = Path.of(word.substring(equals));
      String last = path.getFileName() == null ? "/" : path.getFileName().toString();
      return path.isAbsolute() ? word.substring(0, equals) + "…/" + last : word;
    } catch (InvalidPathException noPath) {
      return word;
    }
  }

  /** The records of an evaluation, one for each view. */
  public List<ResultRecord> records(Evaluation evaluation) {
    return evaluation.views().stream()
        .map((ViewResult view) -> record(evaluation, view.setting(), view.measures()))
        .toList();
  }

  /** The record of an evaluation under corruptions. */
  public ResultRecord record(Robustness robustness, Protocol protocol) {
    return record(
        robustness.corruptions().getFirst().evaluations().getFirst(),
        protocol.setting() + ", " + robustness.setting(),
        robustness.measures());
  }

  private ResultRecord record(Evaluation evaluation, String setting, List<Measure> measures) {
    return record(
        evaluation.dataSet(),
        setting,
        new Accounting(
            evaluation.size(),
            evaluation.evaluated(),
            evaluation.skippedPictures(),
            evaluation.failures().size()),
        measures);
  }

  /**
   * The record of other measures on all pictures of a data set.
   *
   * @param dataSet name of the data set
   * @param setting protocol of the evaluation
   * @param pictures number of pictures
   * @param measures the measured values
   */
  public ResultRecord record(String dataSet, String setting, int pictures, List<Measure> measures) {
    return record(dataSet, setting, new Accounting(pictures, pictures, 0, 0), measures);
  }

  /**
   * The numbers of evaluated, skipped and failed pictures of a data set.
   *
   * @param size number of pictures in the data set
   * @param evaluated number of evaluated pictures
   * @param skipped number of pictures that were left out
   * @param failed number of pictures that could not be evaluated
   */
  public record Accounting(int size, int evaluated, int skipped, int failed) {}

  /**
   * The record of other measures.
   *
   * @param dataSet name of the data set
   * @param setting protocol of the evaluation
   * @param pictures numbers of pictures
   * @param measures the measured values
   */
  public ResultRecord record(
      String dataSet, String setting, Accounting pictures, List<Measure> measures) {
    SequencedMap<String, String> versions = new LinkedHashMap<>();
    versions.put("resnext4j", version);
    versions.put("java", Runtime.version().toString());
    versions.put("os", System.getProperty("os.name") + " " + System.getProperty("os.arch"));
    return new ResultRecord(
        task,
        dataSet,
        setting,
        model,
        weights,
        cost,
        pictures.size(),
        pictures.evaluated(),
        pictures.skipped(),
        pictures.failed(),
        measures,
        command,
        machine(),
        versions,
        Instant.now().truncatedTo(ChronoUnit.SECONDS));
  }

  /** Model and number of processors, without the name of the machine. */
  private static String machine() {
    int processors = Runtime.getRuntime().availableProcessors();
    String model = System.getProperty("os.arch");
    Path info = Path.of("/proc/cpuinfo");
    if (Files.isReadable(info)) {
      try (Stream<String> lines = Files.lines(info)) {
        model =
            lines
                .filter(line -> line.startsWith("model name"))
                .map(line -> line.substring(line.indexOf(':') + 1).strip())
                .findFirst()
                .orElse(model);
      } catch (IOException unreadable) {
        // The name of the architecture stays.
      }
    }
    return "%s, %d processors".formatted(model, processors);
  }
}
