package org.resnext4j.engine.reference;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import org.resnext4j.engine.Backend;
import org.resnext4j.engine.InferenceModel;
import org.resnext4j.engine.InferenceOptions;
import org.resnext4j.engine.InferencePlan;
import org.resnext4j.engine.TrainingModel;
import org.resnext4j.engine.TrainingOptions;
import org.resnext4j.engine.graph.Graph;
import org.resnext4j.engine.graph.Node;
import org.resnext4j.engine.graph.Shape;
import org.resnext4j.engine.tensor.Weights;

/**
 * The reference executors as a backend. The same test suite runs on this backend and on every other
 * one.
 */
public final class ReferenceBackend implements Backend {

  /** A backend without threads or other resources. */
  public ReferenceBackend() {}

  @Override
  public InferenceModel compile(Graph graph, Weights weights, InferenceOptions options) {
    Map<String, Node> readable = new LinkedHashMap<>();
    options.keptOutputs().forEach(name -> readable.put(name, graph.node(name)));
    readable.putAll(graph.outputs());
    return new Model(graph, new ReferenceExecutor(graph, weights), readable);
  }

  @Override
  public TrainingModel train(Graph graph, Weights weights, TrainingOptions options) {
    return new ReferenceTrainingModel(graph, weights, options);
  }

  @Override
  public int threads() {
    return 1;
  }

  @Override
  public void close() {}

  private record Model(Graph graph, ReferenceExecutor executor, Map<String, Node> readable)
      implements InferenceModel {

    @Override
    public InferencePlan plan(Shape input) {
      graph.shapes(input);
      return new Plan(this, input);
    }

    @Override
    public void close() {}
  }

  private static final class Plan implements InferencePlan {

    private final Model model;
    private final Shape input;
    private final Map<String, Activation> outputs = new LinkedHashMap<>();

    Plan(Model model, Shape input) {
      this.model = model;
      this.input = input;
    }

    @Override
    public Shape inputShape() {
      return input;
    }

    private Node node(String output) {
      Node node = model.readable.get(output);
      if (node == null) {
        throw new IllegalArgumentException(
            "there is no output named '%s'; there are %s"
                .formatted(output, model.readable.keySet()));
      }
      return node;
    }

    @Override
    public Shape outputShape(String output) {
      return model.graph.shapes(input).get(node(output).index());
    }

    @Override
    public void run(float[] pictures) {
      if (pictures.length < input.elements()) {
        throw new IllegalArgumentException(
            "pictures of shape %s need %d values, but the array has %d"
                .formatted(input, input.elements(), pictures.length));
      }
      Set<Node> wanted = new LinkedHashSet<>(model.readable.values());
      float[] values = Arrays.copyOf(pictures, Math.toIntExact(input.elements()));
      outputs.clear();
      outputs.putAll(model.executor.run(Activation.of(input, values), wanted));
    }

    @Override
    public void read(String output, float[] to) {
      Activation activation = outputs.get(node(output).name());
      if (activation == null) {
        throw new IllegalStateException("nothing was run yet");
      }
      double[] values = activation.values();
      if (to.length < values.length) {
        throw new IllegalArgumentException(
            "an output of shape %s needs %d values, but the array has %d"
                .formatted(activation.shape(), values.length, to.length));
      }
      for (int i = 0; i < values.length; i++) {
        to[i] = (float) values[i];
      }
    }

    @Override
    public InferencePlan resized(Shape shape) {
      return model.plan(shape);
    }
  }
}
