package org.resnext4j.engine.cpu.training;

import java.util.Arrays;
import org.resnext4j.engine.cpu.kernel.ChannelPasses;
import org.resnext4j.engine.graph.Op;
import org.resnext4j.engine.graph.Shape;

/**
 * Max pooling in training. The memory of a worker holds one pixel, {@code [channels]}.
 *
 * @param op the operation
 * @param in shape of the input
 * @param out shape of the output
 * @param winner {@code [batch, height, width, channels]} of the output: the position, within its
 *     window, of the value that an output copies; the forward pass writes it
 */
@SuppressWarnings("ArrayRecordComponent") // Never compared.
record MaxPooling(Op.MaxPool op, Shape in, Shape out, int[] winner) {

  /** Writes the largest value of each window and its position, the first one of equals. */
  void forward(PixelSource source, Buffer result, Workspace space) {
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

  /** Adds each output's gradient to the input value that the output copies. */
  void backward(PixelSource gradient, MapTarget target, Workspace space) {
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
            for (int y = firstWindow(row); y <= lastY; y++) {
              for (int w = firstWindow(x); w <= lastX; w++) {
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
  private int firstWindow(int position) {
    return Math.max(0, Math.ceilDiv(position - op.kernel() + 1, op.stride()));
  }
}
