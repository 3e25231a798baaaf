package org.resnext4j.benchmarks;

import java.util.List;
import java.util.stream.IntStream;

/**
 * The times of a picture, in milliseconds.
 *
 * @param decode time of decoding the file's bytes to samples
 * @param both time of decoding and resizing
 */
record PictureTimes(double decode, double both) {

  /**
   * The medians of alternating measurements in nanoseconds: decoding, then decoding and resizing.
   */
  static PictureTimes medians(List<Long> nanos) {
    return new PictureTimes(every(nanos, 0), every(nanos, 1));
  }

  /** The medians over some rounds. */
  static PictureTimes of(List<PictureTimes> rounds) {
    return new PictureTimes(
        Comparison.median(rounds.stream().map(PictureTimes::decode).toList()),
        Comparison.median(rounds.stream().map(PictureTimes::both).toList()));
  }

  private static double every(List<Long> nanos, int from) {
    return Comparison.median(
        IntStream.iterate(from, i -> i < nanos.size(), i -> i + 2)
            .mapToObj(i -> nanos.get(i) / 1e6)
            .toList());
  }
}
