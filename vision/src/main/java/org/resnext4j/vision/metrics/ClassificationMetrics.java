package org.resnext4j.vision.metrics;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.stream.IntStream;

/**
 * All that is measured of a classifier's logits, picture by picture: nothing grows with the number
 * of pictures but a few counts. Not thread-safe.
 */
public final class ClassificationMetrics {

  private static final int CALIBRATION_BINS = 15;

  // The worst first to go: the smallest loss on top, ties by name, so that the order of arrival
  // does not matter.
  private static final Comparator<Mistake> LEAST_WRONG_FIRST =
      Comparator.comparingDouble(Mistake::probability)
          .reversed()
          .thenComparing(Mistake::picture, Comparator.reverseOrder());

  private final int classes;
  private final int[] tops;
  private final long[] hits;
  private final ConfusionMatrix confusion;
  private final Calibration calibration = new Calibration(CALIBRATION_BINS);
  private final int mistakesKept;
  private final PriorityQueue<Mistake> mistakes = new PriorityQueue<>(LEAST_WRONG_FIRST);
  private long pictures;
  private double lossMean;
  private double lossSquares;

  /**
   * Nothing measured yet; the twenty most wrong pictures are kept.
   *
   * @param classes number of classes, at least 1
   * @param tops the k of each top-k accuracy wanted, 1 to {@code classes}
   */
  public ClassificationMetrics(int classes, int... tops) {
    this(classes, 20, tops);
  }

  /**
   * Nothing measured yet.
   *
   * @param classes number of classes, at least 1
   * @param mistakesKept how many of the most wrong pictures to keep
   * @param tops the k of each top-k accuracy wanted, 1 to {@code classes}
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

  /** Counts a picture with one right label; see the method for several. */
  public boolean add(String picture, float[] logits, int offset, int label) {
    return add(picture, logits, offset, new int[] {label});
  }

  /**
   * Counts a picture. Where it has several labels any of them is right; the confusion matrix then
   * counts it as the predicted class if that is right and as its first label otherwise, and the log
   * loss is of the probability given to them together. Equal logits rank by class index, the lower
   * first.
   *
   * @param picture its name, for the list of mistakes
   * @param logits values that hold the picture's logits, one a class
   * @param offset where they start
   * @param labels indices of the right classes, at least one
   * @return whether the class with the highest logit is right
   * @throws IllegalArgumentException if a logit is not a number, or a label not a class
   */
  public boolean add(String picture, float[] logits, int offset, int[] labels) {
    checkFinite(picture, logits, offset);
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

    Softmax all = Softmax.of(logits, offset, classes);
    double confidence = all.probability(predicted);
    calibration.add(confidence, correct);
    // Minus the logarithm of the labels' common probability. Differences of the largest logits and
    // of the logarithms are taken apart, so that large logits do not swallow small ones.
    int[] distinct = Arrays.stream(labels).distinct().toArray();
    float[] rightLogits = new float[distinct.length];
    for (int i = 0; i < distinct.length; i++) {
      rightLogits[i] = logits[offset + distinct[i]];
    }
    Softmax right = Softmax.of(rightLogits, 0, distinct.length);
    double loss = all.largest() - right.largest() + StrictMath.log(all.sum() / right.sum());
    pictures++;
    double delta = loss - lossMean;
    lossMean += delta / pictures;
    lossSquares += delta * (loss - lossMean);

    if (!correct) {
      mistakes.add(new Mistake(picture, actual, predicted, confidence, Math.exp(-loss)));
      if (mistakes.size() > mistakesKept) {
        mistakes.remove();
      }
    }
    return correct;
  }

  /** Pictures counted. */
  public long pictures() {
    return pictures;
  }

  /**
   * Share of pictures whose right label is among the k highest logits.
   *
   * @throws IllegalArgumentException if this k was not asked for
   */
  public Proportion top(int k) {
    int index = IntStream.range(0, tops.length).filter(i -> tops[i] == k).findFirst().orElse(-1);
    if (index < 0) {
      throw new IllegalArgumentException(
          "top-%d accuracy was not asked for, only %s".formatted(k, Arrays.toString(tops)));
    }
    return new Proportion(hits[index], pictures);
  }

  /** How often each class was taken for each other. */
  public ConfusionMatrix confusion() {
    return confusion;
  }

  /** Whether it is as often right as it says, in 15 bins. */
  public Calibration calibration() {
    return calibration;
  }

  /** Mean of minus the natural logarithm of the probability given to the right label. */
  public double logLoss() {
    return pictures == 0 ? Double.NaN : lossMean;
  }

  /** A 95 % interval of the log loss: mean and standard error, by the normal distribution. */
  public Interval logLossInterval() {
    double error = Math.sqrt(lossSquares / (pictures - 1) / pictures);
    return new Interval(lossMean - Interval.Z * error, lossMean + Interval.Z * error);
  }

  /** The pictures it got most wrong: least probability given to what they are comes first. */
  public List<Mistake> mistakes() {
    return mistakes.stream().sorted(LEAST_WRONG_FIRST.reversed()).toList();
  }

  private void checkFinite(String picture, float[] logits, int offset) {
    for (int c = 0; c < classes; c++) {
      if (!Float.isFinite(logits[offset + c])) {
        throw new IllegalArgumentException(
            "the logit of class %d for '%s' is %s, not a number"
                .formatted(c, picture, logits[offset + c]));
      }
    }
  }

  /** The right label that ranks highest. */
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
