package org.resnext4j.engine.cpu.training;

import java.util.Arrays;
import org.resnext4j.engine.cpu.kernel.PixelFunctions;
import org.resnext4j.engine.cpu.kernel.VectorFunctions;
import org.resnext4j.engine.cpu.training.MapTarget.PixelFunction;
import org.resnext4j.engine.graph.AttentionOp;
import org.resnext4j.engine.graph.AxisFilter;
import org.resnext4j.engine.graph.Op;
import org.resnext4j.engine.graph.Shape;

/**
 * The operations of attention, fixed filters and pointwise functions, and their gradients. Each
 * comment states the memory that a worker needs.
 */
final class AttentionSteps {

  private AttentionSteps() {}

  // ---- pointwise functions ----

  /** Applies the function to all values. A worker needs no memory. */
  static void pointwise(
      Op.Pointwise op, Shape shape, PixelSource source, Buffer result, Workspace space) {
    int channels = shape.channels();
    space.eachBlock(
        shape,
        (row, rows, own) -> {
          float[] to = result.data();
          int at = row * channels;
          source.copyPixels(row, rows, to);
          VectorFunctions.apply(op.function(), to, at, to, at, rows * channels);
        });
  }

  // ---- channel scale ----

  /** Multiplies each channel by its gate. A worker needs {@code [channels]} for the gates. */
  static void scale(
      Shape shape, PixelSource map, PixelSource gates, Buffer result, Workspace space) {
    int channels = shape.channels();
    int perPicture = shape.height() * shape.width();
    space.eachBlock(
        shape,
        (row, rows, own) -> {
          float[] to = result.data();
          map.copyPixels(row, rows, to);
          for (int pixel = row; pixel < row + rows; pixel++) {
            if (pixel == row || pixel % perPicture == 0) {
              gates.read(pixel / perPicture, 0, channels, own, 0);
            }
            PixelFunctions.multiply(to, pixel * channels, own, 0, to, pixel * channels, channels);
          }
        });
  }

  /**
   * The gradient of the map: the gradient of the output times the gates. A worker needs {@code
   * [2][channels]}: the gates and the gradient of one pixel.
   */
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
   * The gradient of the gates: the map times the gradient of the output, summed over each picture
   * in float64. The sums are {@code [batch][channels]}. A worker needs {@code [2][channels]}: one
   * pixel of the map and one of the gradient.
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
   * A fixed filter. The {@linkplain AxisFilter#transposed transposed} filters compute its gradient.
   * A worker needs {@code [2][channels]}: the sum and one input pixel.
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

  /** A convolution over channels. A worker needs {@code [channels]} for one input pixel. */
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

  /** The gradient of the input: a convolution with the weights in reverse order. */
  static PixelFunction convolveChannelsGradient(Span weight, int channels, PixelSource gradient) {
    float[] reversed = new float[weight.length()];
    for (int i = 0; i < reversed.length; i++) {
      reversed[i] = weight.get(reversed.length - 1 - i);
    }
    return (pixel, own) -> {
      gradient.read(pixel, 0, channels, own, 0);
      PixelFunctions.convolve(reversed, own, 0, own, channels, channels);
    };
  }

  /**
   * The gradient of the weights. They are few, so one worker sums them. It needs {@code
   * [2][channels]}: one pixel of the input and one of the gradient.
   */
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

  /** Softmax over paths. A worker needs no memory. */
  static void softmax(
      AttentionOp.PathSoftmax op, Shape shape, PixelSource source, Buffer result, Workspace space) {
    int channels = shape.channels();
    space.eachBlock(
        shape,
        (row, rows, own) -> {
          float[] to = result.data();
          source.copyPixels(row, rows, to);
          for (int at = row * channels; at < (row + rows) * channels; at += channels) {
            PixelFunctions.softmax(op.paths(), to, at, to, at, channels);
          }
        });
  }

  /** Copies some channels of each pixel. A worker needs no memory. */
  static void slice(
      AttentionOp.Slice op, Shape shape, PixelSource source, Buffer result, Workspace space) {
    int count = op.count();
    space.eachBlock(
        shape,
        (row, rows, own) ->
            source.readRows(row, rows, op.first(), count, result.data(), row * count, count));
  }

  /** Reads the gradient of one input pixel of a slice: zero for channels outside the slice. */
  static void sliceGradient(
      AttentionOp.Slice op, int pixel, int channels, PixelSource gradient, float[] to, int at) {
    Arrays.fill(to, at, at + channels, 0f);
    gradient.read(pixel, 0, op.count(), to, at + op.first());
  }
}
