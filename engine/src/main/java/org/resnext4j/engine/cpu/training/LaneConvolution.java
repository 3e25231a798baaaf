package org.resnext4j.engine.cpu.training;

import static org.resnext4j.engine.cpu.kernel.LaneRows.OUTS;
import static org.resnext4j.engine.cpu.kernel.StridedGemm.LANES;
import static org.resnext4j.engine.cpu.training.Workspace.START;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.resnext4j.engine.cpu.kernel.ChannelPasses;
import org.resnext4j.engine.cpu.kernel.LaneRows;
import org.resnext4j.engine.cpu.parallel.Partition;
import org.resnext4j.engine.cpu.training.GradientRowsListener.GradientRows;
import org.resnext4j.engine.graph.Op;
import org.resnext4j.engine.graph.Shape;

/**
 * A grouped convolution with lanes across cardinality. Its input and output keep their channels in
 * the order {@code [group block][channel of the group][lane]}, a block being as many groups as a
 * vector has lanes (see {@link #order}); the dense convolutions around it write and read that order
 * for free, by the order of their weights.
 */
final class LaneConvolution implements TrainableConvolution {

  /**
   * Values of a strip of rows that a worker copies into its scratch, to stay in a usual L2 cache.
   */
  private static final int STRIP_VALUES = 24 * 1024;

  private static final int TASKS = 48;

  private final Shape input;
  private final Shape output;
  private final int kernel;
  private final int padding;
  private final int stride;
  private final int blocks;
  private final int groupIn;
  private final int groupOut;
  private final Pass forward;
  private final List<Pass> backward;
  private final Partition chunks;
  private final int weightValues;

  /**
   * A convolution of one map into another: pixel (y, x) sees the source rows {@code y * step + down
   * + i} and pixels {@code x * step + right + j}, for all i and j below the numbers of taps, and
   * lies in the target map at {@code (y * spread + firstY, x * spread + firstX)}.
   *
   * @param filterY row of the filter for each i
   * @param filterX column of the filter for each j
   * @param strip rows of the computed map done at once
   */
  @SuppressWarnings("ArrayRecordComponent") // Never compared.
  private record Pass(
      int height,
      int width,
      int step,
      int down,
      int right,
      int[] filterY,
      int[] filterX,
      int spread,
      int firstY,
      int firstX,
      int strip) {

    int sourceRows(int rows) {
      return (rows - 1) * step + filterY.length;
    }

    int sourceColumns() {
      return (width - 1) * step + filterX.length;
    }

    int strips() {
      return Math.ceilDiv(height, strip);
    }

    boolean isEmpty() {
      return filterY.length == 0 || filterX.length == 0;
    }
  }

  LaneConvolution(Op.Conv2d op, Shape input, Shape output) {
    this.input = input;
    this.output = output;
    this.kernel = op.kernel();
    this.padding = op.padding();
    this.stride = op.stride();
    this.blocks = op.groups() / LANES;
    this.groupIn = op.inputChannelsPerGroup();
    this.groupOut = op.outputChannelsPerGroup();
    this.weightValues = kernel * kernel * groupIn * groupOut * LANES;
    int[] taps = new int[kernel];
    Arrays.setAll(taps, i -> i);
    this.forward =
        pass(
            output.height(),
            output.width(),
            stride,
            -padding,
            -padding,
            taps,
            taps,
            1,
            0,
            0,
            groupIn);
    this.backward = new ArrayList<>();
    for (int y = 0; y < Math.min(stride, input.height()); y++) {
      for (int x = 0; x < Math.min(stride, input.width()); x++) {
        int[] filterY = tapsOf(y);
        int[] filterX = tapsOf(x);
        backward.add(
            pass(
                Math.ceilDiv(input.height() - y, stride),
                Math.ceilDiv(input.width() - x, stride),
                1,
                filterY.length == 0 ? 0 : (y + padding - filterY[0]) / stride,
                filterX.length == 0 ? 0 : (x + padding - filterX[0]) / stride,
                filterY,
                filterX,
                stride,
                y,
                x,
                groupOut));
      }
    }
    this.chunks =
        Partition.of(
            output.batch() * forward.strips(), 1, Math.max(1, Math.ceilDiv(TASKS, blocks)));
  }

  /** Whether a convolution can be done this way on this machine's vectors. */
  static boolean suits(Op.Conv2d op) {
    return op.groups() > 1 && op.groups() % LANES == 0 && !op.bias();
  }

