package org.resnext4j.engine.tensor;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.function.Predicate;
import org.resnext4j.engine.graph.Graph;

/**
 * The values of a network in training. Parameters, running statistics and gradients each have one
 * flat array in the graph's order.
 *
 * @param graph the network
 * @param parameters all trainable parameters, including the frozen ones
 * @param runningStatistics running means and variances of all batch norms
 * @param gradients the gradients of all parameters that are not frozen; zeros at first
 */
public record TrainingTensors(
    Graph graph, FlatTensors parameters, FlatTensors runningStatistics, FlatTensors gradients) {

  /**
   * The values at the start of training.
   *
   * @param initial the values of parameters and running statistics, which are copied
   * @param frozen whether the parameter of a full name gets no gradient
   * @throws ArithmeticException if the parameters do not fit one array (2³¹ values)
   */
  public static TrainingTensors of(Graph graph, Weights initial, Predicate<String> frozen) {
    SequencedMap<String, List<Integer>> trainable = new LinkedHashMap<>();
    SequencedMap<String, List<Integer>> statistics = new LinkedHashMap<>();
    SequencedMap<String, List<Integer>> unfrozen = new LinkedHashMap<>();
    graph
        .parameters()
        .forEach((name, parameter) -> {
          (parameter.role().isTrainable() ? trainable : statistics).put(name, parameter.shape());
          if (parameter.role().isTrainable() && !frozen.test(name)) {
            unfrozen.put(name, parameter.shape());
          }
        });
    FlatTensors parameters = FlatTensors.zeros(trainable);
    FlatTensors running = FlatTensors.zeros(statistics);
    trainable.keySet().forEach(name -> parameters.set(name, initial.get(name)));
    statistics.keySet().forEach(name -> running.set(name, initial.get(name)));
    return new TrainingTensors(graph, parameters, running, FlatTensors.zeros(unfrozen));
  }

  /**
   * A copy of the parameters and the running statistics, for a checkpoint or an inference model.
   */
  public Weights weights() {
    Map<String, Tensor> all = new LinkedHashMap<>();
    parameters.slices().keySet().forEach(name -> all.put(name, parameters.get(name)));
    runningStatistics.slices().keySet().forEach(name -> all.put(name, runningStatistics.get(name)));
    return Weights.of(graph, all);
  }
}
