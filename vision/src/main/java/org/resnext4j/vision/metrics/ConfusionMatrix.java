package org.resnext4j.vision.metrics;

import java.io.Serializable;
import java.util.HashMap;
import java.util.Random;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;

/**
 * A confusion matrix: the counts of pictures by actual and predicted class. Cells with a count of 0
 * take no memory. Matrices of parts of a data set {@linkplain #merge merge} to exactly the matrix
 * of the whole. This class is not thread-safe.
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
   * Creates an empty matrix.
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
   * @param actualClass index of the picture's actual class
   * @param predictedClass index of the predicted class
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

  /** Returns the number of classes. */
  public int classes() {
    return classes;
  }

  /** Returns the number of pictures of an actual class with a predicted class. */
  public long count(int actualClass, int predictedClass) {
    return cells.getOrDefault((long) actualClass * classes + predictedClass, 0L);
  }

  /** Returns the number of pictures. */
  public long total() {
    return IntStream.range(0, classes).mapToLong(c -> actual[c]).sum();
  }

  /**
   * Returns the top-1 accuracy: the share of all pictures whose predicted class is their actual
   * class.
   */
  public Proportion accuracy() {
    return new Proportion(IntStream.range(0, classes).mapToLong(c -> right[c]).sum(), total());
  }

  /**
   * Returns the recall of a class, which is also called the class's accuracy: the share of its
   * pictures that are predicted as the class.
   */
  public Proportion accuracy(int ofClass) {
    return new Proportion(right[ofClass], actual[ofClass]);
  }

  /**
   * Returns the precision of a class: the share of the pictures predicted as the class that belong
   * to it.
   */
  public Proportion precision(int ofClass) {
    return new Proportion(right[ofClass], predicted[ofClass]);
  }

  /**
   * Returns precision, recall and F1 of one class against all others. With two classes these are
   * the binary scores whose positive class is the given one.
   */
  public Scores binary(int positive) {
    return Scores.of(right[positive], predicted[positive], actual[positive]);
  }

  /**
   * Returns the macro average: the unweighted mean of the classes' scores. As in scikit-learn, the
   * mean excludes classes that neither occur nor are predicted.
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

  /**
   * Returns the micro average: the scores of all pooled decisions. With one label for each picture
   * all three scores equal the accuracy.
   */
  public Scores micro() {
    long hits = IntStream.range(0, classes).mapToLong(c -> right[c]).sum();
    long called = IntStream.range(0, classes).mapToLong(c -> predicted[c]).sum();
    return Scores.of(hits, called, total());
  }

  /**
   * Computes a 95 % interval by the percentile bootstrap, for scores without a closed form, such as
   * F1. Each sample draws {@link #total} pictures with replacement; the interval spans the middle
   * 95 % of the samples' scores. The interval depends on the counts and the seed only.
   *
   * @param statistic the score of a sample
   * @param samples number of samples, at least 40; 1000 is usual
   * @param seed seed of the random draws; the same seed gives the same interval
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

  /** Returns the cell of each picture, as an index into the keys. */
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
