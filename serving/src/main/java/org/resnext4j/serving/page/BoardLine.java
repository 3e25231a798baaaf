package org.resnext4j.serving.page;

import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/**
 * A line of the results board as the page shows it.
 *
 * @param task the task, such as image classification
 * @param dataset the data set, such as ImageNet
 * @param setting the input's size and crop; may be empty
 * @param metric the metric, such as top-1 accuracy
 * @param unit unit of the values, such as {@code %}; may be empty
 * @param model name of the model
 * @param published the published value, if there is one
 * @param source source of the published value; empty if there is none
 * @param measured the value that this project measured, if there is one
 * @param measuredText the measured value as text, with its interval
 * @param multiplyAdds multiply-adds of one picture, for the chart
 * @param note a note for the reader
 */
public record BoardLine(
    String task,
    String dataset,
    String setting,
    String metric,
    String unit,
    String model,
    OptionalDouble published,
    String source,
    OptionalDouble measured,
    String measuredText,
    OptionalLong multiplyAdds,
    Optional<String> note) {}
