package org.resnext4j.engine.reference;

import java.util.List;
import org.resnext4j.engine.graph.AttentionOp;
import org.resnext4j.engine.graph.AxisFilter;
import org.resnext4j.engine.graph.Op;
import org.resnext4j.engine.graph.SeparableFilter;
import org.resnext4j.engine.graph.Shape;

/**
 * The connections of each operation: the pairs of an input value and an output value that depends
 * on it. A forward pass moves values along these pairs, and a backward pass moves gradients in the
 * opposite direction.
 *
 * <p>Values are named by their positions in {@link Activation#values}.
 */
final class Connections {

  private Connections() {}

  /** Receives a connection that copies a value. */
  @FunctionalInterface
  interface Move {
    void at(int from, int to);
  }

  /** Receives a connection that copies a value of one of several inputs. */
  @FunctionalInterface
  interface PartMove {
    void at(int part, int from, int to);
  }

  /** Receives a connection that multiplies by the weight at a position. */
  @FunctionalInterface
  interface Product {
    void at(int from, int to, int weight);
  }

  /** Receives a connection that multiplies by a fixed factor. */
  @FunctionalInterface
  interface Weighted {
    void at(int from, int to, double factor);
  }

  /** Receives an output value and its place. */
  @FunctionalInterface
  private interface Visitor {
    void visit(int to, int picture, int y, int x, int channel);
  }

  private static void eachOutput(Activation out, Visitor visitor) {
    Shape shape = out.shape();
    for (int to = 0; to < out.values().length; to++) {
      int pixel = to / shape.channels();
      int x = pixel % shape.width();
      int y = pixel / shape.width() % shape.height();
      int picture = pixel / shape.width() / shape.height();
      visitor.visit(to, picture, y, x, to % shape.channels());
    }
  }

  /** A convolution: all products of an input value and a weight. */
  static void convolution(Op.Conv2d op, Activation in, Activation out, Product product) {
    int inGroup = op.inputChannelsPerGroup();
    int taps = op.kernel() * op.kernel();
    eachOutput(
        out,
        (to, picture, y, x, channel) -> {
          int firstInput = channel / op.outputChannelsPerGroup() * inGroup;
          for (int tap = 0; tap < taps; tap++) {
            int inY = y * op.stride() - op.padding() + tap / op.kernel() * op.dilation();
            int inX = x * op.stride() - op.padding() + tap % op.kernel() * op.dilation();
            if (in.contains(inY, inX)) {
              int from = in.index(picture, inY, inX, firstInput);
              for (int i = 0; i < inGroup; i++) {
                product.at(from + i, to, (channel * inGroup + i) * taps + tap);
              }
            }
          }
        });
  }

  /** A concatenation: the output position of every input value. */
  static void concatenation(List<Activation> inputs, Activation out, PartMove move) {
    int before = 0;
    for (int part = 0; part < inputs.size(); part++) {
      int channels = inputs.get(part).shape().channels();
      for (int from = 0; from < inputs.get(part).values().length; from++) {
        int to = from / channels * out.shape().channels() + before + from % channels;
        move.at(part, from, to);
      }
      before += channels;
    }
  }

  /** A subsampling: the values that it keeps. */
  static void subsampling(Op.Subsample op, Activation in, Activation out, Move move) {
    eachOutput(
        out,
        (to, picture, y, x, channel) -> {
          int c = channel - op.channelsBefore();
          if (c >= 0 && c < in.shape().channels()) {
            move.at(in.index(picture, y * op.stride(), x * op.stride(), c), to);
          }
        });
  }

  /** An upsampling: the input value that each output value repeats. */
  static void upsampling(Activation in, Activation out, Move move) {
    eachOutput(
        out,
        (to, picture, y, x, channel) -> {
          int fromY = Op.UpsampleNearest.source(y, in.shape().height(), out.shape().height());
          int fromX = Op.UpsampleNearest.source(x, in.shape().width(), out.shape().width());
          move.at(in.index(picture, fromY, fromX, channel), to);
        });
  }

  /** A max pool: the largest value of each window, the first one of equals; NaN is the largest. */
  static void maximum(Op.MaxPool op, Activation in, Activation out, Move move) {
    double[] values = in.values();
    eachOutput(
        out,
        (to, picture, y, x, channel) -> {
          int winner = -1;
          for (int tap = 0; tap < op.kernel() * op.kernel(); tap++) {
            int inY = y * op.stride() - op.padding() + tap / op.kernel();
            int inX = x * op.stride() - op.padding() + tap % op.kernel();
            if (in.contains(inY, inX)) {
              int from = in.index(picture, inY, inX, channel);
              boolean wins =
                  winner < 0 || values[from] > values[winner] || Double.isNaN(values[from]);
              winner = wins ? from : winner;
            }
          }
          move.at(winner, to);
        });
  }

  /** A global average pool: the output position of every input value. */
  static void pooling(Activation in, Move move) {
    for (int from = 0; from < in.values().length; from++) {
      move.at(from, gate(in, from));
    }
  }

  /** A fixed filter: all products of an input value and a factor. */
  static void filter(SeparableFilter op, Activation in, Activation out, Weighted product) {
    AxisFilter rows = op.along(in.shape().height());
    AxisFilter columns = op.along(in.shape().width());
    eachOutput(
        out,
        (to, picture, y, x, channel) -> {
          for (int i = 0; i < rows.sources()[y].length; i++) {
            for (int j = 0; j < columns.sources()[x].length; j++) {
              int from = in.index(picture, rows.sources()[y][i], columns.sources()[x][j], channel);
              product.at(from, to, rows.weights()[y][i] * columns.weights()[x][j]);
            }
          }
        });
  }

  /** A convolution over channels: all products of an input value and a weight. */
  static void channelConvolution(
      AttentionOp.ChannelConvolution op, Activation in, Product product) {
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

  /** A slice: the input value that each output value copies. */
  static void slice(AttentionOp.Slice op, Activation in, Activation out, Move move) {
    for (int to = 0; to < out.values().length; to++) {
      int pixel = to / op.count();
      move.at(pixel * in.shape().channels() + op.first() + to % op.count(), to);
    }
  }

  /**
   * The position of a value's gate: the value of its picture and channel, {@code [batch,
   * channels]}.
   */
  static int gate(Activation map, int at) {
    Shape shape = map.shape();
    int picture = at / (shape.height() * shape.width() * shape.channels());
    return picture * shape.channels() + at % shape.channels();
  }
}
