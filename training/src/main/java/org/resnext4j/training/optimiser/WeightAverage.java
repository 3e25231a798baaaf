package org.resnext4j.training.optimiser;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SequencedMap;
import org.resnext4j.engine.tensor.Tensor;

/**
 * An exponential moving average of weights, running statistics included: {@code average = decay ·
 * average + (1 - decay) · weight}.
 *
 * <p>The decay of update t is at most {@code (1 + t) / (10 + t)}, so that the first weights, which
 * know nothing, are soon forgotten.
 */
public final class WeightAverage {

  private final double decay;
  private final SequencedMap<String, Tensor> average;
  private long updates;

  /**
   * An average that starts at the values given, which are copied.
   *
   * @param decay share of the average that an update keeps, below 1
   * @param start values by name
   * @param updates updates that the values have seen, 0 at the start of a training
   */
  public WeightAverage(double decay, Map<String, Tensor> start, long updates) {
    this.decay = decay;
    this.average = new LinkedHashMap<>();
    start.forEach((name, tensor) -> average.put(name, tensor.copy()));
    this.updates = updates;
  }

  /** Takes the weights of now into the average. */
  public void update(Map<String, Tensor> weights) {
    updates++;
    float keep = (float) Math.min(decay, (1.0 + updates) / (10.0 + updates));
    average.forEach((name, tensor) -> blend(tensor.values(), weights.get(name).values(), keep));
  }

  /** The average by name, live. */
  public SequencedMap<String, Tensor> values() {
    return average;
  }

  private static void blend(float[] average, float[] now, float keep) {
    for (int i = 0; i < average.length; i++) {
      average[i] += (1 - keep) * (now[i] - average[i]);
    }
  }
}