  /** For each place in a pixel the channel that lies there. */
  static int[] order(int channels, int groups) {
    int width = channels / groups;
    int[] order = new int[channels];
    for (int at = 0; at < channels; at++) {
      int block = at / (width * LANES);
      int j = at / LANES % width;
      order[at] = (block * LANES + at % LANES) * width + j;
    }
    return order;
  }

  /** The taps that reach inputs of one remainder modulo the stride, the lowest output first. */
  private int[] tapsOf(int remainder) {
    int[] taps = new int[kernel];
    int count = 0;
    for (int tap = kernel - 1; tap >= 0; tap--) {
      if ((remainder + padding - tap) % stride == 0) {
        taps[count++] = tap;
      }
    }
    return Arrays.copyOf(taps, count);
  }

  private static Pass pass(
      int height,
      int width,
      int step,
      int down,
      int right,
      int[] filterY,
      int[] filterX,
      int spread,
      int firstY,
      int firstX,
      int channels) {
    int rowValues = ((width - 1) * step + Math.max(1, filterX.length)) * channels * LANES;
    int rows = Math.max(1, (STRIP_VALUES / rowValues - filterY.length) / step + 1);
    int strips = Math.ceilDiv(height, Math.min(rows, height));
    return new Pass(
        height,
        width,
        step,
        down,
        right,
        filterY,
        filterX,
        spread,
        firstY,
        firstX,
        Math.ceilDiv(height, strips));
  }

  @Override
  public int forwardTasks() {
    return chunks.tasks();
  }

  @Override
  public int gradientTasks() {
    return stride == 1 ? inputUnits(backward.getFirst()).tasks() : 0;
  }

  /** Strips of the input's gradient in tasks. */
  private Partition inputUnits(Pass pass) {
    return Partition.of(input.batch() * pass.strips(), 1, Math.max(1, Math.ceilDiv(TASKS, blocks)));
  }

  @Override
  public Workspace.Need need() {
    long strip = 0;
    for (Pass pass : backward) {
      if (!pass.isEmpty()) {
        strip = Math.max(strip, stripValues(pass, groupOut));
      }
    }
    long weights =
        stripValues(forward, groupIn) + (long) forward.strip() * forward.width() * groupOut * LANES;
    long worker =
        START + Math.max(strip, weights) + 2L * Math.max(input.channels(), output.channels());
    return new Workspace.Need(
        START + (long) blocks * weightValues,
        START + (long) chunks.tasks() * blocks * weightValues,
        2L * output.channels() * chunks.tasks(),
        worker);
  }

  private static long stripValues(Pass pass, int channels) {
    return (long) pass.sourceRows(pass.strip()) * pass.sourceColumns() * channels * LANES;
  }

  @Override
  public void forward(
      PixelSource source,
      Buffer result,
      Span weight,
      Optional<Span> bias,
      boolean moments,
      Workspace space) {
    pack(weight, forward, false, space);
    double[] sums = space.sums();
    int channels = output.channels();
    int blockChannels = groupOut * LANES;
    int momentsAt = START + Math.toIntExact(stripValues(forward, groupIn));
    space.run(
        chunks.tasks() * blocks,
        (task, own) -> {
          int chunk = task / blocks;
          int block = task % blocks;
          int first = chunk * 2 * channels + block * blockChannels;
          int second = first + channels;
          Arrays.fill(sums, first, first + blockChannels, 0.0);
          Arrays.fill(sums, second, second + blockChannels, 0.0);
          for (int unit = chunks.start(chunk); unit < chunks.start(chunk + 1); unit++) {
            int picture = unit / forward.strips();
            int y = unit % forward.strips() * forward.strip();
            int rows = Math.min(forward.strip(), output.height() - y);
            copyStrip(source, input, forward, picture, y, rows, block, groupIn, own);
            convolveStrip(
                own,
                forward,
                space.packed(),
                block,
                groupIn,
                groupOut,
                result.data(),
                output,
                picture,
                y,
                rows,
                false);
            if (moments) {
              // A few rows at a time keep the float32 sums short.
              for (int row = y; row < y + rows; row++) {
                int at =
                    (picture * output.height() + row) * output.width() * channels
                        + block * blockChannels;
                ChannelPasses.moments(
                    result.data(),
                    at,
                    output.width(),
                    channels,
                    blockChannels,
                    sums,
                    first,
                    second,
                    own,
                    momentsAt);
              }
            }
          }
        });
  }

