package org.resnext4j.evaluation;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.stream.Stream;
import org.resnext4j.evaluation.Evaluation.ViewResult;
import org.resnext4j.evaluation.board.Measure;
import org.resnext4j.evaluation.board.ResultRecord;
import org.resnext4j.evaluation.board.ResultRecord.Cost;
import org.resnext4j.evaluation.board.ResultRecord.WeightsUsed;

/**
 * What a record says besides the results: how, with what and on what they were measured.
 *
 * @param task which task
 * @param model name of the network
 * @param weights which weights
 * @param cost what the network costs
 * @param command the command that was run
 * @param version of this software
 */
public record RunDetails(
    Task task, String model, WeightsUsed weights, Cost cost, String command, String version) {

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
   * A command line as a record keeps it: a record is meant to be shared, so of absolute paths only
   * the last name stays.
   */
  public static String command(List<String> words) {
    List<String> shown = new ArrayList<>();
    for (String word : words) {
      int equals = word.startsWith("--") ? word.indexOf('=') + 1 : 0;
      Path path = Path.of(word.substring(equals));
      String last = path.getFileName() == null ? "/" : path.getFileName().toString();
      shown.add(path.isAbsolute() ? word.substring(0, equals) + "…/" + last : word);
    }
    return "resnext " + String.join(" ", shown);
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
    SequencedMap<String, String> versions = new LinkedHashMap<>();
    versions.put("resnext4j", version);
    versions.put("java", Runtime.version().toString());
    versions.put("os", System.getProperty("os.name") + " " + System.getProperty("os.arch"));
    return new ResultRecord(
        task.taskName(),
        evaluation.dataSet(),
        setting,
        model,
        weights,
        cost,
        evaluation.size(),
        evaluation.evaluated(),
        evaluation.skippedPictures(),
        evaluation.failures().size(),
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
