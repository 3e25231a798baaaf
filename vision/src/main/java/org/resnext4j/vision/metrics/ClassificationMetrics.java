package org.resnext4j.vision.metrics;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;
import java.util.stream.IntStream;

/**
 * Computes a classifier's metrics from its logits, one picture at a time: top-k accuracy, confusion
 * matrix, calibration, log loss and the worst mistakes. It keeps counts and exact sums, not the
 * pictures' logits. This class is not thread-safe.
 *
 * <p>Metrics of parts of a data set {@linkplain #merge merge} to the metrics of the whole, bit for
 * bit, for any parts in any order. Metrics are serialisable.
 *
 * {@snippet :
 * ClassificationMetrics first = new ClassificationMetrics(1000, 1, 5);
 * ClassificationMetrics second = new ClassificationMetrics(1000, 1, 5);
 * // … add pictures to each, on different threads or machines …
 * first.merge(second);
 * double top5 = first.top(5).value();
 * }
 */
public final class ClassificationMetrics implements Serializable {

  private static final long serialVersionUID = 1;

  private static final int CALIBRATION_BINS = 15;

  private final int classes;
  private final int[] tops;
  private final long[] hits;
  private final ConfusionMatrix confusion;
  private final Calibration calibration = new Calibration(CALIBRATION_BINS);
  private final int mistakesKept;
  private final ArrayList<Mistake> mistakes = new ArrayList<>();
  private long pictures;
  private ExactSum loss = ExactSum.ZERO;
  private ExactSum squaredLoss = ExactSum.ZERO;

  /**
   * Creates metrics without pictures that keep the twenty worst mistakes.
   *
   * @param classes number of classes, at least 1
   * @param tops k of each wanted top-k accuracy, 1 to {@code classes}
   */
  public ClassificationMetrics(int classes, int... tops) {
    this(classes, 20, tops);
  }

  /**
   * Creates metrics without pictures.
   *
   * @param classes number of classes, at least 1
   * @param mistakesKept number of worst mistakes to keep
   * @param tops k of each wanted top-k accuracy, 1 to {@code classes}
   */
  public ClassificationMetrics(int classes, int mistakesKept, int[] tops) {
    this.classes = classes;
    this.mistakesKept = mistakesKept;
    this.tops = tops.clone();
    for (int k : tops) {
      if (k < 1 || k > classes) {
        throw new IllegalArgumentException(
            "a top-k accuracy of %d classes needs k from 1 to %d, but was given %d"
                .formatted(classes, classes, k));
      }
    }
    hits = new long[tops.length];
    confusion = new ConfusionMatrix(classes);
  }

  /**
   * Counts a picture with one correct label, by the rules of {@link #add(String, float[], int,
   * int[])}.
   */
  public boolean add(String picture, float[] logits, int offset, int label) {
    return add(picture, logits, offset, new int[] {label});
  }

  /**
   * Counts a picture. If a picture has several labels, each of them is a correct prediction. The
   * confusion matrix then takes the predicted class as the actual class if the prediction is
   * correct, and the first label otherwise; the log loss uses the sum of the labels' probabilities.
   * Of equal logits the class with the lower index ranks first.
   *
   * @param picture name of the picture, different for each
   * @param logits array that holds the picture's logits, one for each class
   * @param offset index of the picture's first logit
   * @param labels indices of the correct classes, at least one
   * @return whether the class with the highest logit is correct
   * @throws IllegalArgumentException if a logit is NaN, or a label is no class
   */
  public boolean add(String picture, float[] logits, int offset, int[] labels) {
    requireFinite(picture, logits, offset);
    int predicted = Logits.highest(logits, offset, classes);
    int best = best(picture, logits, offset, labels);
    boolean correct = Arrays.stream(labels).anyMatch(label -> label == predicted);
    int rank = Logits.rank(logits, offset, classes, best);
    for (int i = 0; i < tops.length; i++) {
      if (rank < tops[i]) {
        hits[i]++;
      }
    }
    int actual = correct ? predicted : labels[0];
    confusion.add(actual, predicted);

    Softmax softmax = Softmax.of(logits, offset, classes);
    double confidence = softmax.probability(predicted);
    calibration.add(picture, confidence, correct);
    double given = logits[offset + best];
    double together =
        Arrays.stream(labels)
            .distinct()
            .mapToDouble(label -> StrictMath.exp(logits[offset + label] - given))
            .sum();
    double pictureLoss =
        softmax.largest() - given + StrictMath.log(softmax.sum()) - StrictMath.log(together);
    pictures++;
    loss = loss.plus(pictureLoss);
    double square = pictureLoss * pictureLoss;
    // Adding the square and its rounding error makes the sum of squares exact.
    squaredLoss = squaredLoss.plus(square).plus(Math.fma(pictureLoss, pictureLoss, -square));

    if (!correct) {
      double probability = StrictMath.exp(-pictureLoss);
      keep(List.of(new Mistake(picture, actual, predicted, confidence, probability)));
    }
    return correct;
  }

