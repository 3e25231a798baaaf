package org.resnext4j.engine.reference;

import java.util.Arrays;
import org.resnext4j.engine.graph.AttentionOp;
import org.resnext4j.engine.graph.AxisFilter;
import org.resnext4j.engine.graph.Op;
import org.resnext4j.engine.graph.SeparableFilter;
import org.resnext4j.engine.graph.Shape;

/** The definitions of attention, smoothing and pointwise functions, and their gradients. */
final class Definitions {

  private Definitions() {}

  /** Positions of an input value and an output value, and the factor between them. */
  @FunctionalInterface
  interface Weighted {
    void at(int from, int to, double weight);
  }

  /** Every product of a fixed filter. */
  static void eachTap(SeparableFilter op, Activation in, Activation out, Weighted product) {
    AxisFilter rows = op.along(in.shape().height());
    AxisFilter columns = op.along(in.shape().width());
    Shape shape = out.shape();
    for (int to = 0; to < out.values().length; to++) {
      int c = to % shape.channels();
      int x = to / shape.channels() % shape.width();
      int y = to / shape.channels() / shape.width() % shape.height();
      int picture = to / shape.channels() / shape.width() / shape.height();
      for (int i = 0; i < rows.sources()[y].length; i++) {
        for (int j = 0; j < columns.sources()[x].length; j++) {
          product.at(
              in.index(picture, rows.sources()[y][i], columns.sources()[x][j], c),
              to,
              rows.weights()[y][i] * columns.weights()[x][j]);
        }
      }
    }
  }

  /** Every product of a convolution over channels: input, output and tap. */
  static void eachChannelTap(AttentionOp.ChannelConvolution op, Activation in, Weighted product) {
    int channels = in.shape().channels();
    for (int to = 0; to < in.values().length; to++) {
      for (int tap = 0; tap < op.kernel(); tap++) {
        int c = to % channels + tap - op.kernel() / 2;
        if (c >= 0 && c < channels) {
          product.at(to - to % channels + c, to, tap);
        }
      }
    }
  }

  /** Position of the gate of a value. */
  static int gate(Activation map, int at) {
    Shape shape = map.shape();
    int picture = at / (shape.height() * shape.width() * shape.channels());
    return picture * shape.channels() + at % shape.channels();
  }

  static Activation pointwise(Op.Pointwise op, Activation in) {
    return new Activation(in.shape(), Arrays.stream(in.values()).map(op.function()::of).toArray());
  }

  static Activation filter(SeparableFilter op, Activation in, Activation out) {
    eachTap(op, in, out, (from, to, w) -> out.values()[to] += w * in.values()[from]);
    return out;
  }

  static Activation scale(Activation map, Activation gates) {
    double[] values = new double[map.values().length];
    Arrays.setAll(values, i -> map.values()[i] * gates.values()[gate(map, i)]);
    return new Activation(map.shape(), values);
  }

  static Activation convolveChannels(
      AttentionOp.ChannelConvolution op, float[] weight, Activation in) {
    Activation out = Activation.zeros(in.shape());
    eachChannelTap(
        op, in, (from, to, tap) -> out.values()[to] += weight[(int) tap] * in.values()[from]);
    return out;
  }

  static Activation softmax(AttentionOp.PathSoftmax op, Activation in) {
    double[] x = in.values();
    double[] y = new double[x.length];
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
      y[i] = Math.exp(x[i] - largest) / sum;
    }
    return new Activation(in.shape(), y);
  }

  /** The gradient in front of a softmax: {@code y · (dy − Σ y · dy)}. */
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

  static Activation slice(AttentionOp.Slice op, Activation in, Activation out) {
    Arrays.setAll(out.values(), i -> in.values()[sliced(op, in, i)]);
    return out;
  }

  /** The position of the value that a slice takes. */
  static int sliced(AttentionOp.Slice op, Activation in, int at) {
    return at / op.count() * in.shape().channels() + op.first() + at % op.count();
  }
}
