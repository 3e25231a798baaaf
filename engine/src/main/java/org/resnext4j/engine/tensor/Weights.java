package org.resnext4j.engine.tensor;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.Set;
import java.util.function.Supplier;
import org.resnext4j.engine.graph.Graph;
import org.resnext4j.engine.graph.Parameter;

/**
 * The values of all parameters of a graph, by full name. Every parameter has a tensor of its shape.
 */
public final class Weights {

  private final SequencedMap<String, Tensor> tensors;

  private Weights(SequencedMap<String, Tensor> tensors) {
    this.tensors = tensors;
  }

  /**
   * Checks the weights of a graph: every parameter has a tensor of its shape, and there is no other
   * tensor. PyTorch's step counters ({@code num_batches_tracked}) are ignored.
   *
   * @throws IllegalArgumentException if tensors are missing, unexpected or of another shape; the
   *     message lists all of them
   */
  public static Weights of(Graph graph, Map<String, Tensor> tensors) {
    List<String> problems = new ArrayList<>();
    SequencedMap<String, Tensor> found = new LinkedHashMap<>();
    Set<Map.Entry<String, Parameter>> expected = graph.parameters().entrySet();
    for (Map.Entry<String, Parameter> entry : expected) {
      Tensor tensor = tensors.get(entry.getKey());
      if (tensor == null) {
        problems.add("missing: %s %s".formatted(entry.getKey(), entry.getValue().shape()));
      } else if (!tensor.shape().equals(entry.getValue().shape())) {
        problems.add(
            "%s: expected shape %s, found %s"
                .formatted(entry.getKey(), entry.getValue().shape(), tensor.shape()));
      } else {
        found.put(entry.getKey(), tensor);
      }
    }
    for (Map.Entry<String, Tensor> entry : tensors.entrySet()) {
      String name = entry.getKey();
      if (!graph.parameters().containsKey(name) && !name.endsWith("num_batches_tracked")) {
        problems.add("unexpected: %s %s".formatted(name, entry.getValue().shape()));
      }
    }
    if (!problems.isEmpty()) {
      throw new IllegalArgumentException(
          "the weights do not fit the network:\n  " + String.join("\n  ", problems));
    }
    return new Weights(Collections.unmodifiableSequencedMap(found));
  }

  /**
   * A view of weights in flat arrays, such as the arrays of a training. Each read copies a tensor
   * with the current values.
   *
   * {@snippet :
   * Weights now =
   *     Weights.view(graph, List.of(training.parameters(), training.runningStatistics()));
   * }
   *
   * @param arrays the flat arrays, which together hold each parameter of the graph once
   * @throws IllegalArgumentException if no array holds a parameter, or if a parameter has another
   *     shape; the message names it
   */
  public static Weights view(Graph graph, List<FlatTensors> arrays) {
    SequencedMap<String, Supplier<Tensor>> sources = new LinkedHashMap<>();
    graph
        .parameters()
        .forEach((name, parameter) -> {
          FlatTensors array =
              arrays.stream()
                  .filter(one -> one.contains(name))
                  .findFirst()
                  .orElseThrow(
                      () -> new IllegalArgumentException("no array holds the parameter " + name));
          if (!array.slice(name).shape().equals(parameter.shape())) {
            throw new IllegalArgumentException(
                "%s: expected shape %s, found %s"
                    .formatted(name, parameter.shape(), array.slice(name).shape()));
          }
          sources.put(name, () -> array.get(name));
        });
    return new Weights(new TensorView(sources));
  }

  /**
   * The tensor with a full name, such as {@code layer1.0.conv2.weight}.
   *
   * @throws IllegalArgumentException if no tensor has the name
   */
  public Tensor get(String name) {
    Tensor tensor = tensors.get(name);
    if (tensor == null) {
      throw new IllegalArgumentException("there is no weight named '" + name + "'");
    }
    return tensor;
  }

  /** All tensors by full name, in the graph's order. */
  public SequencedMap<String, Tensor> tensors() {
    return tensors;
  }
}
