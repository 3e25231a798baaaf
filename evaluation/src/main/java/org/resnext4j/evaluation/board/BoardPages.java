package org.resnext4j.evaluation.board;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.SequencedMap;
import java.util.Set;
import java.util.stream.Collectors;
import org.resnext4j.models.weights.AtomicFile;
import org.resnext4j.vision.metrics.Interval;

/**
 * The board as web pages: one page with all results and one page for each task, with a chart of
 * accuracy against complexity. The pages need no server; a script in them sorts the tables.
 *
 * {@snippet :
 * Path index = new BoardPages(ResultsBoard.load(Path.of("results"))).write(folder);
 * }
 */
public final class BoardPages {

  private static final String STYLE = resource("board.css");
  private static final String SCRIPT = resource("board.js");

  private final ResultsBoard board;

  /** The pages of a board. */
  public BoardPages(ResultsBoard board) {
    this.board = board;
  }

  /**
   * Writes the pages into a folder.
   *
   * @return the page with all results
   * @throws IOException if a page cannot be written
   */
  public Path write(Path folder) throws IOException {
    Files.createDirectories(folder);
    for (Map.Entry<String, String> page : pages().entrySet()) {
      AtomicFile.write(folder.resolve(page.getKey()), page.getValue());
    }
    return folder.resolve("index.html");
  }

  /** The pages by their file names; the first is {@code index.html}. */
  public SequencedMap<String, String> pages() {
    SequencedMap<String, String> pages = new LinkedHashMap<>();
    StringBuilder index = new StringBuilder();
    index.append("<p>").append(Html.text(summary(board.rows()))).append("</p>\n");
    board
        .tasks()
        .forEach((task, rows) ->
            index
                .append("<h2 id=\"%s\"><a href=\"%s.html\">".formatted(task, task))
                .append(Html.text(rows.getFirst().taskTitle()))
                .append("</a></h2>\n")
                .append(table(rows)));
    pages.put("index.html", page("Results", index.toString()));
    board.tasks().forEach((task, rows) -> pages.put(task + ".html", taskPage(rows)));
    return pages;
  }

  private static String taskPage(List<BoardRow> rows) {
    String title = rows.getFirst().taskTitle();
    StringBuilder body = new StringBuilder();
    body.append("<p><a href=\"index.html\">All results</a></p>\n<p>")
        .append(Html.text(summary(rows)))
        .append("</p>\n");
    chart(title, rows).ifPresent(body::append);
    body.append(table(rows)).append(notes(rows)).append(commands(rows));
    return page(title, body.toString());
  }

  private static String summary(List<BoardRow> rows) {
    long published = rows.stream().filter(row -> row.published().isPresent()).count();
    long both =
        rows.stream()
            .filter(row -> row.published().isPresent() && row.measured().isPresent())
            .count();
    long measured = rows.stream().filter(row -> row.measured().isPresent()).count();
    return "%d published values, %d of them measured here; %d measurements in all."
        .formatted(published, both, measured);
  }

  private static String table(List<BoardRow> rows) {
    StringBuilder html =
        new StringBuilder(
            """
            <div class="scroll" role="region" aria-label="%s" tabindex="0">
            <table>
            <thead><tr>
            """
                .formatted(Html.text(rows.getFirst().taskTitle())));
    for (String column :
        List.of("data set", "setting", "metric", "model", "published", "measured", "source")) {
      html.append("<th scope=\"col\">").append(column).append("</th>");
    }
    html.append("</tr></thead>\n<tbody>\n");
    for (BoardRow row : rows) {
      html.append("<tr>");
      for (String cell : List.of(row.dataSet(), row.setting(), row.metricText())) {
        html.append("<td>").append(Html.text(cell)).append("</td>");
      }
      html.append("<th scope=\"row\">").append(Html.text(row.modelText())).append("</th>");
      number(html, row.published(), row.publishedText());
      number(
          html,
          row.measured().isPresent()
              ? OptionalDouble.of(row.measured().get().measure().value())
              : OptionalDouble.empty(),
          row.measuredText());
      html.append("<td>").append(Html.text(row.source())).append("</td></tr>\n");
    }
    return html.append("</tbody></table></div>\n").toString();
  }

  private static void number(StringBuilder html, OptionalDouble value, String text) {
    html.append(
        value.isPresent()
            ? "<td class=\"number\" data-value=\"%s\">".formatted(value.getAsDouble())
            : "<td class=\"absent\">");
    html.append(Html.text(text)).append("</td>");
  }

