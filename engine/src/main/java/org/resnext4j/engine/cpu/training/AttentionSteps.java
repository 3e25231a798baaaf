package org.resnext4j.engine.cpu.training;

import java.util.Arrays;
import org.resnext4j.engine.cpu.kernel.PixelFunctions;
import org.resnext4j.engine.cpu.kernel.VectorFunctions;
import org.resnext4j.engine.graph.AttentionOp;
import org.resnext4j.engine.graph.AxisFilter;
import org.resnext4j.engine.graph.Op;
import org.resnext4j.engine.graph.Shape;

/** Attention's operations, fixed filters and pointwise functions, and their gradients. */
final class AttentionSteps {

  private AttentionSteps() {}

  // ---- pointwise functions ----

  static void pointwise(
      Op.Pointwise op, Shape shape, PixelSource source, Buffer result, Workspace space) {
    int channels = shape.channels();
    space.eachBlock(
        shape,
        (row, rows, own) -> {
          float[] to = result.data();
          int at = row * channels;
          source.readRows(row, rows, 0, channels, to, at, channels);
          VectorFunctions.apply(op.function(), to, at, to, at, rows * channels);
        });
  }

  /** Workers need {@code 2 · channels} values of their own. */
  static void pointwiseGradient(
      Op.Pointwise op,
      Shape shape,
      PixelSource source,
      PixelSource gradient,
      MapTarget target,
      Workspace space) {
    int channels = shape.channels();
    target.computeEach(
        shape,
        space,
        (pixel, own) -> {
          source.read(pixel, 0, channels, own, 0);
          gradient.read(pixel, 0, channels, own, channels);
          PixelFunctions.applyGradient(op.function(), own, own, channels, own, channels, channels);
        });
  }

  // ---- channel scale ----

  /** Workers need {@code channels} values of their own. */
  static void scale(
      Shape shape, PixelSource map, PixelSource gates, Buffer result, Workspace space) {
    int channels = shape.channels();
    int perPicture = shape.height() * shape.width();
    space.eachBlock(
        shape,
        (row, rows, own) -> {
          float[] to = result.data();
          map.readRows(row, rows, 0, channels, to, row * channels, channels);
          for (int pixel = row; pixel < row + rows; pixel++) {
            if (pixel == row || pixel % perPicture == 0) {
              gates.read(pixel / perPicture, 0, channels, own, 0);
            }
            PixelFunctions.multiply(to, pixel * channels, own, 0, to, pixel * channels, channels);
          }
        });
  }

  /** The gradient of the map: the gradient times the gates. Workers need {@code 2 · channels}. */
  static void scaleMapGradient(
      Shape shape, PixelSource gates, PixelSource gradient, MapTarget target, Workspace space) {
    int channels = shape.channels();
    int perPicture = shape.height() * shape.width();
    space.eachBlock(
        shape,
        (row, rows, own) -> {
          for (int pixel = row; pixel < row + rows; pixel++) {
            if (pixel == row || pixel % perPicture == 0) {
              gates.read(pixel / perPicture, 0, channels, own, 0);
            }
            gradient.read(pixel, 0, channels, own, channels);
            PixelFunctions.multiply(own, channels, own, 0, own, channels, channels);
            target.put(own, channels, pixel * channels, channels);
          }
        });
  }

  /**
   * The gradient of the gates: map times gradient, summed over each picture in float64. Workers
   * need {@code 2 · channels}, the sums {@code batch · channels}.
   */
  static void scaleGateGradient(
      Shape shape, PixelSource map, PixelSource gradient, MapTarget target, Workspace space) {
    int channels = shape.channels();
    int perPicture = shape.height() * shape.width();
    double[] sums = space.sums();
    space.run(
        shape.batch(),
        (picture, own) -> {
          int at = picture * channels;
          Arrays.fill(sums, at, at + channels, 0.0);
          for (int i = 0; i < perPicture; i++) {
            map.read(picture * perPicture + i, 0, channels, own, 0);
            gradient.read(picture * perPicture + i, 0, channels, own, channels);
            for (int c = 0; c < channels; c++) {
              sums[at + c] += own[c] * own[channels + c];
            }
          }
          for (int c = 0; c < channels; c++) {
            own[c] = (float) sums[at + c];
          }
          target.put(own, 0, at, channels);
        });
  }

  // ---- fixed filters ----

