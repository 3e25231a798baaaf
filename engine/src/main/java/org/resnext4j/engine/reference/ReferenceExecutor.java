package org.resnext4j.engine.reference;

import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Objects;
import java.util.SequencedMap;
import java.util.Set;
import java.util.stream.IntStream;
import org.resnext4j.engine.graph.AttentionOp;
import org.resnext4j.engine.graph.Graph;
import org.resnext4j.engine.graph.Node;
import org.resnext4j.engine.graph.Op;
import org.resnext4j.engine.graph.SeparableFilter;
import org.resnext4j.engine.graph.Shape;
import org.resnext4j.engine.tensor.Weights;

/**
 * Runs a graph in evaluation mode by plain loops in float64: each operation is its definition,
 * nothing is fused, folded or reordered. Pictures and rows of output pixels run in parallel, which
 * changes no bit.
 *
 * {@snippet :
 * Activation logits = new ReferenceExecutor(graph, weights).run(Activation.of(shape, pixels));
 * }
 */
public final class ReferenceExecutor {

  private final Graph graph;
  private final Weights weights;

  /** An executor of a graph with its weights. */
  public ReferenceExecutor(Graph graph, Weights weights) {
    this.graph = graph;
    this.weights = weights;
  }

  /**
   * The network's only output.
   *
   * @param images {@code [batch, height, width, channels]}
   * @throws org.resnext4j.engine.graph.ShapeException if the network cannot take them
   * @throws IllegalStateException if the network has several outputs
   */
  public Activation run(Activation images) {
    Node output = graph.output();
    return run(images, Set.of(output)).get(output.name());
  }

  /**
   * The outputs of some nodes, by the nodes' names.
   *
   * @param images {@code [batch, height, width, channels]}
   * @param wanted nodes of the graph
   */
  public SequencedMap<String, Activation> run(Activation images, Set<Node> wanted) {
    Activation[] outputs = new Activation[graph.nodes().size()];
    int[] readersLeft = new int[outputs.length];
    for (Node node : graph.nodes()) {
      readersLeft[node.index()] = graph.consumers(node).size();
      outputs[node.index()] = compute(node, images, outputs);
      for (int input : node.inputs()) {
        if (--readersLeft[input] == 0 && !wanted.contains(graph.node(input))) {
          outputs[input] = null; // An output without readers left need not be kept.
        }
      }
    }
    SequencedMap<String, Activation> byName = new LinkedHashMap<>();
    wanted.stream()
        .sorted(Comparator.comparingInt(Node::index))
        .forEach(node -> byName.put(node.name(), outputs[node.index()]));
    return byName;
  }

  /** Every node's output, by name. */
  public SequencedMap<String, Activation> runAll(Activation images) {
    Activation[] outputs = new Activation[graph.nodes().size()];
    SequencedMap<String, Activation> byName = new LinkedHashMap<>();
    for (Node node : graph.nodes()) {
      outputs[node.index()] = compute(node, images, outputs);
      byName.put(node.name(), outputs[node.index()]);
    }
    return byName;
  }

  private Activation compute(Node node, Activation images, Activation[] outputs) {
    List<Activation> inputs =
        node.op() instanceof Op.Input
            ? List.of(images)
            : node.inputs().stream().map(i -> Objects.requireNonNull(outputs[i])).toList();
    Shape shape = node.op().infer(inputs.stream().map(Activation::shape).toList());
    Activation first = inputs.getFirst();
    return switch (node.op()) {
      case Op.Input _ -> first;
      case Op.Conv2d convolution -> convolve(node, convolution, first, Activation.zeros(shape));
      case Op.BatchNorm norm -> normalise(node, norm, first, Activation.zeros(shape));
      case Op.Relu _ -> relu(first, Activation.zeros(shape));
      case Op.Add _ -> add(inputs, Activation.zeros(shape));
      case Op.Concat _ -> concatenate(inputs, Activation.zeros(shape));
      case Op.Subsample subsample -> subsample(subsample, first, Activation.zeros(shape));
      case Op.UpsampleNearest _ -> upsample(first, Activation.zeros(shape));
      case Op.MaxPool pool -> maxPool(pool, first, Activation.zeros(shape));
      case Op.GlobalAveragePool _ -> averagePool(first, Activation.zeros(shape));
      case Op.Linear linear ->
          convolve(node, linear.asConvolution(), first, Activation.zeros(shape));
      case Op.Pointwise pointwise -> Definitions.pointwise(pointwise, first);
      case SeparableFilter filter -> Definitions.filter(filter, first, Activation.zeros(shape));
      case AttentionOp.ChannelScale _ -> Definitions.scale(first, inputs.getLast());
      case AttentionOp.ChannelConvolution convolution ->
          Definitions.convolveChannels(
              convolution, weights.get(node.parameterName("weight")).values(), first);
      case AttentionOp.PathSoftmax softmax -> Definitions.softmax(softmax, first);
      case AttentionOp.Slice slice -> Definitions.slice(slice, first, Activation.zeros(shape));
    };
  }

