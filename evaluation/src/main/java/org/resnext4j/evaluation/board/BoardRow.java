package org.resnext4j.evaluation.board;

import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/**
 * A row of the board: one metric of one model on one data set, with its published and its measured
 * value.
 *
 * @param task name of the task
 * @param taskTitle title of the task
 * @param dataSet name of the data set
 * @param setting protocol of the evaluation, such as {@code 224 of 256}
 * @param metric name of the metric
 * @param unit unit of the values, such as {@code %}; empty for plain numbers
 * @param model name of the network
 * @param modelTitle title of the network
 * @param weights name of the weights, if the network has several
 * @param published the published value, if there is one
 * @param source publication of the value; empty if there is none
 * @param note a note for readers
 * @param measured the measured value, if there is one
 * @param multiplyAdds multiply-adds of the network for one picture, if they are known
 */
public record BoardRow(
    String task,
    String taskTitle,
    String dataSet,
    String setting,
    String metric,
    String unit,
    String model,
    String modelTitle,
    Optional<String> weights,
    OptionalDouble published,
    String source,
    Optional<String> note,
    Optional<Measured> measured,
    OptionalLong multiplyAdds) {

  /**
   * A measured value.
   *
   * @param measure the value
   * @param record record of the evaluation; empty for counted values such as parameters
   */
  public record Measured(Measure measure, Optional<ResultRecord> record) {}

  /** The published value, or {@code not published}. */
  public String publishedText() {
    return published.isPresent() ? Numbers.published(published.getAsDouble()) : "not published";
  }

  /** The measured value with its interval, and the number of pictures if some are missing. */
  public String measuredText() {
    if (measured.isEmpty()) {
      return "not measured";
    }
    Measure measure = measured.get().measure();
    StringBuilder text = new StringBuilder(Numbers.rounded(measure.value()));
    measure
        .interval()
        .ifPresent(interval ->
            text.append(" (")
                .append(Numbers.rounded(interval.low()))
                .append("–")
                .append(Numbers.rounded(interval.high()))
                .append(")"));
    measured
        .get()
        .record()
        .filter(ResultRecord::partial)
        .ifPresent(r -> text.append(", %d of %d pictures".formatted(r.evaluated(), r.size())));
    return text.toString();
  }

  /** Name and unit of the metric. */
  public String metricText() {
    return unit.isEmpty() ? metric : metric + " [" + unit + "]";
  }

  /** Title of the model, with the name of the weights if it has several. */
  public String modelText() {
    return weights.map(w -> modelTitle + ", " + w).orElse(modelTitle);
  }
}
