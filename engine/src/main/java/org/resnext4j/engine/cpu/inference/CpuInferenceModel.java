package org.resnext4j.engine.cpu.inference;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.resnext4j.engine.InferenceModel;
import org.resnext4j.engine.InferenceOptions;
import org.resnext4j.engine.InferencePlan;
import org.resnext4j.engine.cpu.inference.Layer.Value;
import org.resnext4j.engine.cpu.kernel.Kernels;
import org.resnext4j.engine.cpu.parallel.WorkerPool;
import org.resnext4j.engine.graph.Graph;
import org.resnext4j.engine.graph.Node;
import org.resnext4j.engine.graph.Shape;
import org.resnext4j.engine.tensor.Weights;

/**
 * A network that is compiled for inference on this processor. Batch norms are folded into
 * convolutions, additions and ReLUs are fused with the convolutions before them, and weights are
 * packed for the kernels.
 */
public final class CpuInferenceModel implements InferenceModel {

  /** The largest number of floats that stay in the cache between two layers: four megabytes. */
  private static final long CACHED_FLOATS = 1 << 20;

  private final Graph graph;
  private final Kernels kernels;
  private final WorkerPool pool;
  private final List<Layer> layers;
  private final float[] packed;
  private final Map<String, KeptOutput> readable;

  /**
   * An output that can be read after a run.
   *
   * @param node the node that computes it
   * @param value the output in the layout in which it is kept
   */
  record KeptOutput(Node node, Value value) {}

  private CpuInferenceModel(
      Graph graph,
      Kernels kernels,
      WorkerPool pool,
      InferenceCompiler.Result result,
      InferenceOptions options) {
    this.graph = graph;
    this.kernels = kernels;
    this.pool = pool;
    this.layers = result.layers();
    this.packed = result.packed();
    Map<String, Node> nodes = new LinkedHashMap<>();
    options.keptOutputs().forEach(name -> nodes.put(name, graph.node(name)));
    nodes.putAll(graph.outputs());
    Map<String, KeptOutput> outputs = new LinkedHashMap<>();
    nodes.forEach(
        (name, node) -> outputs.put(name, new KeptOutput(node, result.values().get(node.index()))));
    this.readable = Map.copyOf(outputs);
  }

  /**
   * Compiles a network.
   *
   * @param pool the threads; the model does not close the pool
   * @throws IllegalArgumentException if a kept output is no node of the graph
   * @throws ArithmeticException if the weights are too large for one array (2³¹ values)
   */
  public static CpuInferenceModel compile(
      Graph graph, Weights weights, InferenceOptions options, WorkerPool pool) {
    return compile(graph, weights, options, pool, Kernels.best());
  }

  static CpuInferenceModel compile(
      Graph graph, Weights weights, InferenceOptions options, WorkerPool pool, Kernels kernels) {
    return new CpuInferenceModel(
        graph, kernels, pool, InferenceCompiler.compile(graph, weights, options, kernels), options);
  }

  @Override
  public InferencePlan plan(Shape input) {
    return plan(input, new SharedMemory());
  }

  /** A plan that shares the memory of its activations with other plans of the same user. */
  CpuInferencePlan plan(Shape input, SharedMemory shared) {
    List<Shape> shapes = graph.shapes(input);
    int together = together(shapes, pool.threads());
    List<Shape> atOnce = shapes.stream().map(s -> s.withBatch(together)).toList();
    try {
      Math.toIntExact(input.elements()); // The caller passes all pictures in one array.
      List<Value> kept = readable.values().stream().map(KeptOutput::value).distinct().toList();
      MemoryPlan memory = new MemoryPlan(layers, atOnce, kept);
      return new CpuInferencePlan(this, shapes, together, memory, shared);
    } catch (ArithmeticException e) {
      throw new IllegalArgumentException(
          "the activations of an input of %s do not fit one array; use a smaller batch"
              .formatted(input),
          e);
    }
  }

  /**
   * The number of pictures that pass through the network together. The cache holds the widest layer
   * of so many pictures: reading weights again costs less than reading activations from main
   * memory.
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

  @Override
  public Graph graph() {
    return graph;
  }

  /** Does nothing. The garbage collector frees the memory. */
  @Override
  public void close() {}

  WorkerPool pool() {
    return pool;
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

  /** The names of all outputs that can be read after a run. */
  Set<String> readable() {
    return readable.keySet();
  }

  /**
   * An output that can be read after a run.
   *
   * @throws IllegalArgumentException if no output has the name
   */
  KeptOutput readable(String name) {
    KeptOutput output = readable.get(name);
    if (output == null) {
      throw new IllegalArgumentException(
          ("there is no output named '%s' to be read; there are %s, and InferenceOptions.keptOutputs"
                  + " may name further nodes")
              .formatted(name, readable.keySet().stream().sorted().toList()));
    }
    return output;
  }
}