  /**
   * A fixed filter, or its gradient by the filters {@linkplain AxisFilter#transposed turned round}.
   * Workers need {@code 2 · channels} values of their own.
   */
  static void filter(
      AxisFilter rows,
      AxisFilter columns,
      Shape in,
      PixelSource source,
      MapTarget target,
      Workspace space) {
    int channels = in.channels();
    int height = rows.places();
    int width = columns.places();
    space.run(
        in.batch() * height,
        (task, own) -> {
          int picture = task / height;
          int y = task % height;
          for (int x = 0; x < width; x++) {
            Arrays.fill(own, 0, channels, 0f);
            for (int i = 0; i < rows.sources()[y].length; i++) {
              int row = picture * in.height() + rows.sources()[y][i];
              for (int j = 0; j < columns.sources()[x].length; j++) {
                int pixel = row * in.width() + columns.sources()[x][j];
                source.read(pixel, 0, channels, own, channels);
                float weight = (float) (rows.weights()[y][i] * columns.weights()[x][j]);
                PixelFunctions.addScaled(weight, own, channels, own, 0, channels);
              }
            }
            target.put(own, 0, (task * width + x) * channels, channels);
          }
        });
  }

  // ---- convolution over channels ----

  /** Workers need {@code channels} values of their own. */
  static void convolveChannels(
      Shape shape, PixelSource source, Span weight, Buffer result, Workspace space) {
    int channels = shape.channels();
    float[] taps = Arrays.copyOfRange(weight.values(), weight.at(), weight.at() + weight.length());
    space.eachBlock(
        shape,
        (row, rows, own) -> {
          for (int pixel = row; pixel < row + rows; pixel++) {
            source.read(pixel, 0, channels, own, 0);
            PixelFunctions.convolve(taps, own, 0, result.data(), pixel * channels, channels);
          }
        });
  }

  /** The gradient of the input: the taps in reverse. Workers need {@code 2 · channels}. */
  static void convolveChannelsGradient(
      Shape shape, PixelSource gradient, Span weight, MapTarget target, Workspace space) {
    int channels = shape.channels();
    float[] reversed = new float[weight.length()];
    for (int i = 0; i < reversed.length; i++) {
      reversed[i] = weight.get(reversed.length - 1 - i);
    }
    target.computeEach(
        shape,
        space,
        (pixel, own) -> {
          gradient.read(pixel, 0, channels, own, 0);
          PixelFunctions.convolve(reversed, own, 0, own, channels, channels);
        });
  }

  /** The gradient of the taps; few numbers, so one worker sums them. Needs {@code 2 · channels}. */
  static void channelWeightsGradient(
      Shape shape, PixelSource source, PixelSource gradient, WeightTarget target, Workspace space) {
    int channels = shape.channels();
    int taps = target.span().length();
    space.run(
        1,
        (task, own) -> {
          double[] sums = new double[taps];
          for (int pixel = 0; pixel < shape.pixels(); pixel++) {
            source.read(pixel, 0, channels, own, 0);
            gradient.read(pixel, 0, channels, own, channels);
            for (int c = 0; c < channels; c++) {
              for (int tap = 0; tap < taps; tap++) {
                int from = c + tap - taps / 2;
                if (from >= 0 && from < channels) {
                  sums[tap] += own[from] * own[channels + c];
                }
              }
            }
          }
          for (int tap = 0; tap < taps; tap++) {
            target.put(tap, (float) sums[tap]);
          }
        });
  }

  // ---- softmax over paths and slices ----

  static void softmax(
      AttentionOp.PathSoftmax op, Shape shape, PixelSource source, Buffer result, Workspace space) {
    int channels = shape.channels();
    space.eachBlock(
        shape,
        (row, rows, own) -> {
          float[] to = result.data();
          source.readRows(row, rows, 0, channels, to, row * channels, channels);
          for (int at = row * channels; at < (row + rows) * channels; at += channels) {
            PixelFunctions.softmax(op.paths(), to, at, to, at, channels);
          }
        });
  }

  /** Workers need {@code 2 · channels}. */
  static void softmaxGradient(
      AttentionOp.PathSoftmax op,
      Shape shape,
      PixelSource output,
      PixelSource gradient,
      MapTarget target,
      Workspace space) {
    int channels = shape.channels();
    target.computeEach(
        shape,
        space,
        (pixel, own) -> {
          output.read(pixel, 0, channels, own, 0);
          gradient.read(pixel, 0, channels, own, channels);
          PixelFunctions.softmaxGradient(op.paths(), own, own, channels, own, channels, channels);
        });
  }

  static void slice(
      AttentionOp.Slice op, Shape shape, PixelSource source, Buffer result, Workspace space) {
    int count = op.count();
    space.eachBlock(
        shape,
        (row, rows, own) ->
            source.readRows(row, rows, op.first(), count, result.data(), row * count, count));
  }

  /** Reads the gradient of one pixel in front of a slice: zeros where nothing was taken. */
  static void sliceGradient(
      AttentionOp.Slice op, int pixel, int channels, PixelSource gradient, float[] to, int at) {
    Arrays.fill(to, at, at + channels, 0f);
    gradient.read(pixel, 0, op.count(), to, at + op.first());
  }
}
