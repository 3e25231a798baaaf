package org.resnext4j.vision.metrics;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.LongStream;

/**
 * How well a classifier's confidence matches its accuracy (Guo et al., "On Calibration of Modern
 * Neural Networks", ICML 2017). Answers go into bins of equal width by their confidence; each bin
 * compares its mean confidence with its share of right answers. Not thread-safe.
 *
 * <p>The interval of the expected calibration error is a Poisson bootstrap: each of {@value
 * #SAMPLES} samples takes each picture a Poisson-distributed number of times. The numbers are drawn
 * from the picture's name, not from a running stream, and all sums are exact. So calibrations of
 * parts of a data set {@linkplain #merge merge} to exactly the calibration of the whole.
 */
public final class Calibration implements Serializable {

  private static final long serialVersionUID = 1;

  private static final int SAMPLES = 200;
  private static final long SEED = 0x5eedL;

  /** Units of a gap in 1: whole numbers add exactly, with room for 2³¹ pictures. */
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
   * @param low the bin holds answers of a confidence above this
   * @param high and up to this
   * @param accuracy share of right answers
   * @param confidence mean confidence; NaN if the bin is empty
   */
  public record Bin(double low, double high, Proportion accuracy, double confidence) {}

  /**
   * A calibration of no answers yet.
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
   * @param probability probability of the answer, from 0 to 1
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
   * Adds the answers of another part of the same data set.
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

  /** The mean gap between confidence and accuracy, each bin weighted by its pictures. */
  public double expectedError() {
    double sum = 0;
    for (int bin = 0; bin < bins; bin++) {
      sum += Math.abs(confidence[bin].plus((double) -right[bin]).value());
    }
    return sum / LongStream.of(pictures).sum();
  }

  /** A bootstrapped 95 % interval of {@link #expectedError()}. */
  public Interval interval() {
    double[] values = new double[SAMPLES];
    for (int sample = 0; sample < SAMPLES; sample++) {
      values[sample] = LongStream.of(gap[sample]).map(Math::abs).sum() / UNITS / drawn[sample];
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
              confidence[bin].value() / pictures[bin]));
    }
    return List.copyOf(result);
  }

  /** A 64-bit hash of a name (FNV-1a over its characters). */
  private static long hash(String name) {
    long hash = 0xcbf29ce484222325L;
    for (int i = 0; i < name.length(); i++) {
      hash = (hash ^ name.charAt(i)) * 0x100000001b3L;
    }
    return hash;
  }

  /** A draw from the Poisson distribution of mean 1 (Knuth's method). */
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
