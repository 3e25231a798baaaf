package org.resnext4j.engine.reference;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.function.IntToDoubleFunction;
import java.util.function.Predicate;
import org.resnext4j.engine.graph.AttentionOp;
import org.resnext4j.engine.graph.Graph;
import org.resnext4j.engine.graph.Node;
import org.resnext4j.engine.graph.Op;
import org.resnext4j.engine.graph.SeparableFilter;
import org.resnext4j.engine.tensor.Weights;

/**
 * The forward and backward pass of training by plain loops in float64. Batch norms normalise by the
 * statistics of the batch, and each operation's gradient is its written-out derivative. The class
 * is slow, and tests compare the engine's training with it.
 *
 * {@snippet :
 * ReferenceGradient reference = new ReferenceGradient(graph, weights);
 * Activation output = reference.forward(Activation.of(shape, pixels));
 * Activation lossGradient = Activation.of(output.shape(), logitGradients);
 * SequencedMap<String, double[]> gradients = reference.backward(lossGradient);
 * }
 */
public final class ReferenceGradient {

  private final Graph graph;
  private final SequencedMap<String, double[]> parameters = new LinkedHashMap<>();
  private final SequencedMap<String, double[]> gradients = new LinkedHashMap<>();
  private final List<Activation> outputs = new ArrayList<>();
  private final List<Activation> outputGradients = new ArrayList<>();

  private final Predicate<String> fixedStatistics;

  /** A reference for a graph with its weights, which are copied. */
  public ReferenceGradient(Graph graph, Weights weights) {
    this(graph, weights, norm -> false);
  }

  /**
   * A reference for a graph with its weights, which are copied.
   *
   * @param fixedStatistics whether the batch norm of a node's name normalises by its running
   *     statistics
   */
  public ReferenceGradient(Graph graph, Weights weights, Predicate<String> fixedStatistics) {
    this.graph = graph;
    this.fixedStatistics = fixedStatistics;
    weights
        .tensors()
        .forEach((name, tensor) -> {
          double[] wide = new double[tensor.values().length];
          Arrays.setAll(wide, i -> tensor.values()[i]);
          parameters.put(name, wide);
        });
  }

  /**
   * The parameters and the running statistics. A caller may write to the arrays; the next {@link
   * #forward} reads them.
   */
  public SequencedMap<String, double[]> parameters() {
    return Collections.unmodifiableSequencedMap(parameters);
  }

  /**
   * Computes all outputs in training mode and returns the first one. Running statistics do not
   * change.
   *
   * @param images {@code [batch, height, width, channels]}
   */
  public Activation forward(Activation images) {
    outputs.clear();
    for (Node node : graph.nodes()) {
      List<Activation> inputs =
          node.op() instanceof Op.Input
              ? List.of(images)
              : node.inputs().stream().map(outputs::get).toList();
      outputs.add(Definitions.compute(node, inputs, new TrainingLayers()));
    }
    return outputs.get(graph.outputs().firstEntry().getValue().index());
  }

  /**
   * Updates the running statistics with the statistics of the last {@link #forward}'s batch, except
   * fixed ones.
   *
   * @param momentum weight of the batch
   */
  public void updateRunningStatistics(double momentum) {
    for (Node node : graph.nodes()) {
      if (node.op() instanceof Op.BatchNorm op && !fixedStatistics.test(node.name())) {
        double[] x = outputs.get(node.inputs().getFirst()).values();
        double[] means = parameter(node, "running_mean");
        double[] variances = parameter(node, "running_var");
        for (int c = 0; c < op.channels(); c++) {
          Statistics batch = Statistics.of(x, c, op);
          double unbiased = batch.variance() * batch.count() / (batch.count() - 1);
          means[c] = (1 - momentum) * means[c] + momentum * batch.mean();
          variances[c] = (1 - momentum) * variances[c] + momentum * unbiased;
        }
      }
    }
  }

  /** An output of the last {@link #forward}. */
  public Activation output(String name) {
    return outputs.get(graph.output(name).index());
  }

  /**
   * Computes the gradients of all trainable parameters, by full name in PyTorch's layout.
   *
   * @param gradient gradient of the loss by the last {@link #forward}'s only output
   */
  public SequencedMap<String, double[]> backward(Activation gradient) {
    return backward(Map.of(graph.outputs().firstEntry().getKey(), gradient));
  }

