package org.resnext4j.engine.cpu.training;

import static org.resnext4j.engine.cpu.kernel.LaneRows.OUTS;
import static org.resnext4j.engine.cpu.kernel.StridedGemm.LANES;
import static org.resnext4j.engine.cpu.training.Workspace.START;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.resnext4j.engine.cpu.kernel.ChannelPasses;
import org.resnext4j.engine.cpu.kernel.ChannelPasses.Block;
import org.resnext4j.engine.cpu.kernel.ChannelPasses.Sums;
import org.resnext4j.engine.cpu.kernel.LaneRows;
import org.resnext4j.engine.cpu.kernel.LaneRows.Pixels;
import org.resnext4j.engine.cpu.kernel.MatrixView;
import org.resnext4j.engine.cpu.parallel.Partition;
import org.resnext4j.engine.cpu.training.GradientRowsListener.GradientRows;
import org.resnext4j.engine.cpu.training.LanePass.Axis;
import org.resnext4j.engine.cpu.training.LanePass.Strip;
import org.resnext4j.engine.graph.Op;
import org.resnext4j.engine.graph.Shape;

/**
 * A grouped convolution with lanes across cardinality. The channels of its input and output have
 * the order {@code [block][channel of the group][lane]}, where a block consists of as many groups
 * as a vector has lanes (see {@link #order}). The dense convolutions before and after it pack their
 * weights in this order, so it costs no time.
 *
 * <p>All regions of memory start at {@link Workspace#START} and have no gaps:
 *
 * <pre>
 * own, forward and data gradient  strip      [source row, source column, channel of the group, lane]
 *                                 sums       [2, channels] for moments or a listener
 * own, weight gradient            strip      as above
 *                                 gradients  [row, column, output channel of the group, lane]
 * packed                          [block, tile of outputs, filter row, filter column, input, output, lane]
 * partial                         [chunk, block, filter row, filter column, input, output, lane]
 * </pre>
 */
final class LaneConvolution implements TrainableConvolution {

