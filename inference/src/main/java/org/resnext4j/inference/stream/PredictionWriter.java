package org.resnext4j.inference.stream;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.resnext4j.inference.Label;
import org.resnext4j.inference.stream.Prediction.Answered;
import org.resnext4j.inference.stream.Prediction.Failed;
import org.resnext4j.vision.text.CsvRecord;
import org.resnext4j.vision.text.Printable;
import tools.jackson.databind.json.JsonMapper;

/**
 * Writes results one by one, including failures.
 *
 * <p>{@link #close} completes the output and flushes it; the writer below stays open.
 */
public abstract sealed class PredictionWriter implements AutoCloseable {

  /** The format of results. */
  public enum Format {
    /** Text with a bar for each class. */
    TABLE,
    /** One JSON array with one object for each picture on a line of its own. */
    JSON,
    /** One JSON object for each picture on a line of its own, without an array. */
    JSONL,
    /**
     * Comma-separated values (RFC 4180) with a header and one row for each class of each picture.
     */
    CSV
  }

  /** Receives the output. */
  final PrintWriter out;

  /** Number of classes of each picture. */
  final int top;

  private PredictionWriter(PrintWriter out, int top) {
    this.out = out;
    this.top = top;
  }

  /**
   * A writer.
   *
   * @param format the format
   * @param out receives the output
   * @param top number of most probable classes of each picture
   */
  public static PredictionWriter of(Format format, PrintWriter out, int top) {
    return of(format, out, top, Optional.empty());
  }

  /**
   * A writer for a classifier whose class names may be assumed, which JSON output mentions.
   *
   * @param format the format
   * @param out receives the output
   * @param top number of most probable classes of each picture
   * @param assumedLabels name of the data set whose class names are assumed, from {@code
   *     Classifier.assumedLabels}
   */
  public static PredictionWriter of(
      Format format, PrintWriter out, int top, Optional<String> assumedLabels) {
    return switch (format) {
      case TABLE -> new Table(out, top);
      case JSON -> new Json(out, top, true, assumedLabels);
      case JSONL -> new Json(out, top, false, assumedLabels);
      case CSV -> new Csv(out, top);
    };
  }

  /** Writes one result. */
  public final void write(Prediction prediction) {
    switch (prediction) {
      case Answered answered -> answered(answered.source(), answered.classification().top(top));
      case Failed failed -> failed(failed.source(), failed.reason());
    }
    out.flush();
  }

  abstract void answered(String source, List<Label> labels);

  abstract void failed(String source, String reason);

  @Override
  public void close() {
    out.flush();
  }

  private static final class Table extends PredictionWriter {

    private static final int BAR = 24;
    private static final String EIGHTHS = " ▏▎▍▌▋▊▉█";

    Table(PrintWriter out, int top) {
      super(out, top);
    }

    @Override
    void answered(String source, List<Label> labels) {
      out.println(Printable.of(source));
      for (Label label : labels) {
        out.println(
            String.format(
                Locale.ROOT,
                "  %6.2f %%  %s  %s",
                100 * label.probability(),
                bar(label.probability()),
                Printable.of(label.name())));
      }
    }

    private static String bar(float probability) {
      int eighths = Math.round(probability * BAR * 8);
      int rest = eighths % 8;
      String drawn = "█".repeat(eighths / 8) + (rest > 0 ? EIGHTHS.charAt(rest) : "");
      return drawn + " ".repeat(BAR - drawn.length());
    }

    @Override
    void failed(String source, String reason) {
      out.println(Printable.of(source));
      out.println("  not classified: " + Printable.of(reason));
    }
  }

  private static final class Json extends PredictionWriter {

    private final boolean array;
    private final Optional<String> assumedLabels;
    private boolean begun;

    Json(PrintWriter out, int top, boolean array, Optional<String> assumedLabels) {
      super(out, top);
      this.array = array;
      this.assumedLabels = assumedLabels;
    }

    @Override
    void answered(String source, List<Label> labels) {
      List<Map<String, Object>> classes = new ArrayList<>();
      for (Label label : labels) {
        Map<String, Object> one = new LinkedHashMap<>();
        one.put("class", label.name());
        one.put("index", label.index());
        one.put("probability", label.probability());
        classes.add(one);
      }
      write(source, "top", classes);
    }

    @Override
    void failed(String source, String reason) {
      write(source, "error", reason);
    }

    private void write(String source, String key, Object value) {
      Map<String, Object> object = new LinkedHashMap<>();
      object.put("file", source);
      object.put(key, value);
      assumedLabels.ifPresent(set -> object.put("labels", "assumed: " + set));
      if (array) {
        out.print(begun ? ",\n" : "[\n");
        begun = true;
      }
      out.print(Printable.json(JsonMapper.shared().writeValueAsString(object)));
      if (!array) {
        out.print('\n');
      }
    }

    @Override
    public void close() {
      if (array) {
        out.print(begun ? "\n]\n" : "[]\n");
      }
      super.close();
    }
  }

  private static final class Csv extends PredictionWriter {

    Csv(PrintWriter out, int top) {
      super(out, top);
      row("file", "rank", "class", "index", "probability", "error");
    }

    @Override
    void answered(String source, List<Label> labels) {
      int rank = 0;
      for (Label label : labels) {
        row(
            source,
            String.valueOf(++rank),
            label.name(),
            String.valueOf(label.index()),
            String.valueOf(label.probability()),
            "");
      }
    }

    @Override
    void failed(String source, String reason) {
      row(source, "", "", "", "", reason);
    }

    private void row(String... fields) {
      out.print(CsvRecord.of(fields) + "\r\n");
    }
  }
}