  /**
   * Adds the counts of another part of the same data set.
   *
   * @param other metrics of other pictures; it stays as it is
   * @throws IllegalArgumentException if the other metrics have another number of classes, other
   *     values of k, or another number of mistakes
   */
  public void merge(ClassificationMetrics other) {
    if (other.classes != classes
        || other.mistakesKept != mistakesKept
        || !Arrays.equals(other.tops, tops)) {
      throw new IllegalArgumentException(
          "metrics of %d classes, top %s and %d mistakes cannot take those of %d, %s and %d"
              .formatted(
                  classes,
                  Arrays.toString(tops),
                  mistakesKept,
                  other.classes,
                  Arrays.toString(other.tops),
                  other.mistakesKept));
    }
    pictures += other.pictures;
    Arrays.setAll(hits, i -> hits[i] + other.hits[i]);
    confusion.merge(other.confusion);
    calibration.merge(other.calibration);
    loss = loss.plus(other.loss);
    squaredLoss = squaredLoss.plus(other.squaredLoss);
    keep(List.copyOf(other.mistakes));
  }

  /** Adds mistakes and keeps the worst of all. */
  private void keep(List<Mistake> more) {
    mistakes.addAll(more);
    mistakes.sort(null);
    mistakes.subList(Math.min(mistakesKept, mistakes.size()), mistakes.size()).clear();
  }

  /** Returns the number of pictures. */
  public long pictures() {
    return pictures;
  }

  /**
   * Returns the top-k accuracy: the share of pictures whose correct class is among the k highest
   * logits.
   *
   * @throws IllegalArgumentException if the constructor did not receive this k
   */
  public Proportion top(int k) {
    int index = IntStream.range(0, tops.length).filter(i -> tops[i] == k).findFirst().orElse(-1);
    if (index < 0) {
      throw new IllegalArgumentException(
          "top-%d accuracy was not asked for, only %s".formatted(k, Arrays.toString(tops)));
    }
    return new Proportion(hits[index], pictures);
  }

  /** Returns the counts of pictures by actual and predicted class. */
  public ConfusionMatrix confusion() {
    return confusion;
  }

  /** Returns the calibration, in 15 bins. */
  public Calibration calibration() {
    return calibration;
  }

  /**
   * Returns the log loss: the mean negative natural logarithm of the correct class's probability.
   */
  public double logLoss() {
    return loss.value() / pictures;
  }

  /**
   * Returns a 95 % interval of the log loss by the normal approximation, which needs two pictures.
   */
  public Interval logLossInterval() {
    double squares = loss.squaredDeviations(squaredLoss, pictures);
    double error = Math.sqrt(squares / (pictures - 1) / pictures);
    return new Interval(logLoss() - Interval.Z * error, logLoss() + Interval.Z * error);
  }

  /** Returns the worst mistakes, in the order of rising probability of the correct class. */
  public List<Mistake> mistakes() {
    return List.copyOf(mistakes);
  }

  private void requireFinite(String picture, float[] logits, int offset) {
    OptionalInt found = Logits.notFinite(logits, offset, classes);
    if (found.isPresent()) {
      throw new IllegalArgumentException(
          "the logit of class %d for '%s' is %s, not a number"
              .formatted(found.getAsInt(), picture, logits[offset + found.getAsInt()]));
    }
  }

  /** Returns the correct label that ranks highest. */
  private int best(String picture, float[] logits, int offset, int[] labels) {
    if (labels.length == 0) {
      throw new IllegalArgumentException("'%s' has no right label".formatted(picture));
    }
    int best = -1;
    for (int label : labels) {
      if (label < 0 || label >= classes) {
        throw new IllegalArgumentException(
            "the label of '%s' must be from 0 to %d, but was %d"
                .formatted(picture, classes - 1, label));
      }
      if (best < 0
          || logits[offset + label] > logits[offset + best]
          || (logits[offset + label] == logits[offset + best] && label < best)) {
        best = label;
      }
    }
    return best;
  }
}
