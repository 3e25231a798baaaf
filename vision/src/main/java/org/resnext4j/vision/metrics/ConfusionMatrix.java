package org.resnext4j.vision.metrics;

import java.io.Serializable;
import java.util.HashMap;
import java.util.Random;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;

/**
 * Counts how often pictures of each class were taken for each class. Only cells that occur take
 * memory. Matrices of parts of a data set {@linkplain #merge merge} to exactly the matrix of the
 * whole. Not thread-safe.
 *
 * {@snippet :
 * ConfusionMatrix matrix = new ConfusionMatrix(2);
 * matrix.add(1, 0); // a picture of class 1 was taken for class 0
 * double recall = matrix.binary(1).recall(); // 0
 * }
 */
public final class ConfusionMatrix implements Serializable {

  private static final long serialVersionUID = 1;

  private final int classes;
  private final HashMap<Long, Long> cells = new HashMap<>();
  private final long[] actual;
  private final long[] predicted;
  private final long[] right;

  /**
   * An empty matrix.
   *
   * @param classes number of classes, at least 1
   */
  public ConfusionMatrix(int classes) {
    if (classes < 1) {
      throw new IllegalArgumentException(
          "a confusion matrix needs at least 1 class, but was given " + classes);
    }
    this.classes = classes;
    actual = new long[classes];
    predicted = new long[classes];
    right = new long[classes];
  }

  /**
   * Counts one picture.
   *
   * @param actualClass index of the picture's class
   * @param predictedClass index of the class that the picture was taken for
   */
  public void add(int actualClass, int predictedClass) {
    add(actualClass, predictedClass, 1);
  }

  private void add(int actualClass, int predictedClass, long times) {
    actual[actualClass] += times;
    predicted[predictedClass] += times;
    if (actualClass == predictedClass) {
      right[actualClass] += times;
    }
    cells.merge((long) actualClass * classes + predictedClass, times, Long::sum);
  }

  /**
   * Adds the counts of another part of the same data set.
   *
   * @throws IllegalArgumentException if the other matrix has another number of classes
   */
  public void merge(ConfusionMatrix other) {
    if (other.classes != classes) {
      throw new IllegalArgumentException(
          "a confusion matrix of %d classes cannot take the counts of one of %d"
              .formatted(classes, other.classes));
    }
    other.cells.forEach((cell, times) ->
        add(Math.toIntExact(cell / classes), Math.toIntExact(cell % classes), times));
  }

  /** Number of classes. */
  public int classes() {
    return classes;
  }

  /** Number of pictures of an actual class with a predicted class. */
  public long count(int actualClass, int predictedClass) {
    return cells.getOrDefault((long) actualClass * classes + predictedClass, 0L);
  }

  /** Pictures counted. */
  public long total() {
    return IntStream.range(0, classes).mapToLong(c -> actual[c]).sum();
  }

  /** Share of all pictures that were taken for their own class: top-1 accuracy. */
  public Proportion accuracy() {
    return new Proportion(IntStream.range(0, classes).mapToLong(c -> right[c]).sum(), total());
  }

  /**
   * Share of a class's pictures that were taken for the class: its accuracy, which is its recall.
   */
  public Proportion accuracy(int ofClass) {
    return new Proportion(right[ofClass], actual[ofClass]);
  }

  /** Share of the pictures taken for a class that belong to it: its precision. */
  public Proportion precision(int ofClass) {
    return new Proportion(right[ofClass], predicted[ofClass]);
  }

  /**
   * Precision, recall and F1 of one class against all others; of two classes this is the binary
   * score with that class as the positive one.
   */
  public Scores binary(int positive) {
    return Scores.of(right[positive], predicted[positive], actual[positive]);
  }

  /**
   * The mean of the classes' scores, unweighted. Classes that neither occur nor were predicted are
   * left out, as in scikit-learn.
   */
  public Scores macro() {
    double precision = 0;
    double recall = 0;
    double f1 = 0;
    int counted = 0;
    for (int c = 0; c < classes; c++) {
      if (actual[c] + predicted[c] > 0) {
        Scores scores = binary(c);
        precision += scores.precision();
        recall += scores.recall();
        f1 += scores.f1();
        counted++;
      }
    }
    int divisor = Math.max(1, counted);
    return new Scores(precision / divisor, recall / divisor, f1 / divisor);
  }

  /** The scores of all decisions pooled; with one label a picture all three equal the accuracy. */
  public Scores micro() {
    long hits = IntStream.range(0, classes).mapToLong(c -> right[c]).sum();
    long called = IntStream.range(0, classes).mapToLong(c -> predicted[c]).sum();
    return Scores.of(hits, called, total());
  }

  /**
   * A 95 % interval by the percentile bootstrap, for scores without a closed form, such as F1. Each
   * sample draws as many pictures as were counted, with replacement; the interval holds the middle
   * 95 % of the samples' scores. It depends on the counts and the seed alone.
   *
   * @param statistic the score of a sample
   * @param samples number of samples, at least 40; 1000 is usual
   * @param seed of the random draws: the same seed gives the same interval
   */
  public Interval bootstrap(ToDoubleFunction<ConfusionMatrix> statistic, int samples, long seed) {
    if (samples < 40) {
      throw new IllegalArgumentException(
          "a bootstrap's 95 % interval needs at least 40 samples, but was asked for " + samples);
    }
    long[] keys = cells.keySet().stream().mapToLong(Long::longValue).sorted().toArray();
    int[] pictures = pictures(keys);
    Random random = new Random(seed);
    double[] values = new double[samples];
    for (int sample = 0; sample < samples; sample++) {
      int[] drawn = new int[keys.length];
      for (int i = 0; i < pictures.length; i++) {
        drawn[pictures[random.nextInt(pictures.length)]]++;
      }
      ConfusionMatrix resampled = new ConfusionMatrix(classes);
      for (int cell = 0; cell < keys.length; cell++) {
        if (drawn[cell] > 0) {
          resampled.add(
              Math.toIntExact(keys[cell] / classes),
              Math.toIntExact(keys[cell] % classes),
              drawn[cell]);
        }
      }
      values[sample] = statistic.applyAsDouble(resampled);
    }
    return Percentiles.interval(values);
  }

  /** The cell of each picture counted, as an index into the keys. */
  private int[] pictures(long[] keys) {
    int[] pictures = new int[Math.toIntExact(total())];
    int next = 0;
    for (int cell = 0; cell < keys.length; cell++) {
      for (long i = cells.get(keys[cell]); i > 0; i--) {
        pictures[next++] = cell;
      }
    }
    return pictures;
  }
}
