package org.resnext4j.engine.reference;

import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Objects;
import java.util.SequencedMap;
import java.util.Set;
import java.util.function.IntToDoubleFunction;
import java.util.stream.IntStream;
import org.resnext4j.engine.graph.Graph;
import org.resnext4j.engine.graph.Node;
import org.resnext4j.engine.graph.Op;
import org.resnext4j.engine.graph.Shape;
import org.resnext4j.engine.tensor.Weights;

/**
 * Runs a graph in evaluation mode by plain loops in float64. Each operation is computed by its
 * definition; no operations are fused, folded or reordered. The rows of a convolution's output run
 * in parallel, which changes no bit.
 *
 * {@snippet :
 * Activation logits = new ReferenceExecutor(graph, weights).run(Activation.of(shape, pixels));
 * }
 */
public final class ReferenceExecutor {

  private final Graph graph;
  private final Definitions.Layers layers;

  /** An executor of a graph with its weights, which are not copied. */
  public ReferenceExecutor(Graph graph, Weights weights) {
    this.graph = graph;
    this.layers = new EvaluationLayers(weights);
  }

  /**
   * Computes the network's only output.
   *
   * @param images {@code [batch, height, width, channels]}
   * @throws org.resnext4j.engine.graph.ShapeException if the network cannot take the images
   * @throws IllegalStateException if the network has several outputs
   */
  public Activation run(Activation images) {
    Node output = graph.output();
    return run(images, Set.of(output)).get(output.name());
  }

  /**
   * Computes the outputs of some nodes; returns them by the nodes' names.
   *
   * @param images {@code [batch, height, width, channels]}
   * @param wanted the nodes
   */
  public SequencedMap<String, Activation> run(Activation images, Set<Node> wanted) {
    Activation[] outputs = new Activation[graph.nodes().size()];
    int[] readersLeft = new int[outputs.length];
    for (Node node : graph.nodes()) {
      readersLeft[node.index()] = graph.consumers(node).size();
      outputs[node.index()] = compute(node, images, outputs);
      for (int input : node.inputs()) {
        if (--readersLeft[input] == 0 && !wanted.contains(graph.node(input))) {
          outputs[input] = null; // No later node reads this output.
        }
      }
    }
    SequencedMap<String, Activation> byName = new LinkedHashMap<>();
    wanted.stream()
        .sorted(Comparator.comparingInt(Node::index))
        .forEach(node -> byName.put(node.name(), outputs[node.index()]));
    return byName;
  }

  /** Computes the outputs of all nodes; returns them by the nodes' names. */
  public SequencedMap<String, Activation> runAll(Activation images) {
    return run(images, Set.copyOf(graph.nodes()));
  }

  private Activation compute(Node node, Activation images, Activation[] outputs) {
    List<Activation> inputs =
        node.op() instanceof Op.Input
            ? List.of(images)
            : node.inputs().stream().map(i -> Objects.requireNonNull(outputs[i])).toList();
    return Definitions.compute(node, inputs, layers);
  }

  /** The layers in evaluation mode. */
  private record EvaluationLayers(Weights weights) implements Definitions.Layers {

    private float[] values(Node node, String parameter) {
      return weights.get(node.parameterName(parameter)).values();
    }

    @Override
    public void convolve(Node node, Op.Conv2d op, Activation in, Activation out) {
      float[] weight = values(node, "weight");
      float[] bias = op.bias() ? values(node, "bias") : new float[op.outputChannels()];
      int inGroup = op.inputChannelsPerGroup();
      int outGroup = op.outputChannelsPerGroup();
      int kernel = op.kernel();
      Shape shape = out.shape();
      IntStream.range(0, shape.batch() * shape.height())
          .parallel()
          .forEach(row -> {
            int picture = row / shape.height();
            int y = row % shape.height();
            for (int x = 0; x < shape.width(); x++) {
              for (int o = 0; o < op.outputChannels(); o++) {
                int firstInput = o / outGroup * inGroup;
                double sum = bias[o];
                for (int dy = 0; dy < kernel; dy++) {
                  for (int dx = 0; dx < kernel; dx++) {
                    int inY = y * op.stride() - op.padding() + dy * op.dilation();
                    int inX = x * op.stride() - op.padding() + dx * op.dilation();
                    if (!in.contains(inY, inX)) {
                      continue;
                    }
                    int at = in.index(picture, inY, inX, firstInput);
                    int filter = (o * inGroup * kernel + dy) * kernel + dx;
                    for (int i = 0; i < inGroup; i++) {
                      sum += in.values()[at + i] * weight[filter + i * kernel * kernel];
                    }
                  }
                }
                out.values()[out.index(picture, y, x, o)] = sum;
              }
            }
          });
    }

    @Override
    public void normalise(Node node, Op.BatchNorm op, Activation in, Activation out) {
      float[] scale = values(node, "weight");
      float[] shift = values(node, "bias");
      float[] mean = values(node, "running_mean");
      float[] variance = values(node, "running_var");
      for (int i = 0; i < in.values().length; i++) {
        int c = i % op.channels();
        double normal = (in.values()[i] - mean[c]) / Math.sqrt(variance[c] + op.epsilon());
        out.values()[i] = normal * scale[c] + shift[c];
      }
    }

    @Override
    public IntToDoubleFunction channelWeights(Node node) {
      float[] weight = values(node, "weight");
      return tap -> weight[tap];
    }
  }
}