  /** Copies what a strip of rows sees to {@link Workspace#START}, zeros around the picture. */
  private static void copyStrip(
      PixelSource source,
      Shape map,
      Pass pass,
      int picture,
      int y,
      int rows,
      int block,
      int group,
      float[] own) {
    int values = group * LANES;
    int columns = pass.sourceColumns();
    int sourceRows = pass.sourceRows(rows);
    int at = START;
    for (int i = 0; i < sourceRows; i++) {
      int row = y * pass.step() + pass.down() + i;
      if (row < 0 || row >= map.height()) {
        Arrays.fill(own, at, at + columns * values, 0f);
      } else {
        int left = Math.clamp(-pass.right(), 0, columns);
        int inside = Math.clamp(map.width() - pass.right(), left, columns) - left;
        Arrays.fill(own, at, at + left * values, 0f);
        source.readRows(
            (picture * map.height() + row) * map.width() + pass.right() + left,
            inside,
            block * values,
            values,
            own,
            at + left * values,
            values);
        Arrays.fill(own, at + (left + inside) * values, at + columns * values, 0f);
      }
      at += columns * values;
    }
  }

  private static void convolveStrip(
      float[] own,
      Pass pass,
      float[] packed,
      int block,
      int groupFrom,
      int groupTo,
      float[] to,
      Shape map,
      int picture,
      int y,
      int rows,
      boolean accumulate) {
    int values = groupFrom * LANES;
    int rowStep = pass.sourceColumns() * values;
    int depth = pass.filterX().length * groupFrom;
    int taps = pass.filterY().length;
    int weightAt = START + block * taps * depth * groupTo * LANES;
    for (int out = 0; out < groupTo; ) {
      int outs = groupTo - out >= OUTS ? OUTS : 1;
      for (int row = 0; row < rows; row++) {
        int targetY = (y + row) * pass.spread() + pass.firstY();
        int target =
            ((picture * map.height() + targetY) * map.width() + pass.firstX()) * map.channels()
                + (block * groupTo + out) * LANES;
        LaneRows.convolveRow(
            own,
            START + row * pass.step() * rowStep,
            pass.step() * values,
            rowStep,
            taps,
            depth,
            packed,
            weightAt,
            outs,
            to,
            target,
            pass.spread() * map.channels(),
            pass.width(),
            accumulate);
      }
      weightAt += taps * depth * outs * LANES;
      out += outs;
    }
  }

  /**
   * Orders weights as the inner loops read them: {@code [block][tile of outputs][filter row][filter
   * column][input][output of the tile][lane]}.
   *
   * @param transposed whether inputs and outputs change places, for the gradient
   */
  private void pack(Span span, Pass pass, boolean transposed, Workspace space) {
    float[] weight = span.values();
    float[] packed = space.packed();
    int groupFrom = transposed ? groupOut : groupIn;
    int groupTo = transposed ? groupIn : groupOut;
    int size = pass.filterY().length * pass.filterX().length * groupFrom * groupTo * LANES;
    space.run(
        blocks,
        (block, own) -> {
          int at = START + block * size;
          for (int out = 0; out < groupTo; ) {
            int outs = groupTo - out >= OUTS ? OUTS : 1;
            for (int y : pass.filterY()) {
              for (int x : pass.filterX()) {
                for (int in = 0; in < groupFrom; in++) {
                  for (int o = out; o < out + outs; o++) {
                    int from =
                        span.at()
                            + (transposed
                                ? weightAt(block, in, o, y, x)
                                : weightAt(block, o, in, y, x));
                    int laneStep = groupOut * groupIn * kernel * kernel;
                    for (int lane = 0; lane < LANES; lane++) {
                      packed[at++] = weight[from + lane * laneStep];
                    }
                  }
                }
              }
            }
            out += outs;
          }
        });
  }

  /** Where the first lane's weight lies in PyTorch's layout. */
  private int weightAt(int block, int out, int in, int y, int x) {
    int filter = block * LANES * groupOut + out;
    return ((filter * groupIn + in) * kernel + y) * kernel + x;
  }

