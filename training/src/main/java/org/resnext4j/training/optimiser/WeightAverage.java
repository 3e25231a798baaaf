package org.resnext4j.training.optimiser;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import org.resnext4j.engine.tensor.FlatTensors;
import org.resnext4j.engine.tensor.Tensor;

/**
 * An exponential moving average (EMA) of weights and running statistics: {@code average = decay ·
 * average + (1 - decay) · weight}. An update is one pass over flat arrays.
 *
 * <p>The decay of update t is at most {@code (1 + t) / (10 + t)}, so the random first weights soon
 * lose their influence.
 *
 * {@snippet :
 * List<FlatTensors> live = List.of(training.parameters(), training.runningStatistics());
 * WeightAverage average = new WeightAverage(0.999, live, training.weights().tensors(), 0);
 * // … after a step …
 * average.update();
 * }
 */
public final class WeightAverage {

  private final double decay;
  private final List<FlatTensors> live;
  private final List<FlatTensors> averages;
  private long updates;

  /**
   * An average with given first values.
   *
   * @param decay share of the average that an update keeps, below 1
   * @param live the live weights, which each update reads
   * @param start first averages by name, copied
   * @param updates number of updates that the averages have seen, 0 at the start of a training
   */
  public WeightAverage(
      double decay, List<FlatTensors> live, Map<String, Tensor> start, long updates) {
    this.decay = decay;
    this.live = List.copyOf(live);
    this.averages = this.live.stream().map(weights -> copy(weights, start)).toList();
    this.updates = updates;
  }

  private static FlatTensors copy(FlatTensors weights, Map<String, Tensor> start) {
    SequencedMap<String, List<Integer>> shapes = new LinkedHashMap<>();
    weights.slices().forEach((name, slice) -> shapes.put(name, slice.shape()));
    FlatTensors copy = FlatTensors.zeros(shapes);
    shapes.keySet().forEach(name -> copy.set(name, start.get(name)));
    return copy;
  }

  /** Updates the averages with the present weights. */
  public void update() {
    updates++;
    float keep = (float) Math.min(decay, (1.0 + updates) / (10.0 + updates));
    for (int i = 0; i < live.size(); i++) {
      blend(averages.get(i).values(), live.get(i).values(), keep);
    }
  }

  /** The live averages, in the layouts of the weights. */
  public List<FlatTensors> values() {
    return averages;
  }

  private static void blend(float[] average, float[] now, float keep) {
    for (int i = 0; i < average.length; i++) {
      average[i] += (1 - keep) * (now[i] - average[i]);
    }
  }
}
