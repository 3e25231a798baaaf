package org.resnext4j.engine.cpu.training;

import java.util.Arrays;
import org.resnext4j.engine.cpu.kernel.ChannelPasses;
import org.resnext4j.engine.graph.Op;
import org.resnext4j.engine.graph.Shape;

/**
 * Max and average pooling and their gradients. A worker's memory holds one pixel, {@code
 * [channels]}.
 */
final class PoolingSteps {

  private PoolingSteps() {}

  /**
   * A max pool between two maps.
   *
   * @param winner position in its window of each output's value, which the forward pass writes
   */
  @SuppressWarnings("ArrayRecordComponent") // Never compared.
  record MaxPooling(Op.MaxPool op, Shape in, Shape out, int[] winner) {}

  /** Writes the largest value of each window and which one it was, the first of equals. */
  static void maxPool(MaxPooling pooling, PixelSource source, Buffer result, Workspace space) {
    Op.MaxPool op = pooling.op();
    Shape in = pooling.in();
    Shape out = pooling.out();
    int[] winner = pooling.winner();
    int channels = in.channels();
    space.run(
        out.batch() * out.height(),
        (task, own) -> {
          float[] to = result.data();
          int picture = task / out.height();
          int top = task % out.height() * op.stride() - op.padding();
          for (int x = 0; x < out.width(); x++) {
            int at = (task * out.width() + x) * channels;
            Arrays.fill(to, at, at + channels, Float.NEGATIVE_INFINITY);
            int left = x * op.stride() - op.padding();
            for (int tap = 0; tap < op.kernel() * op.kernel(); tap++) {
              int sourceY = top + tap / op.kernel();
              int sourceX = left + tap % op.kernel();
              if (sourceY < 0 || sourceY >= in.height() || sourceX < 0 || sourceX >= in.width()) {
                continue;
              }
              source.read(
                  (picture * in.height() + sourceY) * in.width() + sourceX, 0, channels, own, 0);
              ChannelPasses.maximum(own, 0, channels, to, at, winner, tap);
            }
          }
        });
  }

  /** Gives each output's gradient to the input pixel it came from. */
  static void maxPoolGradient(
      MaxPooling pooling, PixelSource gradient, MapTarget target, Workspace space) {
    Op.MaxPool op = pooling.op();
    Shape in = pooling.in();
    Shape out = pooling.out();
    int[] winner = pooling.winner();
    int channels = in.channels();
    space.run(
        in.batch() * in.height(),
        (task, own) -> {
          float[] to = target.data();
          int picture = task / in.height();
          int row = task % in.height() + op.padding();
          for (int column = 0; column < in.width(); column++) {
            int at = (task * in.width() + column) * channels;
            if (!target.accumulate()) {
              Arrays.fill(to, at, at + channels, 0f);
            }
            int x = column + op.padding();
            int lastY = Math.min(out.height() - 1, row / op.stride());
            int lastX = Math.min(out.width() - 1, x / op.stride());
            for (int y = firstWindow(row, op); y <= lastY; y++) {
              for (int w = firstWindow(x, op); w <= lastX; w++) {
                int tap = (row - y * op.stride()) * op.kernel() + x - w * op.stride();
                int pixel = (picture * out.height() + y) * out.width() + w;
                gradient.read(pixel, 0, channels, own, 0);
                ChannelPasses.addWhereWon(own, 0, channels, winner, pixel * channels, tap, to, at);
              }
            }
          }
        });
  }

  /** The first window along one side that covers a padded position. */
  private static int firstWindow(int position, Op.MaxPool op) {
    return Math.max(0, Math.ceilDiv(position - op.kernel() + 1, op.stride()));
  }

  /** Writes the mean of each picture's pixels. */
  static void averagePool(Shape in, PixelSource source, Buffer result, Workspace space) {
    int channels = in.channels();
    int pixels = in.height() * in.width();
    space.run(
        in.batch(),
        (picture, own) -> {
          float[] to = result.data();
          int at = picture * channels;
          Arrays.fill(to, at, at + channels, 0f);
          for (int pixel = 0; pixel < pixels; pixel++) {
            source.read(picture * pixels + pixel, 0, channels, own, 0);
            ChannelPasses.add(own, 0, channels, to, at);
          }
          for (int c = 0; c < channels; c++) {
            to[at + c] /= pixels;
          }
        });
  }

  /** Gives each pixel its share of its picture's gradient. */
  static void averagePoolGradient(
      Shape in, PixelSource gradient, MapTarget target, Workspace space) {
    int channels = in.channels();
    int pixels = in.height() * in.width();
    space.run(
        in.batch(),
        (picture, own) -> {
          gradient.read(picture, 0, channels, own, 0);
          for (int c = 0; c < channels; c++) {
            own[c] /= pixels;
          }
          for (int pixel = 0; pixel < pixels; pixel++) {
            int at = (picture * pixels + pixel) * channels;
            target.put(own, 0, at, channels);
          }
        });
  }
}