  /**
   * Computes the gradients from the gradients of several outputs.
   *
   * @param gradientOf gradient of the loss by each output, by name; an absent gradient is zero
   */
  public SequencedMap<String, double[]> backward(Map<String, Activation> gradientOf) {
    gradients.clear();
    graph
        .parameters()
        .forEach((name, parameter) -> {
          if (parameter.role().isTrainable()) {
            gradients.put(name, new double[parameters.get(name).length]);
          }
        });
    outputGradients.clear();
    outputs.forEach(output -> outputGradients.add(Activation.zeros(output.shape())));
    gradientOf.forEach((name, gradient) ->
        Definitions.add(
            gradient.values(), outputGradients.get(graph.output(name).index()).values()));
    for (Node node : graph.nodes().reversed()) {
      differentiate(
          node,
          node.inputs().stream().map(outputs::get).toList(),
          outputs.get(node.index()),
          outputGradients.get(node.index()),
          node.inputs().stream().map(outputGradients::get).toList());
    }
    return Collections.unmodifiableSequencedMap(gradients);
  }

  /** The gradient of the images from the last {@link #backward}. */
  public Activation inputGradient() {
    return outputGradients.getFirst();
  }

  private double[] parameter(Node node, String name) {
    return parameters.get(node.parameterName(name));
  }

  private double[] gradient(Node node, String name) {
    return gradients.get(node.parameterName(name));
  }

  private void differentiate(
      Node node,
      List<Activation> inputs,
      Activation out,
      Activation outGradient,
      List<Activation> inputGradients) {
    double[] dy = outGradient.values();
    if (node.op() instanceof Op.Input) {
      return;
    }
    Activation in = inputs.getFirst();
    double[] x = in.values();
    double[] dx = inputGradients.getFirst().values();
    switch (node.op()) {
      case Op.Input _ -> {}
      case Op.Conv2d op -> differentiateConvolution(node, op, in, out, dy, dx);
      case Op.BatchNorm op -> {
        double[] weight = parameter(node, "weight");
        addColumns(dy, gradient(node, "bias"));
        for (int c = 0; c < op.channels(); c++) {
          Statistics statistics = statistics(node, op, x, c);
          double product = 0;
          double sum = 0;
          for (int i = c; i < x.length; i += op.channels()) {
            product += dy[i] * statistics.normal(x[i]);
            sum += dy[i];
          }
          gradient(node, "weight")[c] += product;
          for (int i = c; i < x.length; i += op.channels()) {
            double centred =
                fixedStatistics.test(node.name())
                    ? dy[i]
                    : dy[i]
                        - sum / statistics.count()
                        - statistics.normal(x[i]) * product / statistics.count();
            dx[i] += weight[c] * statistics.inverseDeviation() * centred;
          }
        }
      }
      case Op.Relu _ -> {
        for (int i = 0; i < x.length; i++) {
          dx[i] += x[i] > 0 ? dy[i] : 0;
        }
      }
      case Op.Add _ -> inputGradients.forEach(term -> Definitions.add(dy, term.values()));
      case Op.Concat _ ->
          Connections.concatenation(
              inputs, out, (part, from, to) -> inputGradients.get(part).values()[from] += dy[to]);
      case Op.Subsample op ->
          Connections.subsampling(op, in, out, (from, to) -> dx[from] += dy[to]);
      case Op.UpsampleNearest _ ->
          Connections.upsampling(in, out, (from, to) -> dx[from] += dy[to]);
      case Op.MaxPool op -> Connections.maximum(op, in, out, (from, to) -> dx[from] += dy[to]);
      case Op.GlobalAveragePool _ ->
          Connections.pooling(in, (from, to) -> dx[from] += dy[to] / Definitions.pixels(in));
      case Op.Linear op -> differentiateConvolution(node, op.asConvolution(), in, out, dy, dx);
      case Op.Pointwise op -> {
        for (int i = 0; i < x.length; i++) {
          dx[i] += op.function().derivative(x[i]) * dy[i];
        }
      }
      case SeparableFilter op ->
          Connections.filter(op, in, out, (from, to, w) -> dx[from] += w * dy[to]);
      case AttentionOp.ChannelScale _ -> {
        double[] gates = inputs.getLast().values();
        double[] gateGradient = inputGradients.getLast().values();
        for (int i = 0; i < x.length; i++) {
          int gate = Connections.gate(in, i);
          dx[i] += gates[gate] * dy[i];
          gateGradient[gate] += x[i] * dy[i];
        }
      }
      case AttentionOp.ChannelConvolution op -> {
        double[] weight = parameter(node, "weight");
        double[] weightGradient = gradient(node, "weight");
        Connections.channelConvolution(
            op,
            in,
            (from, to, tap) -> {
              dx[from] += weight[tap] * dy[to];
              weightGradient[tap] += x[from] * dy[to];
            });
      }
      case AttentionOp.PathSoftmax op -> Definitions.softmaxGradient(op, out, dy, dx);
      case AttentionOp.Slice op -> Connections.slice(op, in, out, (from, to) -> dx[from] += dy[to]);
    }
  }

