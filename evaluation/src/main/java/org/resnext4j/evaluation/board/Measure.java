package org.resnext4j.evaluation.board;

import java.util.Optional;
import org.resnext4j.vision.metrics.Interval;
import org.resnext4j.vision.metrics.Proportion;

/**
 * A value that was measured.
 *
 * @param metric its name, such as {@code top-1 accuracy}
 * @param unit {@code %} for shares; empty for plain numbers
 * @param value the value, in that unit
 * @param interval its 95 % interval, in that unit, where there is one
 * @param pictures how many pictures it is of
 */
public record Measure(
    String metric, String unit, double value, Optional<Interval> interval, long pictures) {

  /** A share, in percent, with Wilson's interval. */
  public static Measure of(String metric, Proportion share) {
    return new Measure(
        metric, "%", 100 * share.value(), Optional.of(share.interval().times(100)), share.whole());
  }
}
