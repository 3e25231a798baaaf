package org.resnext4j.training.run;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SequencedMap;

/**
 * A mean that grows: the sum of some values, and their number.
 *
 * {@snippet :
 * Mean accuracy = Mean.NONE.plus(new Mean(7, 8)).plus(new Mean(5, 8)); // right answers, pictures
 * double share = accuracy.value(); // 0.75
 * }
 *
 * @param sum sum of the values
 * @param count number of the values
 */
public record Mean(double sum, long count) {

  /** The mean of no values; its {@link #value} is not a number. */
  public static final Mean NONE = new Mean(0, 0);

  /** The mean of the values of both. */
  public Mean plus(Mean other) {
    return new Mean(sum + other.sum, count + other.count);
  }

  /** Sum divided by count. */
  public double value() {
    return sum / count;
  }

  /** Means by name, each the mean of the values that both maps have under this name. */
  public static SequencedMap<String, Mean> plus(
      SequencedMap<String, Mean> means, SequencedMap<String, Mean> more) {
    SequencedMap<String, Mean> together = new LinkedHashMap<>(means);
    more.forEach((name, mean) -> together.merge(name, mean, Mean::plus));
    return Collections.unmodifiableSequencedMap(together);
  }

  /** The values of means by name. */
  public static SequencedMap<String, Double> values(SequencedMap<String, Mean> means) {
    SequencedMap<String, Double> values = new LinkedHashMap<>();
    for (Map.Entry<String, Mean> entry : means.entrySet()) {
      values.put(entry.getKey(), entry.getValue().value());
    }
    return values;
  }
}
