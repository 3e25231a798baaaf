package org.resnext4j.vision.metrics;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.LongStream;

/**
 * The expected calibration error and the reliability diagram of a classifier (Guo et al., "On
 * Calibration of Modern Neural Networks", ICML 2017). Bins of equal width divide the predictions by
 * confidence; each bin compares its mean confidence with its accuracy. This class is not
 * thread-safe.
 *
 * <p>A Poisson bootstrap gives the interval of the expected calibration error: each of {@value
 * #SAMPLES} samples takes each picture a Poisson-distributed number of times. The hash of a
 * picture's name seeds these numbers, and all sums are exact. Calibrations of parts of a data set
 * therefore {@linkplain #merge merge} to exactly the calibration of the whole.
 */
public final class Calibration implements Serializable {

  private static final long serialVersionUID = 1;

  private static final int SAMPLES = 200;
  private static final long SEED = 0x5eedL;

  /**
   * The number of units in a gap of 1. Gaps are whole numbers of units: their sums are exact, and a
   * long holds the sum of 2³¹ pictures.
   */
  private static final double UNITS = 1L << 32;

  private final int bins;
  private final long[] pictures;
  private final long[] right;
  private final ExactSum[] confidence;
  private final long[] drawn; // [samples]: pictures drawn
  private final long[][] gap; // [samples, bins]: sum of confidence - right, in units

  /**
   * A bin of the reliability diagram.
   *
   * @param low lower bound of the bin's confidences, exclusive
   * @param high upper bound of the bin's confidences, inclusive
   * @param accuracy share of correct predictions
   * @param confidence mean confidence; NaN if the bin is empty
   */
  public record Bin(double low, double high, Proportion accuracy, double confidence) {}

  /**
   * Creates a calibration without predictions.
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
    confidence = new ExactSum[bins];
    Arrays.fill(confidence, ExactSum.ZERO);
    drawn = new long[SAMPLES];
    gap = new long[SAMPLES][bins];
  }

  /**
   * Counts one prediction.
   *
   * @param picture name of the picture, different for each
   * @param probability probability of the predicted class, from 0 to 1
   * @param correct whether the prediction is correct
   */
  public void add(String picture, double probability, boolean correct) {
    if (!(probability >= 0 && probability <= 1)) {
      throw new IllegalArgumentException(
          "a confidence must be from 0 to 1, but was " + probability);
    }
    int bin = Math.clamp((int) Math.ceil(probability * bins) - 1, 0, bins - 1);
    pictures[bin]++;
    confidence[bin] = confidence[bin].plus(probability);
    if (correct) {
      right[bin]++;
    }
    long difference = Math.round(UNITS * (probability - (correct ? 1 : 0)));
    SplittableRandom random = new SplittableRandom(SEED + hash(picture));
    for (int sample = 0; sample < SAMPLES; sample++) {
      int times = poisson(random);
      drawn[sample] += times;
      gap[sample][bin] += times * difference;
    }
  }

  /**
   * Adds the predictions of another part of the same data set.
   *
   * @throws IllegalArgumentException if the other calibration has another number of bins
   */
  public void merge(Calibration other) {
    if (other.bins != bins) {
      throw new IllegalArgumentException(
          "a calibration of %d bins cannot take the answers of one of %d"
              .formatted(bins, other.bins));
    }
    for (int bin = 0; bin < bins; bin++) {
      pictures[bin] += other.pictures[bin];
      right[bin] += other.right[bin];
      confidence[bin] = confidence[bin].plus(other.confidence[bin]);
    }
    for (int sample = 0; sample < SAMPLES; sample++) {
      drawn[sample] += other.drawn[sample];
      for (int bin = 0; bin < bins; bin++) {
        gap[sample][bin] += other.gap[sample][bin];
      }
    }
  }

  /**
   * Returns the expected calibration error: the mean over the bins of |confidence − accuracy|,
   * weighted by the bins' numbers of pictures.
   */
  public double expectedError() {
    double sum = 0;
    for (int bin = 0; bin < bins; bin++) {
      sum += Math.abs(confidence[bin].plus((double) -right[bin]).value());
    }
    return sum / LongStream.of(pictures).sum();
  }

  /** Returns the 95 % bootstrap interval of {@link #expectedError()}. */
  public Interval interval() {
    double[] values = new double[SAMPLES];
    for (int sample = 0; sample < SAMPLES; sample++) {
      values[sample] = LongStream.of(gap[sample]).map(Math::abs).sum() / UNITS / drawn[sample];
    }
    return Percentiles.interval(values);
  }

  /** Returns the bins of the reliability diagram, in the order of rising confidence. */
  public List<Bin> bins() {
    List<Bin> result = new ArrayList<>();
    for (int bin = 0; bin < bins; bin++) {
      result.add(
          new Bin(
              (double) bin / bins,
              (double) (bin + 1) / bins,
              new Proportion(right[bin], pictures[bin]),
              confidence[bin].value() / pictures[bin]));
    }
    return List.copyOf(result);
  }

  /** Returns a 64-bit hash of a name (FNV-1a over its characters). */
  private static long hash(String name) {
    long hash = 0xcbf29ce484222325L;
    for (int i = 0; i < name.length(); i++) {
      hash = (hash ^ name.charAt(i)) * 0x100000001b3L;
    }
    return hash;
  }

  /** Draws from the Poisson distribution of mean 1 (Knuth's method). */
  private static int poisson(SplittableRandom random) {
    int times = -1;
    double product = 1;
    do {
      product *= random.nextDouble();
      times++;
    } while (product > 1 / Math.E);
    return times;
  }
}
