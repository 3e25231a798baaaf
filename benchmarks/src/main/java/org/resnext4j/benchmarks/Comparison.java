package org.resnext4j.benchmarks;

import java.util.Arrays;
import java.util.List;

/**
 * The result of one workload against one peer. Times are milliseconds per picture. A ratio is the
 * peer's time divided by ours, so a ratio above 1 means that our engine is faster.
 *
 * @param workload the workload
 * @param peer the other runtime
 * @param form the variant of the peer that took part
 * @param ours our median time in each round
 * @param theirs the peer's median time in each round
 * @param difference largest difference of the results, relative to the largest result
 * @param ourFootprint footprint of our process
 * @param theirFootprint footprint of the peer's process
 */
record Comparison(
    Workload workload,
    Contender.Kind peer,
    Contender.Kind form,
    List<Double> ours,
    List<Double> theirs,
    double difference,
    Footprint ourFootprint,
    Footprint theirFootprint) {

  /**
   * The start time and memory of a process.
   *
   * @param firstSeconds seconds from the process's start to its first result, including the reading
   *     of the weights from disk
   * @param peakBytes largest resident set, in bytes
   */
  record Footprint(double firstSeconds, long peakBytes) {}

  double oursMillis() {
    return median(ours);
  }

  double theirMillis() {
    return median(theirs);
  }

  /** The median of the rounds' ratios. */
  double ratio() {
    return median(ratios());
  }

  /** Each round's ratio: the peer's time divided by ours. */
  List<Double> ratios() {
    return java.util.stream.IntStream.range(0, ours.size())
        .mapToObj(i -> theirs.get(i) / ours.get(i))
        .toList();
  }

  static double median(List<Double> values) {
    double[] sorted = values.stream().mapToDouble(Double::doubleValue).sorted().toArray();
    int middle = sorted.length / 2;
    return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
  }

  /** The largest difference of two results, relative to the largest magnitude of either. */
  static double difference(float[] a, float[] b) {
    if (a.length != b.length) {
      return Double.POSITIVE_INFINITY;
    }
    double largest = 0;
    double scale = 0;
    for (int i = 0; i < a.length; i++) {
      largest = Math.max(largest, Math.abs(a[i] - b[i]));
      scale = Math.max(scale, Math.max(Math.abs(a[i]), Math.abs(b[i])));
    }
    return scale == 0 ? largest : largest / scale;
  }

  static double geometricMean(List<Double> values) {
    return Math.exp(
        Arrays.stream(values.stream().mapToDouble(Math::log).toArray()).average().orElse(0));
  }
}
