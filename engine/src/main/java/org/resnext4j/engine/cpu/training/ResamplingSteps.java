package org.resnext4j.engine.cpu.training;

import java.util.Arrays;
import org.resnext4j.engine.cpu.kernel.ChannelPasses;
import org.resnext4j.engine.graph.Op;
import org.resnext4j.engine.graph.Shape;

/**
 * Subsampling and nearest-neighbour upsampling in training. Only the gradient of upsampling needs
 * memory of a worker: one pixel, {@code [channels]}.
 */
final class ResamplingSteps {

  private ResamplingSteps() {}

  /** Copies the pixels that a subsampling keeps, and adds channels of zeros. */
  static void subsample(
      Op.Subsample op, Shape in, Shape out, PixelSource source, Buffer result, Workspace space) {
    int channels = out.channels();
    space.eachBlock(
        out,
        (row, rows, own) -> {
          float[] to = result.data();
          Arrays.fill(to, row * channels, (row + rows) * channels, 0f);
          for (int pixel = row; pixel < row + rows; pixel++) {
            int at = pixel * channels + op.channelsBefore();
            source.read(kept(op, pixel, in, out), 0, in.channels(), to, at);
          }
        });
  }

  /** The input pixel of a pixel of a subsampled map. */
  private static int kept(Op.Subsample op, int pixel, Shape in, Shape out) {
    int picture = pixel / (out.height() * out.width());
    int y = pixel / out.width() % out.height() * op.stride();
    int x = pixel % out.width() * op.stride();
    return (picture * in.height() + y) * in.width() + x;
  }

  /**
   * Reads the gradient of one input pixel of a subsampling. It is zero if the subsampling omits the
   * pixel.
   */
  static void subsampleGradient(
      Op.Subsample op, int pixel, Shape in, Shape out, PixelSource gradient, float[] to, int at) {
    int y = pixel / in.width() % in.height();
    int x = pixel % in.width();
    if (y % op.stride() != 0 || x % op.stride() != 0) {
      Arrays.fill(to, at, at + in.channels(), 0f);
      return;
    }
    int picture = pixel / (in.height() * in.width());
    int from = (picture * out.height() + y / op.stride()) * out.width() + x / op.stride();
    gradient.read(from, op.channelsBefore(), in.channels(), to, at);
  }

  /** Repeats pixels up to the size of the output. */
  static void upsample(Shape in, Shape out, PixelSource source, Buffer result, Workspace space) {
    int channels = out.channels();
    space.eachBlock(
        out,
        (row, rows, own) -> {
          for (int pixel = row; pixel < row + rows; pixel++) {
            int at = pixel * channels;
            source.read(repeated(pixel, in, out), 0, channels, result.data(), at);
          }
        });
  }

  /** The input pixel that a pixel of an upsampled map repeats. */
  private static int repeated(int pixel, Shape in, Shape out) {
    int picture = pixel / (out.height() * out.width());
    int y = pixel / out.width() % out.height();
    int fromY = Op.UpsampleNearest.source(y, in.height(), out.height());
    int fromX = Op.UpsampleNearest.source(pixel % out.width(), in.width(), out.width());
    return (picture * in.height() + fromY) * in.width() + fromX;
  }

  /**
   * Writes or adds the gradient of the input: the sum of the gradients of all pixels that repeat an
   * input pixel, in their order.
   */
  static void upsamplingGradient(
      Shape in, Shape out, PixelSource gradient, MapTarget target, Workspace space) {
    int channels = in.channels();
    space.eachBlock(
        in,
        (row, rows, own) -> {
          float[] result = target.data();
          for (int pixel = row; pixel < row + rows; pixel++) {
            int at = pixel * channels;
            if (!target.accumulate()) {
              Arrays.fill(result, at, at + channels, 0f);
            }
            int picture = pixel / (in.height() * in.width());
            int y = pixel / in.width() % in.height();
            int x = pixel % in.width();
            int endY = firstRepetition(y + 1, in.height(), out.height());
            int endX = firstRepetition(x + 1, in.width(), out.width());
            for (int v = firstRepetition(y, in.height(), out.height()); v < endY; v++) {
              for (int u = firstRepetition(x, in.width(), out.width()); u < endX; u++) {
                int repetition = (picture * out.height() + v) * out.width() + u;
                gradient.read(repetition, 0, channels, own, 0);
                ChannelPasses.add(own, 0, channels, result, at);
              }
            }
          }
        });
  }

  /** The first place along an upsampled side that repeats a place of the input. */
  private static int firstRepetition(int place, int inputSize, int outputSize) {
    return Math.toIntExact(Math.ceilDiv((long) place * outputSize, inputSize));
  }
}
