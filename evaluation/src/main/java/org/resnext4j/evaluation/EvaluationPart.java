package org.resnext4j.evaluation;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.resnext4j.evaluation.Evaluation.Failure;

/**
 * The counts of an {@link Evaluator} over a part of a data set. Parts {@linkplain #merge merge}, in
 * any order, to exactly the counts of the whole data set. They are serialisable, so other machines
 * may compute them. Not thread-safe.
 *
 * {@snippet :
 * int[] places = evaluator.places(set);
 * int half = places.length / 2;
 * EvaluationPart first = evaluator.part(set, Arrays.copyOf(places, half));
 * EvaluationPart second = evaluator.part(set, Arrays.copyOfRange(places, half, places.length));
 * first.merge(second);
 * Evaluation whole = evaluator.complete(set, first, throughput);
 * }
 */
public final class EvaluationPart implements Serializable {

  private static final long serialVersionUID = 1;

  private final ArrayList<ViewCounts> views;
  private final TreeMap<Integer, Integer> predictions = new TreeMap<>();
  private final TreeMap<Integer, Failure> failures = new TreeMap<>();
  private int labelled;

  EvaluationPart(List<ViewCounts> views) {
    this.views = new ArrayList<>(views);
  }

  /** Counts a picture that could not be evaluated, by its place in the data set. */
  void failed(int place, Failure failure) {
    failures.put(place, failure);
  }

  /** Counts a picture that the network answered, by its place in the data set. */
  void predicted(int place, int output, boolean isLabelled) {
    predictions.put(place, output);
    labelled += isLabelled ? 1 : 0;
  }

  /**
   * Adds the counts of another part of the same data set.
   *
   * @param other a part with other pictures; it stays as it is
   * @throws IllegalArgumentException if a picture is in both parts, or the views differ
   */
  public void merge(EvaluationPart other) {
    if (other.views.size() != views.size()) {
      throw new IllegalArgumentException(
          "a part with %d views cannot take one with %d"
              .formatted(views.size(), other.views.size()));
    }
    for (SortedMap<Integer, ?> counted : List.of(other.predictions, other.failures)) {
      for (int place : counted.keySet()) {
        if (predictions.containsKey(place) || failures.containsKey(place)) {
          throw new IllegalArgumentException(
              "picture %d of the data set was evaluated twice, in both parts".formatted(place));
        }
      }
    }
    for (int i = 0; i < views.size(); i++) {
      views.get(i).merge(other.views.get(i));
    }
    predictions.putAll(other.predictions);
    failures.putAll(other.failures);
    labelled += other.labelled;
  }

  List<ViewCounts> views() {
    return views;
  }

  /** The output with the highest logit, by the picture's place. */
  SortedMap<Integer, Integer> predictions() {
    return Collections.unmodifiableSortedMap(predictions);
  }

  /** The pictures that could not be evaluated, by their place. */
  SortedMap<Integer, Failure> failures() {
    return Collections.unmodifiableSortedMap(failures);
  }

  /** Number of evaluated pictures with known labels. */
  public int labelled() {
    return labelled;
  }

  /** Number of evaluated and failed pictures. */
  public int pictures() {
    return predictions.size() + failures.size();
  }
}
