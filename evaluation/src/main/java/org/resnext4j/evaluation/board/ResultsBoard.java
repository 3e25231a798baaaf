package org.resnext4j.evaluation.board;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.SequencedMap;
import java.util.Set;
import java.util.stream.Stream;
import org.resnext4j.vision.metrics.Interval;

/**
 * What was published beside what was measured.
 *
 * <p>A published value gets the newest measurement of the same task, data set, setting, model and
 * metric (an error is measured where the accuracy was), and of the same weights where the publisher
 * named them. Published values that nobody measured stay, and so do measurements that nobody
 * published.
 */
public final class ResultsBoard {

  private static final String ERROR = " error";
  private static final String ACCURACY = " accuracy";

  private final PublishedResults published;
  private final List<ResultRecord> records;
  private final List<BoardRow> rows;
  private final ModelCost costs = new ModelCost();

  private ResultsBoard(PublishedResults published, List<ResultRecord> records) {
    this.published = published;
    this.records =
        records.stream().sorted(Comparator.comparing(ResultRecord::date).reversed()).toList();
    this.rows = join();
  }

  /** A board of published values and records. */
  public static ResultsBoard of(PublishedResults published, List<ResultRecord> records) {
    return new ResultsBoard(published, records);
  }

  /**
   * The board of the published values and the records in a folder.
   *
   * @param folder folder of the records' {@code .json} files; it may not exist
   * @throws IOException if a file cannot be read or is not a record
   */
  public static ResultsBoard load(Path folder) throws IOException {
    List<ResultRecord> records = new ArrayList<>();
    if (Files.isDirectory(folder)) {
      try (Stream<Path> files = Files.list(folder)) {
        for (Path file :
            files.filter(f -> f.getFileName().toString().endsWith(".json")).sorted().toList()) {
          records.add(ResultRecord.read(file));
        }
      }
    }
    return of(PublishedResults.load(), records);
  }

  /** All rows, ordered by task, data set, setting and complexity; published tasks come first. */
  public List<BoardRow> rows() {
    return rows;
  }

  /** The rows of each task, by the name of the task. */
  public SequencedMap<String, List<BoardRow>> tasks() {
    SequencedMap<String, List<BoardRow>> tasks = new LinkedHashMap<>();
    for (BoardRow row : rows) {
      tasks.computeIfAbsent(row.task(), task -> new ArrayList<>()).add(row);
    }
    return tasks;
  }

  private List<BoardRow> join() {
    List<BoardRow> joined = new ArrayList<>();
    Set<String> shown = new HashSet<>();
    for (PublishedResult result : published.results()) {
      Optional<BoardRow.Measured> measured = measured(result);
      measured
          .flatMap(BoardRow.Measured::record)
          .ifPresent(record -> {
            shown.add(key(record, result.metric()));
            shown.add(key(record, complement(result.metric())));
          });
      joined.add(
          new BoardRow(
              result.task(),
              published.taskTitle(result.task()),
              result.dataSet(),
              result.setting(),
              result.metric(),
              result.unit(),
              result.model(),
              published.modelTitle(result.model()),
              result.weights(),
              OptionalDouble.of(result.value()),
              result.source(),
              result.note(),
              measured,
              costs.multiplyAdds(result.model(), result.crop())));
    }
    for (ResultRecord record : records) {
      for (Measure measure : record.measures()) {
        if (shown.add(key(record, measure.metric()))) {
          joined.add(unpublished(record, measure));
        }
      }
    }
    List<String> order = new ArrayList<>(published.tasks().keySet());
    return joined.stream()
        .sorted(
            Comparator.<BoardRow>comparingInt(
                    row -> order.contains(row.task()) ? order.indexOf(row.task()) : order.size())
                .thenComparing(BoardRow::task)
                .thenComparing(BoardRow::dataSet)
                .thenComparing(BoardRow::setting)
                .thenComparingLong(row -> row.multiplyAdds().orElse(0)))
        .toList();
  }

  private Optional<BoardRow.Measured> measured(PublishedResult result) {
    if (result.setting().equals(ModelCost.COUNTED)) {
      return costs
          .measure(result.model(), result.crop(), result.metric())
          .map(measure -> new BoardRow.Measured(measure, Optional.empty()));
    }
    return records.stream()
        .filter(record -> sameRun(record, result))
        .flatMap(record ->
            measure(record, result.metric()).stream()
                .map(measure -> new BoardRow.Measured(measure, Optional.of(record))))
        .findFirst();
  }

  private static boolean sameRun(ResultRecord record, PublishedResult result) {
    return record.task().equals(result.task())
        && record.dataSet().equals(result.dataSet())
        && record.setting().equals(result.setting())
        && record.model().equals(result.model())
        && result
            .sha256()
            .map(beginning -> record.weights().sha256().startsWith(beginning))
            .orElse(true)
        && (result.sha256().isPresent()
            || result.weights().map(name -> record.weights().file().equals(name)).orElse(true));
  }

  /** The measure with a name; an error gives an accuracy, and an accuracy an error. */
  private static Optional<Measure> measure(ResultRecord record, String metric) {
    return record
        .measure(metric)
        .or(() -> record.measure(complement(metric)).map(m -> complement(metric, m)));
  }

  private static String complement(String metric) {
    return metric.endsWith(ERROR)
        ? metric.substring(0, metric.length() - ERROR.length()) + ACCURACY
        : metric.endsWith(ACCURACY)
            ? metric.substring(0, metric.length() - ACCURACY.length()) + ERROR
            : metric;
  }

  private static Measure complement(String metric, Measure measure) {
    return new Measure(
        metric,
        measure.unit(),
        100 - measure.value(),
        measure.interval().map(i -> new Interval(100 - i.high(), 100 - i.low())),
        measure.pictures());
  }

  private BoardRow unpublished(ResultRecord record, Measure measure) {
    return new BoardRow(
        record.task(),
        published.taskTitle(record.task()),
        record.dataSet(),
        record.setting(),
        measure.metric(),
        measure.unit(),
        record.model(),
        published.modelTitle(record.model()),
        Optional.of(record.weights().file()),
        OptionalDouble.empty(),
        "",
        Optional.empty(),
        Optional.of(new BoardRow.Measured(measure, Optional.of(record))),
        OptionalLong.of(record.complexity().multiplyAdds()));
  }

  private static String key(ResultRecord record, String metric) {
    return String.join(
        "\n",
        record.task(),
        record.dataSet(),
        record.setting(),
        record.model(),
        record.weights().sha256(),
        metric);
  }
}
