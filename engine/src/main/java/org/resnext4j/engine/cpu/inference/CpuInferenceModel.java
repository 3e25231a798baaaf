package org.resnext4j.engine.cpu.inference;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.resnext4j.engine.InferenceOptions;
import org.resnext4j.engine.cpu.inference.Layer.Value;
import org.resnext4j.engine.cpu.kernel.Kernels;
import org.resnext4j.engine.cpu.parallel.WorkerPool;
import org.resnext4j.engine.graph.Graph;
import org.resnext4j.engine.graph.Node;
import org.resnext4j.engine.graph.Shape;
import org.resnext4j.engine.tensor.Weights;

/**
 * A network compiled for inference on this processor: batch norms folded, additions and ReLUs fused
 * into the convolutions before them, weights packed for the kernels. Immutable; shared by any
 * number of threads and plans. It keeps its own copy of the weights, so those it was made from may
 * be dropped.
 */
public final class CpuInferenceModel {

  /** Floats of a layer that are still in the cache when the next reads them: four megabytes. */
  private static final long CACHED_FLOATS = 1 << 20;

  private final Graph graph;
  private final Kernels kernels;
  private final List<Layer> layers;
  private final float[] packed;
  private final Map<String, Value> readable;

  private CpuInferenceModel(
      Graph graph, Kernels kernels, InferenceCompiler.Result result, InferenceOptions options) {
    this.graph = graph;
    this.kernels = kernels;
    this.layers = result.layers();
    this.packed = result.packed();
    Map<String, Value> values = new HashMap<>();
    for (String name : options.keptOutputs()) {
      values.put(name, result.values().get(graph.node(name).index()));
    }
    values.put(graph.output().name(), result.values().get(graph.output().index()));
    this.readable = Map.copyOf(values);
  }

  /** Compiles a network with the default options. */
  public static CpuInferenceModel compile(Graph graph, Weights weights) {
    return compile(graph, weights, InferenceOptions.defaults());
  }

  /**
   * Compiles a network.
   *
   * @throws IllegalArgumentException if an output to keep is no node of the graph
   * @throws ArithmeticException if the weights are too large for one array (2³¹ values)
   */
  public static CpuInferenceModel compile(Graph graph, Weights weights, InferenceOptions options) {
    return compile(graph, weights, options, Kernels.best());
  }

  static CpuInferenceModel compile(
      Graph graph, Weights weights, InferenceOptions options, Kernels kernels) {
    return new CpuInferenceModel(
        graph, kernels, InferenceCompiler.compile(graph, weights, options, kernels), options);
  }

  /**
   * Prepares runs for one input shape. Cheap: the packed weights are shared by all plans.
   *
   * @param input {@code [batch, height, width, channels]}
   * @param pool whose threads do the work; not closed with the plan
   * @throws org.resnext4j.engine.graph.ShapeException if the network cannot take the shape
   * @throws IllegalArgumentException if the activations would not fit one array
   */
  public CpuInferencePlan plan(Shape input, WorkerPool pool) {
    List<Shape> shapes = graph.shapes(input);
    int together = together(shapes, pool.threads());
    List<Shape> atOnce = shapes.stream().map(s -> s.withBatch(together)).toList();
    try {
      Math.toIntExact(input.elements()); // The caller's pictures come in one array.
      MemoryPlan memory = new MemoryPlan(layers, atOnce, List.copyOf(readable.values()));
      return new CpuInferencePlan(this, shapes, together, memory, pool);
    } catch (ArithmeticException e) {
      throw new IllegalArgumentException(
          "the activations of an input of %s do not fit one array; use a smaller batch"
              .formatted(input),
          e);
    }
  }

  /**
   * Pictures that go through the network together: as many as the cache holds the widest layer of,
   * for reading weights again costs less than reading activations from memory.
   */
  private static int together(List<Shape> shapes, int threads) {
    int batch = shapes.getFirst().batch();
    long largest = shapes.stream().mapToLong(s -> s.elements() / batch).max().orElse(1);
    int most = Math.toIntExact(Math.clamp(threads * CACHED_FLOATS / largest, 1, batch));
    while (batch % most != 0) {
      most--;
    }
    return most;
  }

  /** The network. */
  public Graph graph() {
    return graph;
  }

  Kernels kernels() {
    return kernels;
  }

  List<Layer> layers() {
    return layers;
  }

  float[] packed() {
    return packed;
  }

  /** The nodes whose outputs can be read after a run. */
  Set<String> readable() {
    return readable.keySet();
  }

  /**
   * The value that holds a node's output after a run.
   *
   * @throws IllegalArgumentException if the output is not kept
   */
  Value readable(String name) {
    Value value = readable.get(name);
    if (value == null) {
      Node node = graph.node(name);
      throw new IllegalArgumentException(
          "the output of '%s' is not kept; name it in InferenceOptions.keptOutputs"
              .formatted(node.name()));
    }
    return value;
  }
}
