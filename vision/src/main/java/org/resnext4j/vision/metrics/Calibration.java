package org.resnext4j.vision.metrics;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/**
 * Whether a classifier is as often right as it says: its answers are put into bins of equal width
 * by their confidence, and in each bin the mean confidence is held against the share that was right
 * (Guo et al., "On Calibration of Modern Neural Networks", ICML 2017). Not thread-safe.
 *
 * <p>The interval of the expected calibration error is bootstrapped while the pictures pass by:
 * each of a fixed number of samples takes each picture a Poisson-distributed number of times.
 */
public final class Calibration {

  private static final int SAMPLES = 200;
  private static final long SEED = 0x5eedL;

  private final int bins;
  private final long[] pictures;
  private final long[] right;
  private final double[] confidence;
  // Per sample and bin: the pictures drawn, and the sum of (confidence - right) over them.
  private final double[][] drawn;
  private final double[][] gap;
  private final Random random = new Random(SEED);

  /**
   * A bin of the reliability diagram.
   *
   * @param low confidence above which answers fall into it
   * @param high confidence up to which they do
   * @param accuracy the share of them that was right
   * @param confidence their mean confidence; NaN where there are none
   */
  public record Bin(double low, double high, Proportion accuracy, double confidence) {}

  /**
   * No answers yet.
   *
   * @param bins number of bins, at least 1; 15 is usual
   */
  public Calibration(int bins) {
    if (bins < 1) {
      throw new IllegalArgumentException("calibration needs at least 1 bin, but was given " + bins);
    }
    this.bins = bins;
    pictures = new long[bins];
    right = new long[bins];
    confidence = new double[bins];
    drawn = new double[SAMPLES][bins];
    gap = new double[SAMPLES][bins];
  }

  /**
   * Counts one answer.
   *
   * @param probability the one given to the answer, from 0 to 1
   * @param correct whether the answer was right
   */
  public void add(double probability, boolean correct) {
    if (!(probability >= 0 && probability <= 1)) {
      throw new IllegalArgumentException(
          "a confidence must be from 0 to 1, but was " + probability);
    }
    int bin = Math.clamp((int) Math.ceil(probability * bins) - 1, 0, bins - 1);
    pictures[bin]++;
    confidence[bin] += probability;
    if (correct) {
      right[bin]++;
    }
    double difference = probability - (correct ? 1 : 0);
    for (int sample = 0; sample < SAMPLES; sample++) {
      int times = poisson();
      drawn[sample][bin] += times;
      gap[sample][bin] += times * difference;
    }
  }

  /** The mean gap between confidence and accuracy, each bin weighted by its pictures. */
  public double expectedError() {
    double sum = 0;
    for (int bin = 0; bin < bins; bin++) {
      sum += Math.abs(confidence[bin] - right[bin]);
    }
    return sum / Arrays.stream(pictures).sum();
  }

  /** A bootstrapped 95 % interval of {@link #expectedError()}. */
  public Interval interval() {
    double[] values = new double[SAMPLES];
    for (int sample = 0; sample < SAMPLES; sample++) {
      values[sample] =
          Arrays.stream(gap[sample]).map(Math::abs).sum() / Arrays.stream(drawn[sample]).sum();
    }
    return Percentiles.interval(values);
  }

  /** The bins of the reliability diagram, from the least confident to the most. */
  public List<Bin> bins() {
    List<Bin> result = new ArrayList<>();
    for (int bin = 0; bin < bins; bin++) {
      result.add(
          new Bin(
              (double) bin / bins,
              (double) (bin + 1) / bins,
              new Proportion(right[bin], pictures[bin]),
              confidence[bin] / pictures[bin]));
    }
    return List.copyOf(result);
  }

  /** A draw from the Poisson distribution of mean 1 (Knuth's method). */
  private int poisson() {
    int times = -1;
    double product = 1;
    do {
      product *= random.nextDouble();
      times++;
    } while (product > 1 / Math.E);
    return times;
  }
}