  private Activation convolve(Node node, Op.Conv2d op, Activation in, Activation out) {
    float[] weight = weights.get(node.parameterName("weight")).values();
    float[] bias =
        op.bias()
            ? weights.get(node.parameterName("bias")).values()
            : new float[op.outputChannels()];
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
    return out;
  }

  private Activation normalise(Node node, Op.BatchNorm op, Activation in, Activation out) {
    float[] scale = weights.get(node.parameterName("weight")).values();
    float[] shift = weights.get(node.parameterName("bias")).values();
    float[] mean = weights.get(node.parameterName("running_mean")).values();
    float[] variance = weights.get(node.parameterName("running_var")).values();
    for (int i = 0; i < in.values().length; i++) {
      int c = i % op.channels();
      double normal = (in.values()[i] - mean[c]) / Math.sqrt(variance[c] + op.epsilon());
      out.values()[i] = normal * scale[c] + shift[c];
    }
    return out;
  }

  private static Activation relu(Activation in, Activation out) {
    for (int i = 0; i < in.values().length; i++) {
      out.values()[i] = Math.max(in.values()[i], 0);
    }
    return out;
  }

  private static Activation add(List<Activation> inputs, Activation out) {
    for (Activation in : inputs) {
      for (int i = 0; i < in.values().length; i++) {
        out.values()[i] += in.values()[i];
      }
    }
    return out;
  }

  private static Activation concatenate(List<Activation> inputs, Activation out) {
    int pixels = out.values().length / out.shape().channels();
    int before = 0;
    for (Activation in : inputs) {
      int channels = in.shape().channels();
      for (int pixel = 0; pixel < pixels; pixel++) {
        System.arraycopy(
            in.values(),
            pixel * channels,
            out.values(),
            pixel * out.shape().channels() + before,
            channels);
      }
      before += channels;
    }
    return out;
  }

  private static Activation subsample(Op.Subsample op, Activation in, Activation out) {
    Shape shape = out.shape();
    for (int picture = 0; picture < shape.batch(); picture++) {
      for (int y = 0; y < shape.height(); y++) {
        for (int x = 0; x < shape.width(); x++) {
          System.arraycopy(
              in.values(),
              in.index(picture, y * op.stride(), x * op.stride(), 0),
              out.values(),
              out.index(picture, y, x, op.channelsBefore()),
              in.shape().channels());
        }
      }
    }
    return out;
  }

  private static Activation upsample(Activation in, Activation out) {
    Shape shape = out.shape();
    for (int picture = 0; picture < shape.batch(); picture++) {
      for (int y = 0; y < shape.height(); y++) {
        int fromY = Op.UpsampleNearest.source(y, in.shape().height(), shape.height());
        for (int x = 0; x < shape.width(); x++) {
          int fromX = Op.UpsampleNearest.source(x, in.shape().width(), shape.width());
          System.arraycopy(
              in.values(),
              in.index(picture, fromY, fromX, 0),
              out.values(),
              out.index(picture, y, x, 0),
              shape.channels());
        }
      }
    }
    return out;
  }

  private static Activation maxPool(Op.MaxPool op, Activation in, Activation out) {
    Shape shape = out.shape();
    for (int picture = 0; picture < shape.batch(); picture++) {
      for (int y = 0; y < shape.height(); y++) {
        for (int x = 0; x < shape.width(); x++) {
          for (int c = 0; c < shape.channels(); c++) {
            double largest = Double.NEGATIVE_INFINITY;
            for (int dy = 0; dy < op.kernel(); dy++) {
              for (int dx = 0; dx < op.kernel(); dx++) {
                int inY = y * op.stride() - op.padding() + dy;
                int inX = x * op.stride() - op.padding() + dx;
                if (in.contains(inY, inX)) {
                  largest = Math.max(largest, in.at(picture, inY, inX, c));
                }
              }
            }
            out.values()[out.index(picture, y, x, c)] = largest;
          }
        }
      }
    }
    return out;
  }

  private static Activation averagePool(Activation in, Activation out) {
    Shape shape = in.shape();
    double pixels = (double) shape.height() * shape.width();
    for (int picture = 0; picture < shape.batch(); picture++) {
      for (int y = 0; y < shape.height(); y++) {
        for (int x = 0; x < shape.width(); x++) {
          for (int c = 0; c < shape.channels(); c++) {
            out.values()[out.index(picture, 0, 0, c)] += in.at(picture, y, x, c) / pixels;
          }
        }
      }
    }
    return out;
  }
}
