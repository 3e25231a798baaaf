package org.resnext4j.evaluation.board;

import java.util.Optional;

/**
 * A value that somebody published.
 *
 * @param source where it stands
 * @param task name of the task
 * @param dataSet which data
 * @param setting how a picture was shown to the network
 * @param crop side of the pictures that the network saw, in pixels; 0 where that does not apply
 * @param metric what was measured
 * @param unit {@code %} for shares
 * @param model name of the network
 * @param value the value, in that unit
 * @param weights which of several published weights of the network, where it matters
 * @param sha256 how the hash of those weights' file begins, where known; a measurement with other
 *     weights is then not held against the value
 * @param note what a reader should know of it
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
