package org.resnext4j.evaluation.board;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.resnext4j.vision.text.CsvRecord;

/**
 * The formats of a results board as text.
 *
 * {@snippet :
 * String markdown = BoardFormat.MARKDOWN.write(ResultsBoard.load(Path.of("results")));
 * }
 */
public enum BoardFormat {
  /** Aligned columns for a terminal. */
  TERMINAL {
    @Override
    public String write(ResultsBoard board) {
      StringBuilder text = new StringBuilder();
      for (List<BoardRow> rows : board.tasks().values()) {
        text.append(rows.getFirst().taskTitle()).append('\n');
        List<List<String>> cells = cells(rows);
        int[] widths = new int[COLUMNS.size()];
        for (List<String> line : cells) {
          for (int i = 0; i < widths.length; i++) {
            widths[i] = Math.max(widths[i], line.get(i).codePointCount(0, line.get(i).length()));
          }
        }
        for (List<String> line : cells) {
          StringBuilder row = new StringBuilder(" ");
          for (int i = 0; i < widths.length; i++) {
            String cell = line.get(i);
            row.append(' ').append(cell);
            row.repeat(' ', widths[i] - cell.codePointCount(0, cell.length()) + 1);
          }
          text.append(row.toString().stripTrailing()).append('\n');
        }
        text.append('\n');
      }
      return text.toString();
    }
  },
  /** One Markdown table for each task. */
  MARKDOWN {
    @Override
    public String write(ResultsBoard board) {
      StringBuilder text = new StringBuilder("# Results\n");
      for (List<BoardRow> rows : board.tasks().values()) {
        text.append("\n## ").append(rows.getFirst().taskTitle()).append("\n\n");
        List<List<String>> cells = cells(rows);
        for (int i = 0; i < cells.size(); i++) {
          text.append(
              cells.get(i).stream()
                  .map(cell -> cell.replace("|", "\\|"))
                  .collect(Collectors.joining(" | ", "| ", " |\n")));
          if (i == 0) {
            text.append("|---".repeat(COLUMNS.size())).append("|\n");
          }
        }
      }
      return text.toString();
    }
  },
  /** Comma-separated values (RFC 4180) for spreadsheets. */
  CSV {
    @Override
    public String write(ResultsBoard board) {
      StringBuilder text =
          new StringBuilder(
              "task,data set,setting,metric,unit,model,weights,published,source,measured,low,high,"
                  + "evaluated,size,sha256,date,command\r\n");
      for (BoardRow row : board.rows()) {
        String line =
            CsvRecord.of(
                row.task(),
                row.dataSet(),
                row.setting(),
                row.metric(),
                row.unit(),
                row.modelTitle(),
                row.weights().orElse(""),
                row.published().isPresent() ? Numbers.published(row.published().getAsDouble()) : "",
                row.source(),
                measure(row, m -> Double.toString(m.value())),
                measure(row, m -> m.interval().map(i -> Double.toString(i.low())).orElse("")),
                measure(row, m -> m.interval().map(i -> Double.toString(i.high())).orElse("")),
                record(row, r -> Integer.toString(r.evaluated())),
                record(row, r -> Integer.toString(r.size())),
                record(row, r -> r.weights().sha256()),
                record(row, r -> r.date().toString()),
                record(row, ResultRecord::command));
        text.append(line).append("\r\n");
      }
      return text.toString();
    }
  };

  private static final List<String> COLUMNS =
      List.of("data set", "setting", "metric", "model", "published", "measured");

  /** Writes the whole board as text. */
  public abstract String write(ResultsBoard board);

  private static List<List<String>> cells(List<BoardRow> rows) {
    List<List<String>> cells = new ArrayList<>();
    cells.add(COLUMNS);
    for (BoardRow row : rows) {
      cells.add(
          List.of(
              row.dataSet(),
              row.setting(),
              row.metricText(),
              row.modelText(),
              row.publishedText(),
              row.measuredText()));
    }
    return cells;
  }

  private static String measure(BoardRow row, Function<Measure, String> value) {
    return row.measured().map(measured -> value.apply(measured.measure())).orElse("");
  }

  private static String record(BoardRow row, Function<ResultRecord, String> value) {
    return row.measured().flatMap(BoardRow.Measured::record).map(value).orElse("");
  }
}