  private static String notes(List<BoardRow> rows) {
    Set<String> notes = new LinkedHashSet<>();
    rows.forEach(row -> row.note().ifPresent(note -> notes.add(row.source() + ": " + note)));
    return list("Notes", notes);
  }

  private static String commands(List<BoardRow> rows) {
    Set<String> runs = new LinkedHashSet<>();
    rows.forEach(row ->
        row.measured()
            .flatMap(BoardRow.Measured::record)
            .ifPresent(r ->
                runs.add(
                    "%s on %s: %s (weights %s, SHA-256 %s; %s; %s; %s)"
                        .formatted(
                            r.model(),
                            r.dataSet(),
                            r.command(),
                            r.weights().file(),
                            r.weights().sha256(),
                            r.machine(),
                            r.versions(),
                            r.date()))));
    return list("How it was measured", runs);
  }

  private static String list(String heading, Set<String> items) {
    return items.isEmpty()
        ? ""
        : items.stream()
            .map(item -> "<li>" + Html.text(item) + "</li>\n")
            .collect(Collectors.joining("", "<h2>" + heading + "</h2>\n<ul>\n", "</ul>\n"));
  }

  /** The chart of accuracy against complexity, if the complexity of a model is known. */
  private static Optional<String> chart(String title, List<BoardRow> rows) {
    List<ScatterChart.Point> points = new ArrayList<>();
    String usual = usualSetting(rows);
    for (BoardRow row : rows) {
      if (row.multiplyAdds().isEmpty() || !isAccuracy(row.metric())) {
        continue;
      }
      String label = row.published().isPresent() ? row.modelText() : row.modelTitle();
      if (!usual.equals(row.dataSet() + row.setting())) {
        label += " · " + (sameData(rows) ? row.setting() : row.dataSet());
      }
      boolean error = row.metric().endsWith("error");
      double cost = row.multiplyAdds().getAsLong();
      if (row.published().isPresent()) {
        double value = row.published().getAsDouble();
        points.add(
            new ScatterChart.Point(
                label, cost, error ? 100 - value : value, Optional.empty(), false));
      }
      if (row.measured().isPresent()) {
        Measure measure = row.measured().get().measure();
        points.add(
            new ScatterChart.Point(
                label + " (measured)",
                cost,
                error ? 100 - measure.value() : measure.value(),
                measure
                    .interval()
                    .map(i -> error ? new Interval(100 - i.high(), 100 - i.low()) : i),
                true));
      }
    }
    if (points.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(
        "<figure>"
            + new ScatterChart(title + ": accuracy against complexity", "accuracy [%]", points)
                .svg()
            + "<figcaption>Rings are published values, discs are measured here, their bars 95 %"
            + " intervals.</figcaption></figure>\n");
  }

  private static boolean sameData(List<BoardRow> rows) {
    return rows.stream().map(BoardRow::dataSet).distinct().count() == 1;
  }

  /** Data set and setting of most published rows; the chart does not name these. */
  private static String usualSetting(List<BoardRow> rows) {
    boolean any = rows.stream().anyMatch(row -> row.published().isPresent());
    return rows.stream()
        .filter(row -> !any || row.published().isPresent())
        .collect(Collectors.groupingBy(row -> row.dataSet() + row.setting(), Collectors.counting()))
        .entrySet()
        .stream()
        .max(Map.Entry.<String, Long>comparingByValue().thenComparing(Map.Entry.comparingByKey()))
        .map(Map.Entry::getKey)
        .orElseThrow();
  }

  private static boolean isAccuracy(String metric) {
    return Set.of(
            "top-1 error",
            "top-1 accuracy",
            "top-1 accuracy, mean of seeds",
            "accuracy",
            "accuracy, all pictures",
            "AP")
        .contains(metric);
  }

  private static String page(String title, String body) {
    return """
    <!DOCTYPE html>
    <html lang="en">
    <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <meta name="color-scheme" content="light dark">
    <title>%s · resnext4j</title>
    <style>
    %s</style>
    </head>
    <body>
    <main>
    <h1>%s</h1>
    %s</main>
    <script>
    %s</script>
    </body>
    </html>
    """
        .formatted(Html.text(title), STYLE, Html.text(title), body, SCRIPT);
  }

  private static String resource(String name) {
    try (InputStream stream = BoardPages.class.getResourceAsStream(name)) {
      return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
