package org.resnext4j.evaluation.board;

import java.util.Optional;
import org.resnext4j.vision.metrics.Interval;
import org.resnext4j.vision.metrics.Proportion;

/**
 * A measured value.
 *
 * {@snippet :
 * Measure top1 = Measure.of("top-1 accuracy", new Proportion(8704, 10_000)); // 87.04 %
 * }
 *
 * @param metric name of the metric, such as {@code top-1 accuracy}
 * @param unit unit of the value, such as {@code %}; empty for plain numbers
 * @param value the value in its unit
 * @param interval 95 % interval of the value in its unit, if there is one
 * @param pictures number of pictures behind the value
 */
public record Measure(
    String metric, String unit, double value, Optional<Interval> interval, long pictures) {

  /** A proportion in percent with Wilson's interval. */
  public static Measure of(String metric, Proportion share) {
    return new Measure(
        metric, "%", 100 * share.value(), Optional.of(share.interval().times(100)), share.whole());
  }
}