  /** The number of values of a strip of rows that a worker copies. A usual L2 cache holds them. */
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
  private final LanePass forward;
  private final List<LanePass> backward;
  private final Partition chunks;
  private final int weightValues;

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
    Axis down = new Axis(output.height(), stride, -padding, taps, 1, 0);
    Axis right = new Axis(output.width(), stride, -padding, taps, 1, 0);
    this.forward =
        new LanePass(down, right, strip(down, right, groupIn), input, output, groupIn, groupOut);
    this.backward = new ArrayList<>();
    for (int y = 0; y < Math.min(stride, input.height()); y++) {
      for (int x = 0; x < Math.min(stride, input.width()); x++) {
        Axis rows = backwardAxis(input.height(), y);
        Axis columns = backwardAxis(input.width(), x);
        int strip = strip(rows, columns, groupOut);
        backward.add(new LanePass(rows, columns, strip, output, input, groupOut, groupIn));
      }
    }
    this.chunks =
        Partition.of(
            output.batch() * forward.strips(), 1, Math.max(1, Math.ceilDiv(TASKS, blocks)));
  }

  /** Whether this class can compute a convolution with this machine's vectors. */
  static boolean suits(Op.Conv2d op) {
    return op.dilation() == 1 && op.groups() > 1 && op.groups() % LANES == 0 && !op.bias();
  }

  /** The channel at each place of a pixel. */
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

  /**
   * The taps that read the inputs of one remainder modulo the stride, in the order of their
   * outputs.
   */
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

  /** The axis of the gradient of the inputs of one remainder modulo the stride. */
  private Axis backwardAxis(int size, int remainder) {
    int[] taps = tapsOf(remainder);
    int shift = taps.length == 0 ? 0 : (remainder + padding - taps[0]) / stride;
    return new Axis(Math.ceilDiv(size - remainder, stride), 1, shift, taps, stride, remainder);
  }

  /**
   * The number of rows of a strip. Its source fits a cache, and all strips have nearly the same
   * size.
   */
  private static int strip(Axis down, Axis right, int channels) {
    int columns = (right.size() - 1) * right.step() + Math.max(1, right.taps().length);
    int rowValues = columns * channels * LANES;
    int rows = Math.max(1, (STRIP_VALUES / rowValues - down.taps().length) / down.step() + 1);
    int strips = Math.ceilDiv(down.size(), Math.min(rows, down.size()));
    return Math.ceilDiv(down.size(), strips);
  }

  @Override
  public Tasks tasks() {
    return new Tasks(chunks.tasks(), stride == 1 ? inputUnits(backward.getFirst()).tasks() : 0);
  }

  /** The division of the strips of the input's gradient into tasks. */
  private Partition inputUnits(LanePass pass) {
    return Partition.of(input.batch() * pass.strips(), 1, Math.max(1, Math.ceilDiv(TASKS, blocks)));
  }

  @Override
  public Workspace.Need need() {
    long strip = 0;
    for (LanePass pass : backward) {
      if (!pass.isEmpty()) {
        strip = Math.max(strip, pass.stripValues());
      }
    }
    long weights =
        forward.stripValues() + (long) forward.strip() * output.width() * groupOut * LANES;
    long worker =
        START + Math.max(strip, weights) + 2L * Math.max(input.channels(), output.channels());
    return new Workspace.Need(
        START + (long) blocks * weightValues,
        START + (long) chunks.tasks() * blocks * weightValues,
        2L * output.channels() * chunks.tasks(),
        worker);
  }

  @Override
  public void forward(Forward pass, Workspace space) {
    pack(pass.weight(), forward, false, space);
    MapTarget target = new MapTarget(pass.result(), false);
    int channels = output.channels();
    int blockChannels = groupOut * LANES;
    int momentsAt = START + forward.stripValues();
    space.run(
        chunks.tasks() * blocks,
        (task, own) -> {
          int chunk = task / blocks;
          int block = task % blocks;
          Sums into = space.clearedSums(chunk, channels, block * blockChannels, blockChannels);
          for (int unit = chunks.start(chunk); unit < chunks.start(chunk + 1); unit++) {
            Strip strip = forward.strip(unit, block);
            forward.copy(pass.source(), strip, own);
            forward.convolve(strip, own, space.packed(), target);
            if (pass.moments()) {
              // Sums of a few rows at a time keep the rounding errors of float32 small.
              for (int row = strip.y(); row < strip.y() + strip.rows(); row++) {
                int at =
                    (strip.picture() * output.height() + row) * output.width() * channels
                        + block * blockChannels;
                Block pixels = new Block(at, output.width(), channels, 0, blockChannels);
                ChannelPasses.moments(target.data(), pixels, into, own, momentsAt);
              }
            }
          }
        });
  }

  /**
   * Packs weights in the order of the inner loops: {@code [block][tile of outputs][filter
   * row][filter column][input][output of the tile][lane]}.
   *
   * @param transposed whether inputs and outputs are exchanged, for the gradient
   */
  private void pack(Span span, LanePass pass, boolean transposed, Workspace space) {
    float[] weight = span.values();
    float[] packed = space.packed();
    int groupFrom = pass.groupFrom();
    int groupTo = pass.groupTo();
    int size =
        pass.rows().taps().length * pass.columns().taps().length * groupFrom * groupTo * LANES;
    space.run(
        blocks,
        (block, own) -> {
          int at = START + block * size;
          for (int out = 0; out < groupTo; ) {
            int outs = groupTo - out >= OUTS ? OUTS : 1;
            for (int y : pass.rows().taps()) {
              for (int x : pass.columns().taps()) {
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

  /** The index of the first lane's weight in PyTorch's layout. */
  private int weightAt(int block, int out, int in, int y, int x) {
    int filter = block * LANES * groupOut + out;
    return ((filter * groupIn + in) * kernel + y) * kernel + x;
  }

  @Override
  public void backwardData(DataGradient data, Workspace space) {
    MapTarget target = data.target();
    for (LanePass pass : backward) {
      if (pass.isEmpty()) {
        if (!target.accumulate()) {
          clear(pass, target.buffer(), space);
        }
        continue;
      }
      pack(data.weight(), pass, true, space);
      Partition units = inputUnits(pass);
      int freeAt = START + pass.stripValues();
      int channels = groupIn * LANES;
      space.run(
          units.tasks() * blocks,
          (task, own) -> {
            int block = task % blocks;
            for (int unit = units.start(task / blocks);
                unit < units.start(task / blocks + 1);
                unit++) {
              Strip strip = pass.strip(unit, block);
              pass.copy(data.gradient(), strip, own);
              pass.convolve(strip, own, space.packed(), target);
              if (stride == 1) {
                int first = (strip.picture() * input.height() + strip.y()) * input.width();
                int pixels = strip.rows() * input.width();
                data.listener()
                    .completed(
                        new GradientRows(
                            task / blocks, own, freeAt, first, pixels, block * channels, channels));
              }
            }
          });
    }
  }

  /** Sets the gradient of pixels that no output depends on to 0. */
  private void clear(LanePass pass, Buffer result, Workspace space) {
    int channels = input.channels();
    space.run(
        input.batch(),
        (picture, own) -> {
          for (int y = pass.rows().first(); y < input.height(); y += stride) {
            for (int x = pass.columns().first(); x < input.width(); x += stride) {
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
    int gradientAt = START + forward.stripValues();
    space.run(
        chunks.tasks() * blocks,
        (task, own) -> {
          int chunk = task / blocks;
          int block = task % blocks;
          int at = START + task * weightValues;
          Arrays.fill(partial, at, at + weightValues, 0f);
          for (int unit = chunks.start(chunk); unit < chunks.start(chunk + 1); unit++) {
            Strip strip = forward.strip(unit, block);
            forward.copy(source, strip, own);
            int values = groupOut * LANES;
            gradient.readRows(
                (strip.picture() * output.height() + strip.y()) * output.width(),
                strip.rows() * output.width(),
                block * values,
                values,
                own,
                gradientAt,
                values);
            addStrip(own, gradientAt, strip.rows(), partial, at);
          }
        });
    space.run(blocks, (block, own) -> unpack(partial, block, target));
  }

  /**
   * Adds the products of a strip to the sums {@code [filter row][filter
   * column][input][output][lane]}.
   */
  private void addStrip(float[] own, int gradientAt, int rows, float[] partial, int at) {
    int values = groupIn * LANES;
    int rowStep = forward.sourceColumns() * values;
    int depth = kernel * groupIn;
    int toStep = groupOut * LANES;
    for (int tap = 0; tap < kernel; tap++) {
      Pixels source = new Pixels(own, START + tap * rowStep, stride * values, stride * rowStep);
      for (int out = 0; out < groupOut; ) {
        int outs = groupOut - out >= OUTS ? OUTS : 1;
        MatrixView sums = MatrixView.rows(partial, at + tap * depth * toStep + out * LANES, toStep);
        Pixels gradients = new Pixels(own, gradientAt + out * LANES, groupOut * LANES, 0);
        LaneRows.addProducts(source, depth, gradients, rows, output.width(), outs, sums);
        out += outs;
      }
    }
  }

  /** Adds the sums of all chunks in their order, and writes them in PyTorch's layout. */
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
