package org.resnext4j.engine.reference;

import java.util.Arrays;
import java.util.List;
import java.util.function.IntToDoubleFunction;
import org.resnext4j.engine.graph.AttentionOp;
import org.resnext4j.engine.graph.Node;
import org.resnext4j.engine.graph.Op;
import org.resnext4j.engine.graph.SeparableFilter;

/** The definition of every operation, as a computation of its output in float64. */
final class Definitions {

  private Definitions() {}

  /**
   * The layers whose definitions depend on the mode. Evaluation and training read different
   * parameters and normalise by different statistics.
   */
  interface Layers {

    /** Adds a convolution's output to zeros. */
    void convolve(Node node, Op.Conv2d op, Activation in, Activation out);

    /** Writes a batch norm's output. */
    void normalise(Node node, Op.BatchNorm op, Activation in, Activation out);

    /** The weights of a convolution over channels. */
    IntToDoubleFunction channelWeights(Node node);
  }

  /**
   * Computes the output of a node.
   *
   * @param inputs outputs of the nodes that it reads; the pictures for the graph's input
   */
  static Activation compute(Node node, List<Activation> inputs, Layers layers) {
    Activation out =
        Activation.zeros(node.op().infer(inputs.stream().map(Activation::shape).toList()));
    Activation in = inputs.getFirst();
    double[] x = in.values();
    double[] y = out.values();
    switch (node.op()) {
      case Op.Input _ -> add(x, y);
      case Op.Conv2d op -> layers.convolve(node, op, in, out);
      case Op.Linear op -> layers.convolve(node, op.asConvolution(), in, out);
      case Op.BatchNorm op -> layers.normalise(node, op, in, out);
      case Op.Relu _ -> Arrays.setAll(y, i -> Math.max(x[i], 0));
      case Op.Pointwise op -> Arrays.setAll(y, i -> op.function().of(x[i]));
      case Op.Add _ -> inputs.forEach(term -> add(term.values(), y));
      case Op.Concat _ ->
          Connections.concatenation(
              inputs, out, (part, from, to) -> y[to] = inputs.get(part).values()[from]);
      case Op.Subsample op -> Connections.subsampling(op, in, out, (from, to) -> y[to] = x[from]);
      case Op.UpsampleNearest _ -> Connections.upsampling(in, out, (from, to) -> y[to] = x[from]);
      case Op.MaxPool op -> Connections.maximum(op, in, out, (from, to) -> y[to] = x[from]);
      case Op.GlobalAveragePool _ ->
          Connections.pooling(in, (from, to) -> y[to] += x[from] / pixels(in));
      case SeparableFilter op ->
          Connections.filter(op, in, out, (from, to, factor) -> y[to] += factor * x[from]);
      case AttentionOp.ChannelScale _ -> {
        double[] gates = inputs.getLast().values();
        Arrays.setAll(y, i -> x[i] * gates[Connections.gate(in, i)]);
      }
      case AttentionOp.ChannelConvolution op -> {
        IntToDoubleFunction weight = layers.channelWeights(node);
        Connections.channelConvolution(
            op, in, (from, to, tap) -> y[to] += weight.applyAsDouble(tap) * x[from]);
      }
      case AttentionOp.PathSoftmax op -> softmax(op, in, out);
      case AttentionOp.Slice op -> Connections.slice(op, in, out, (from, to) -> y[to] = x[from]);
    }
    return out;
  }

  /** Adds values to others. */
  static void add(double[] from, double[] to) {
    for (int i = 0; i < to.length; i++) {
      to[i] += from[i];
    }
  }

  /** Pixels of one picture. */
  static double pixels(Activation in) {
    return (double) in.shape().height() * in.shape().width();
  }

  private static void softmax(AttentionOp.PathSoftmax op, Activation in, Activation out) {
    double[] x = in.values();
    int channels = in.shape().channels();
    int width = channels / op.paths();
    for (int i = 0; i < x.length; i++) {
      int first = i - i % channels + i % width;
      double largest = Double.NEGATIVE_INFINITY;
      for (int j = first; j < first + channels; j += width) {
        largest = Math.max(largest, x[j]);
      }
      double sum = 0;
      for (int j = first; j < first + channels; j += width) {
        sum += Math.exp(x[j] - largest);
      }
      out.values()[i] = Math.exp(x[i] - largest) / sum;
    }
  }

  /** Adds the gradient of a softmax's input, {@code y · (dy − Σ y · dy)}, to {@code dx}. */
  static void softmaxGradient(
      AttentionOp.PathSoftmax op, Activation out, double[] dy, double[] dx) {
    double[] y = out.values();
    int channels = out.shape().channels();
    int width = channels / op.paths();
    for (int i = 0; i < y.length; i++) {
      int first = i - i % channels + i % width;
      double sum = 0;
      for (int j = first; j < first + channels; j += width) {
        sum += y[j] * dy[j];
      }
      dx[i] += y[i] * (dy[i] - sum);
    }
  }
}
