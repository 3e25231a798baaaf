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
 * The result of an evaluation.
 *
 * {@snippet :
 * Evaluation evaluation = evaluator.evaluate(set);
 * double top1 = evaluation.views().getFirst().metrics().top(1).value();
 * List<Evaluation.Failure> unreadable = evaluation.failures();
 * }
 *
 * @param dataSet name of the data set
 * @param size number of pictures in the data set
 * @param evaluated number of pictures that the network answered
 * @param labelled number of evaluated pictures with known labels
 * @param skipped pictures that were left out, with reasons
 * @param failures pictures that could not be evaluated
 * @param views results of each view
 * @param throughput speed of the evaluation
 * @param predictions output with the highest logit in the first view, by picture
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
   * A picture that could not be read, or whose answer was not finite.
   *
   * @param picture name of the picture
   * @param reason one sentence
   */
  public record Failure(String picture, String reason) implements Serializable {}

  /**
   * The results of one view.
   *
   * @param setting name of protocol and view on the results board
   * @param classes classes that the view can predict
   * @param measures reported values, the most important first
   * @param metrics all counts and sums
   */
  public record ViewResult(
      String setting, Labels classes, List<Measure> measures, ClassificationMetrics metrics) {

    /** The measure with a name, if the view has it. */
    public Optional<Measure> measure(String metric) {
      return measures.stream().filter(m -> m.metric().equals(metric)).findFirst();
    }
  }

  /**
   * Checks that every picture of the data set counts exactly once.
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

  /** Number of pictures that were left out. */
  public int skippedPictures() {
    return skipped.stream().mapToInt(Absence::pictures).sum();
  }

  /** Whether pictures of the data set are missing from the result. */
  public boolean partial() {
    return evaluated < size;
  }
}
