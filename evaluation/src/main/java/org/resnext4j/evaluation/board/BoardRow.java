package org.resnext4j.evaluation.board;

import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/**
 * A line of the board: one metric of one model on one data set, as published and as measured.
 *
 * @param task name of the task
 * @param taskTitle what the task is called
 * @param dataSet which data
 * @param setting how a picture was shown to the network
 * @param metric what is measured
 * @param unit {@code %} for shares
 * @param model name of the network
 * @param modelTitle what people call it
 * @param weights which weights, where it matters
 * @param published the published value, if somebody published one
 * @param source where it was published; empty if it was not
 * @param note what a reader should know
 * @param measured what was measured here, if it was
 * @param multiplyAdds of the network for one picture of this setting, where known
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
   * What was measured here.
   *
   * @param measure the value
   * @param record the evaluation it is from; empty for what is counted, not evaluated
   */
  public record Measured(Measure measure, Optional<ResultRecord> record) {}

  /** The published value, as short as it was written; or that there is none. */
  public String publishedText() {
    return published.isPresent() ? Numbers.published(published.getAsDouble()) : "not published";
  }

  /** The measured value with its interval and, if not all pictures are in it, their number. */
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

  /** The metric with its unit. */
  public String metricText() {
    return unit.isEmpty() ? metric : metric + " [" + unit + "]";
  }

  /** The model with its weights, where they matter. */
  public String modelText() {
    return weights.map(w -> modelTitle + ", " + w).orElse(modelTitle);
  }
}