  private void differentiateConvolution(
      Node node, Op.Conv2d op, Activation in, Activation out, double[] dy, double[] dx) {
    double[] x = in.values();
    double[] weight = parameter(node, "weight");
    double[] weightGradient = gradient(node, "weight");
    Connections.convolution(
        op,
        in,
        out,
        (from, to, w) -> {
          dx[from] += dy[to] * weight[w];
          weightGradient[w] += dy[to] * x[from];
        });
    if (op.bias()) {
      addColumns(dy, gradient(node, "bias"));
    }
  }

  /** The statistics by which a batch norm normalises a channel. */
  private Statistics statistics(Node node, Op.BatchNorm op, double[] x, int channel) {
    if (!fixedStatistics.test(node.name())) {
      return Statistics.of(x, channel, op);
    }
    return new Statistics(
        parameter(node, "running_mean")[channel],
        parameter(node, "running_var")[channel],
        op.epsilon(),
        x.length / (double) op.channels());
  }

  /** Mean and variance of one channel: those of the batch, or the running ones. */
  private record Statistics(double mean, double variance, double epsilon, double count) {

    static Statistics of(double[] x, int channel, Op.BatchNorm op) {
      double count = (double) x.length / op.channels();
      double mean = 0;
      for (int i = channel; i < x.length; i += op.channels()) {
        mean += x[i] / count;
      }
      double variance = 0;
      for (int i = channel; i < x.length; i += op.channels()) {
        variance += (x[i] - mean) * (x[i] - mean) / count;
      }
      return new Statistics(mean, variance, op.epsilon(), count);
    }

    double inverseDeviation() {
      return 1 / Math.sqrt(variance + epsilon);
    }

    double normal(double x) {
      return (x - mean) * inverseDeviation();
    }
  }

  private static void addColumns(double[] rows, double[] to) {
    for (int i = 0; i < rows.length; i++) {
      to[i % to.length] += rows[i];
    }
  }

  /** The layers in training mode. */
  private final class TrainingLayers implements Definitions.Layers {

    @Override
    public void convolve(Node node, Op.Conv2d op, Activation in, Activation out) {
      double[] x = in.values();
      double[] y = out.values();
      double[] weight = parameter(node, "weight");
      Connections.convolution(op, in, out, (from, to, w) -> y[to] += x[from] * weight[w]);
      if (op.bias()) {
        double[] bias = parameter(node, "bias");
        Arrays.setAll(y, i -> y[i] + bias[i % bias.length]);
      }
    }

    @Override
    public void normalise(Node node, Op.BatchNorm op, Activation in, Activation out) {
      double[] x = in.values();
      double[] weight = parameter(node, "weight");
      double[] bias = parameter(node, "bias");
      for (int c = 0; c < op.channels(); c++) {
        Statistics statistics = statistics(node, op, x, c);
        for (int i = c; i < x.length; i += op.channels()) {
          out.values()[i] = statistics.normal(x[i]) * weight[c] + bias[c];
        }
      }
    }

    @Override
    public IntToDoubleFunction channelWeights(Node node) {
      double[] weight = parameter(node, "weight");
      return tap -> weight[tap];
    }
  }
}
