package org.resnext4j.evaluation;

import java.io.Serializable;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;
import org.resnext4j.evaluation.EvaluationSet.Absence;
import org.resnext4j.evaluation.board.Measure;
import org.resnext4j.vision.Labels;
import org.resnext4j.vision.metrics.ClassificationMetrics;
import org.resnext4j.vision.metrics.Throughput;

/**
 * What came out of an evaluation.
 *
 * @param dataSet what was evaluated
 * @param size pictures that the data set has
 * @param evaluated pictures that the network saw
 * @param labelled of those, the ones whose right labels are known
 * @param skipped pictures that were left out, and why
 * @param failures pictures that could not be read
 * @param views the results, for each way of reading the network's answer
 * @param throughput how fast it went
 * @param predictions the network's output with the highest logit of the first view, by picture
 */
public record Evaluation(
    String dataSet,
    int size,
    int evaluated,
    int labelled,
    List<Absence> skipped,
    List<Failure> failures,
    List<ViewResult> views,
    Throughput throughput,
    SequencedMap<String, Integer> predictions) {

  /**
   * A picture that could not be read.
   *
   * @param picture its name
   * @param reason what was wrong with it
   */
  public record Failure(String picture, String reason) implements Serializable {}

  /**
   * The results of one way of reading the network's answer.
   *
   * @param setting how pictures were shown and answers read, as the board calls it
   * @param classes the classes that could be predicted
   * @param measures what is told of it, the most important first
   * @param metrics everything that was counted
   */
  public record ViewResult(
      String setting, Labels classes, List<Measure> measures, ClassificationMetrics metrics) {

    /** The measure of that name, if it was taken. */
    public Optional<Measure> measure(String metric) {
      return measures.stream().filter(m -> m.metric().equals(metric)).findFirst();
    }
  }

  /**
   * Checks that every picture of the data set is accounted for exactly once.
   *
   * @throws IllegalStateException if evaluated, skipped and failed do not add up
   */
  public Evaluation {
    skipped = List.copyOf(skipped);
    failures = List.copyOf(failures);
    views = List.copyOf(views);
    int left = skipped.stream().mapToInt(Absence::pictures).sum();
    if (evaluated + left + failures.size() != size) {
      throw new IllegalStateException(
          "%d pictures are not %d evaluated + %d skipped + %d failed"
              .formatted(size, evaluated, left, failures.size()));
    }
  }

  /** Pictures left out for a reason. */
  public int skippedPictures() {
    return skipped.stream().mapToInt(Absence::pictures).sum();
  }

  /** Whether not every picture of the data set was evaluated. */
  public boolean partial() {
    return evaluated < size;
  }
}