  @Override
  public void backwardData(
      PixelSource gradient,
      MapTarget target,
      Span weight,
      GradientRowsListener listener,
      Workspace space) {
    for (Pass pass : backward) {
      if (pass.isEmpty()) {
        if (!target.accumulate()) {
          clear(pass, target.buffer(), space);
        }
        continue;
      }
      pack(weight, pass, true, space);
      Partition units = inputUnits(pass);
      int freeAt = START + Math.toIntExact(stripValues(pass, groupOut));
      int channels = groupIn * LANES;
      space.run(
          units.tasks() * blocks,
          (task, own) -> {
            int block = task % blocks;
            for (int unit = units.start(task / blocks);
                unit < units.start(task / blocks + 1);
                unit++) {
              int picture = unit / pass.strips();
              int y = unit % pass.strips() * pass.strip();
              int rows = Math.min(pass.strip(), pass.height() - y);
              copyStrip(gradient, output, pass, picture, y, rows, block, groupOut, own);
              convolveStrip(
                  own,
                  pass,
                  space.packed(),
                  block,
                  groupOut,
                  groupIn,
                  target.data(),
                  input,
                  picture,
                  y,
                  rows,
                  target.accumulate());
              if (stride == 1) {
                int first = (picture * input.height() + y) * input.width();
                int pixels = rows * input.width();
                listener.completed(
                    new GradientRows(
                        task / blocks, own, freeAt, first, pixels, block * channels, channels));
              }
            }
          });
    }
  }

  /** Sets the gradient of pixels that no output sees. */
  private void clear(Pass pass, Buffer result, Workspace space) {
    int channels = input.channels();
    space.run(
        input.batch(),
        (picture, own) -> {
          for (int y = pass.firstY(); y < input.height(); y += stride) {
            for (int x = pass.firstX(); x < input.width(); x += stride) {
              int at = ((picture * input.height() + y) * input.width() + x) * channels;
              Arrays.fill(result.data(), at, at + channels, 0f);
            }
          }
        });
  }

  @Override
  public void backwardWeights(
      PixelSource source, PixelSource gradient, WeightTarget target, Workspace space) {
    float[] partial = space.partial();
    int gradientAt = START + Math.toIntExact(stripValues(forward, groupIn));
    space.run(
        chunks.tasks() * blocks,
        (task, own) -> {
          int chunk = task / blocks;
          int block = task % blocks;
          int at = START + task * weightValues;
          Arrays.fill(partial, at, at + weightValues, 0f);
          for (int unit = chunks.start(chunk); unit < chunks.start(chunk + 1); unit++) {
            int picture = unit / forward.strips();
            int y = unit % forward.strips() * forward.strip();
            int rows = Math.min(forward.strip(), output.height() - y);
            copyStrip(source, input, forward, picture, y, rows, block, groupIn, own);
            int values = groupOut * LANES;
            gradient.readRows(
                (picture * output.height() + y) * output.width(),
                rows * output.width(),
                block * values,
                values,
                own,
                gradientAt,
                values);
            addStrip(own, gradientAt, rows, partial, at);
          }
        });
    space.run(blocks, (block, own) -> unpack(partial, block, target));
  }

  /** Adds a strip's products to {@code [filter row][filter column][input][output][lane]}. */
  private void addStrip(float[] own, int gradientAt, int rows, float[] partial, int at) {
    int values = groupIn * LANES;
    int rowStep = forward.sourceColumns() * values;
    int depth = kernel * groupIn;
    int toStep = groupOut * LANES;
    for (int tap = 0; tap < kernel; tap++) {
      for (int out = 0; out < groupOut; ) {
        int outs = groupOut - out >= OUTS ? OUTS : 1;
        LaneRows.addProducts(
            own,
            START + tap * rowStep,
            stride * values,
            stride * rowStep,
            depth,
            own,
            gradientAt + out * LANES,
            groupOut * LANES,
            rows,
            output.width(),
            outs,
            partial,
            at + tap * depth * toStep + out * LANES,
            toStep);
        out += outs;
      }
    }
  }

  /** Joins the chunks in their order and writes PyTorch's layout. */
  private void unpack(float[] partial, int block, WeightTarget target) {
    int first = START + block * weightValues;
    for (int chunk = 1; chunk < chunks.tasks(); chunk++) {
      ChannelPasses.add(
          partial, START + (chunk * blocks + block) * weightValues, weightValues, partial, first);
    }
    int at = first;
    int laneStep = groupOut * groupIn * kernel * kernel;
    for (int y = 0; y < kernel; y++) {
      for (int x = 0; x < kernel; x++) {
        for (int in = 0; in < groupIn; in++) {
          for (int out = 0; out < groupOut; out++) {
            int to = weightAt(block, out, in, y, x);
            for (int lane = 0; lane < LANES; lane++, to += laneStep) {
              target.put(to, partial[at++]);
            }
          }
        }
      }
    }
  }
}
