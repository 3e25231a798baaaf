package org.resnext4j.inference;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.PriorityQueue;
import org.resnext4j.vision.Labels;
import org.resnext4j.vision.metrics.Softmax;

/**
 * The answer for one picture: the logit and the probability of each class. Immutable.
 *
 * <p>Jackson writes it as {@code {"top":[{"name":"tabby","index":281,"probability":0.6}, …]}}, with
 * the classes of {@link #top()}.
 */
public final class Classification {

  private static final int SHOWN = 5;

  private final Labels labels;
  private final float[] logits;
  private final float[] probabilities;

  private Classification(Labels labels, float[] logits) {
    this.labels = labels;
    this.logits = logits;
    this.probabilities = Softmax.rows(logits, logits.length);
  }

  /**
   * Creates an answer from logits.
   *
   * @param labels names of the classes
   * @param logits one logit for each class; they are copied
   * @throws IllegalArgumentException if the numbers of labels and logits differ
   */
  public static Classification of(Labels labels, float[] logits) {
    if (labels.size() != logits.length) {
      throw new IllegalArgumentException(
          "expected a label for each of the %d classes, but found %d labels"
              .formatted(logits.length, labels.size()));
    }
    return new Classification(labels, logits.clone());
  }

  /** Number of classes. */
  public int classes() {
    return logits.length;
  }

  /** The most probable class. */
  public Label best() {
    return top(1).getFirst();
  }

  /** The five most probable classes in falling order, or all classes if there are fewer. */
  @JsonProperty("top")
  public List<Label> top() {
    return top(SHOWN);
  }

  /**
   * The most probable classes in falling order. Of equal classes the one with the lower index is
   * first.
   *
   * @param count largest number of classes
   * @throws IllegalArgumentException if the count is below 1
   */
  public List<Label> top(int count) {
    if (count < 1) {
      throw new IllegalArgumentException("top needs a count of at least 1, but was " + count);
    }
    // Logits decide, because different logits may round to equal probabilities.
    Comparator<Integer> byRank =
        Comparator.<Integer>comparingDouble(i -> -logits[i]).thenComparing(i -> i);
    PriorityQueue<Integer> chosen = new PriorityQueue<>(byRank.reversed());
    for (int i = 0; i < logits.length; i++) {
      chosen.add(i);
      if (chosen.size() > count) {
        chosen.remove();
      }
    }
    return chosen.stream().sorted(byRank).map(this::label).toList();
  }

  /**
   * A class with its probability.
   *
   * @param index index of the class
   * @throws IndexOutOfBoundsException if there is no such class
   */
  public Label label(int index) {
    return new Label(labels.name(index), index, probabilities[index]);
  }

  /** The probability of each class. */
  public float[] probabilities() {
    return probabilities.clone();
  }

  /** The logit of each class. */
  public float[] logits() {
    return logits.clone();
  }

  /** A table of the five most probable classes. */
  @Override
  public String toString() {
    StringBuilder table = new StringBuilder();
    for (Label label : top()) {
      table.append(
          String.format(Locale.ROOT, "%6.2f %%  %s%n", 100 * label.probability(), label.name()));
    }
    return table.toString().stripTrailing();
  }
}
