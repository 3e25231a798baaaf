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
import org.resnext4j.evaluation.Robustness;
import org.resnext4j.evaluation.board.Measure;
import org.resnext4j.evaluation.board.ResultRecord;
import org.resnext4j.evaluation.board.ResultRecord.Cost;
import org.resnext4j.evaluation.board.ResultRecord.WeightsUsed;

/**
 * What a record says besides the results: how, with what and on what they were measured.
 *
 * @param task name of the task
 * @param model name of the network
 * @param weights which weights
 * @param cost what the network costs
 * @param command the command that was run
 * @param version of this software
 */
public record RunDetails(
    String task, String model, WeightsUsed weights, Cost cost, String command, String version) {

  /** Words that mean to a shell just what they are. */
  private static final Pattern PLAIN_WORD =
      Pattern.compile("[\\w./:=,%+@…-]+", Pattern.UNICODE_CHARACTER_CLASS);

  /**
   * A weight file's name and hash.
   *
   * @throws IOException if it cannot be read
   */
  public static WeightsUsed weights(Path file) throws IOException {
    try (InputStream bytes = Files.newInputStream(file)) {
      return weights(file.getFileName().toString(), bytes);
    }
  }

  /**
   * The hash of weights that are read from elsewhere.
   *
   * @param name what they are called
   * @throws IOException if they cannot be read
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
   * A command line as a record keeps it, to be given to a shell again: a record is meant to be
   * shared, so of absolute paths only the last name stays.
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

  /** The records of an evaluation, one for each way of reading the network's answer. */
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
   * The record of something else that was measured, of every picture of a data set.
   *
   * @param dataSet which data
   * @param setting how they were shown to the network
   * @param pictures how many there are
   * @param measures what was measured
   */
  public ResultRecord record(String dataSet, String setting, int pictures, List<Measure> measures) {
    return record(dataSet, setting, new Accounting(pictures, pictures, 0, 0), measures);
  }

  /**
   * What became of a data set's pictures.
   *
   * @param size pictures that the data set has
   * @param evaluated pictures that were evaluated
   * @param skipped pictures that were left out, for a reason that was given
   * @param failed pictures that could not be read
   */
  public record Accounting(int size, int evaluated, int skipped, int failed) {}

  /**
   * The record of something else that was measured.
   *
   * @param dataSet which data
   * @param setting how they were shown to the network
   * @param pictures what became of them
   * @param measures what was measured
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

  /** The processor and how many of it: enough to judge a rate by, and nobody's name. */
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
        // The architecture's name will do.
      }
    }
    return "%s, %d processors".formatted(model, processors);
  }
}
