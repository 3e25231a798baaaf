package org.resnext4j.evaluation.board;

import java.util.Optional;

/**
 * A published value.
 *
 * @param source the publication
 * @param task name of the task
 * @param dataSet name of the data set
 * @param setting protocol of the evaluation, such as {@code 224 of 256}
 * @param crop side of the network's input in pixels; 0 if it does not apply
 * @param metric name of the metric
 * @param unit unit of the value, such as {@code %}; empty for plain numbers
 * @param model name of the network
 * @param value the value in its unit
 * @param weights name of the weights, if the network has several
 * @param sha256 first digits of the weight file's SHA-256, if they are known; the board then
 *     compares the value with measurements of this file alone
 * @param note a note for readers
 */
public record PublishedResult(
    String source,
    String task,
    String dataSet,
    String setting,
    int crop,
    String metric,
    String unit,
    String model,
    double value,
    Optional<String> weights,
    Optional<String> sha256,
    Optional<String> note) {}
