package org.resnext4j.engine.cpu.training;

import static org.resnext4j.engine.cpu.kernel.Packing.roundUp;
import static org.resnext4j.engine.cpu.kernel.StridedGemm.LANES;
import static org.resnext4j.engine.cpu.kernel.StridedGemm.PANEL;
import static org.resnext4j.engine.cpu.kernel.StridedGemm.ROWS;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.resnext4j.engine.cpu.kernel.ChannelPasses;
import org.resnext4j.engine.cpu.kernel.ChannelPasses.Block;
import org.resnext4j.engine.cpu.kernel.ChannelPasses.Sums;
import org.resnext4j.engine.cpu.kernel.MatrixView;
import org.resnext4j.engine.cpu.kernel.Packing;
import org.resnext4j.engine.cpu.kernel.PairedGemm;
import org.resnext4j.engine.cpu.kernel.PairedProduct;
import org.resnext4j.engine.cpu.kernel.ProductSize;
import org.resnext4j.engine.cpu.kernel.StridedGemm;
import org.resnext4j.engine.cpu.parallel.Partition;
import org.resnext4j.engine.cpu.training.GradientRowsListener.GradientRows;
import org.resnext4j.engine.graph.Op;
import org.resnext4j.engine.graph.Shape;

/**
 * A convolution and its gradients as matrix products over blocks of pixels. What a block of pixels
 * sees is laid out in a worker's scratch (read through batch norm and ReLU on the way), a few
 * hundred kilobytes that stay in its cache; no unrolled picture is ever stored.
 */
final class MatrixConvolution implements TrainableConvolution {

  /** Values that a block of rows laid out may take: what a usual L2 cache holds beside a panel. */
  private static final int BLOCK_VALUES = 96 * 1024;

  /** Values that one tile of a weight gradient may take, summed over many pixels. */
  private static final int WEIGHT_TILE_VALUES = 512 * 1024;

  /**
   * Most output channels of such a tile. Whole pixels read once are what main memory is fast at;
   * pieces of a kilobyte out of each pixel take three times as long a value.
   */
  private static final int WEIGHT_TILE_OUTPUTS = 1024;

  /**
   * Values that the pixels of both factors of such a tile may take: what a usual L2 cache holds
   * beside a panel.
   */
  private static final int WEIGHT_BLOCK_VALUES = 100 * 1024;

  /** Most pixels that are multiplied at once in a weight gradient. */
  private static final int WEIGHT_BLOCK_ROWS = 240;

  /** Tasks wanted of a weight gradient, each of which has sums of its own. */
  private static final int WEIGHT_TASKS = 24;

  /** Tasks wanted, enough to keep several threads evenly busy. */
  private static final int TASKS = 48;

  /** Most weights whose gradient is summed while they are also multiplied: both stay in a cache. */
  private static final int MOST_WEIGHTS_TOGETHER = 256 * 1024;

  /**
   * Panels of the data gradient's weights that are packed side by side: pieces of filters that are
   * long enough for main memory.
   */
  private static final int PANELS_TOGETHER = 4;

  /**
   * Weights of a group from which the forward pass goes in pairs. With fewer the gain is a tenth at
   * most, not worth larger rounding errors in front of every ReLU behind.
   */
  private static final int LEAST_FORWARD_WEIGHTS = 1 << 17;

  /** Values that all partial weight gradients of a layer may take. */
  private static final int MOST_PARTIAL_VALUES = 4 * 1024 * 1024;

  private final Shape input;
  private final Shape output;
  private final int groups;
  private final int groupIn;
  private final int groupOut;
  private final int kernel;
  private final int stride;
  private final int padding;

  /** Where the filter of each place in an output pixel starts in PyTorch's layout. */
  private final int[] filterAt;

  /** Where the taps of each place in an input pixel start within a filter. */
  private final int[] inputAt;

  private final Taps window;
  private final boolean pairs;
  private final Partition forward;
  private final List<Phase> phases;
  private final List<WeightTile> tiles;
  private final int chunkValues;
  private final Partition chunks;

  /**
   * A part of the weights whose gradient one task sums: rows are (tap, input channel).
   *
   * @param in taps and input channels
   * @param out the first output channel
   * @param outs number of output channels
   * @param at where its sums start among those of all tiles
   */
  private record WeightTile(Taps.Part in, int out, int outs, int at, boolean inPairs) {
    /** Columns that are computed, and lie, together. */
    int panel() {
      return inPairs ? PairedGemm.PANEL : PANEL;
    }

    int rows() {
      return in.values();
    }

    /** Rows with those that fill the last tile of the product. */
    int paddedRows() {
      return roundUp(rows(), ROWS);
    }

    int values() {
      return paddedRows() * roundUp(outs, LANES);
    }
  }

  /**
   * The input pixels of one remainder modulo the stride, which see the same taps.
   *
   * @param y first row
   * @param x first pixel of a row
   * @param taps the taps, as positions in the filter
   */
  private record Phase(int y, int x, Taps window, List<Integer> taps, Partition partition) {}

  /**
   * A convolution.
   *
   * @param inputOrder for each place in an input pixel the channel that lies there; other than the
   *     identity for one group only
   * @param outputOrder the same for an output pixel
   * @param pairs whether products may be computed in {@link PairedProduct}
   */
  MatrixConvolution(
      Op.Conv2d op, Shape input, Shape output, int[] inputOrder, int[] outputOrder, boolean pairs) {
    this.pairs = pairs;
    this.input = input;
    this.output = output;
    this.groups = op.groups();
    this.groupIn = op.inputChannelsPerGroup();
    this.groupOut = op.outputChannelsPerGroup();
    this.kernel = op.kernel();
    this.stride = op.stride();
    this.padding = op.padding();
    int taps = kernel * kernel;
    this.filterAt = new int[outputOrder.length];
    Arrays.setAll(filterAt, i -> outputOrder[i] * groupIn * taps);
    this.inputAt = new int[inputOrder.length];
    Arrays.setAll(inputAt, i -> inputOrder[i] % groupIn * taps);
    int[] down = new int[taps];
    int[] right = new int[taps];
    for (int tap = 0; tap < taps; tap++) {
      down[tap] = tap / kernel - padding;
      right[tap] = tap % kernel - padding;
    }
    this.window =
        new Taps(
            output.height(), output.width(), input.height(), input.width(), stride, down, right);
    int pixels = output.batch() * output.height() * output.width();
    this.forward = Partition.of(pixels, blockRows(taps * groupIn), TASKS);
    this.tiles = weightTiles();
    WeightTile last = tiles.getLast();
    this.chunkValues = last.at() + last.values();
    int widest = tiles.stream().mapToInt(t -> t.rows() + t.outs()).max().orElseThrow();
    int rows = WEIGHT_BLOCK_VALUES / widest / ROWS * ROWS;
    int block = Math.clamp(rows, ROWS, WEIGHT_BLOCK_ROWS);
    int mostChunks =
        Math.min(Math.ceilDiv(WEIGHT_TASKS, tiles.size()), MOST_PARTIAL_VALUES / chunkValues);
    this.chunks = Partition.of(pixels, block, Math.max(1, mostChunks));
    this.phases = phases();
  }

  /** Rows of a block whose rows take so many values each. */
  private static int blockRows(int values) {
    int rows = BLOCK_VALUES / values / ROWS * ROWS;
    return Math.max(ROWS, Math.min(rows, 16 * ROWS));
  }

  /**
   * Step from row to row in a scratch: an odd number of vectors, so that columns do not share cache
   * sets.
   */
  private static int rowStride(int values) {
    return (Math.ceilDiv(values, LANES) | 1) * LANES;
  }

  private List<Phase> phases() {
    List<Phase> result = new ArrayList<>();
    for (int y = 0; y < Math.min(stride, input.height()); y++) {
      for (int x = 0; x < Math.min(stride, input.width()); x++) {
        List<Integer> taps = new ArrayList<>();
        for (int tap = 0; tap < kernel * kernel; tap++) {
          if ((y + padding - tap / kernel) % stride == 0
              && (x + padding - tap % kernel) % stride == 0) {
            taps.add(tap);
          }
        }
        int firstY = y;
        int firstX = x;
        Taps seen =
            new Taps(
                Math.ceilDiv(input.height() - y, stride),
                Math.ceilDiv(input.width() - x, stride),
                output.height(),
                output.width(),
                1,
                taps.stream().mapToInt(t -> (firstY + padding - t / kernel) / stride).toArray(),
                taps.stream().mapToInt(t -> (firstX + padding - t % kernel) / stride).toArray());
        int pixels = input.batch() * seen.height() * seen.width();
        int block = blockRows(Math.max(1, taps.size()) * groupOut);
        // The same whether the weights' gradient is computed with it or not: sums over a task's
        // pixels are then the same bits.
        Partition partition = multipliesTogether() ? chunks : Partition.of(pixels, block, TASKS);
        result.add(new Phase(y, x, seen, taps, partition));
      }
    }
    return result;
  }

  private List<WeightTile> weightTiles() {
    List<WeightTile> result = new ArrayList<>();
    int taps = kernel * kernel;
    int outs = Math.min(groupOut, WEIGHT_TILE_OUTPUTS);
    int mostRows = WEIGHT_TILE_VALUES / outs;
    int channels = Math.min(groupIn, mostRows);
    int tapsAtOnce = channels == groupIn ? Math.clamp(mostRows / groupIn, 1, taps) : 1;
    boolean inPairs =
        pairs
            && groupIn % LANES == 0
            && channels % LANES == 0
            && groupOut % PairedGemm.PANEL == 0
            && PairedGemm.suits(channels * tapsAtOnce, outs);
    int at = 0;
    for (int group = 0; group < groups; group++) {
      for (int out = 0; out < groupOut; out += outs) {
        for (int tap = 0; tap < taps; tap += tapsAtOnce) {
          for (int channel = 0; channel < groupIn; channel += channels) {
            WeightTile tile =
                new WeightTile(
                    new Taps.Part(
                        tap,
                        Math.min(taps, tap + tapsAtOnce),
                        group * groupIn + channel,
                        Math.min(channels, groupIn - channel)),
                    group * groupOut + out,
                    Math.min(outs, groupOut - out),
                    at,
                    inPairs);
            result.add(tile);
            at += tile.values();
          }
        }
      }
    }
    return result;
  }

  @Override
  public int forwardTasks() {
    return forward.tasks();
  }

  @Override
  public int gradientTasks() {
    return stride > 1 || groups > 1 ? 0 : phases.getFirst().partition().tasks();
  }

  @Override
  public Workspace.Need need() {
    int taps = kernel * kernel;
    long packed = forwardWeights().length(groups);
    long forwardValues = (long) forward.block() * (rowStride(taps * groupIn) + 1);
    long dataValues = 0;
    for (Phase phase : phases) {
      packed = Math.max(packed, dataWeights(phase).length(groups));
      dataValues =
          Math.max(
              dataValues,
              (long) phase.partition().block()
                      * rowStride(Math.max(1, phase.taps().size()) * groupOut)
                  + productRoom(phase.partition().block()));
    }
    long weightValues = 0;
    for (WeightTile tile : tiles) {
      int room = tile.inPairs() ? PairedGemm.transposedRoom(chunks.block(), tile.rows()) : 0;
      long factors = (long) chunks.block() * (rowStride(tile.rows()) + rowStride(tile.outs()));
      long behind = Math.max(room, multipliesTogether() ? productRoom(chunks.block()) : 0);
      weightValues = Math.max(weightValues, factors + behind);
    }
    long worker =
        Math.max(forwardValues, Math.max(dataValues, weightValues))
            + StridedGemm.SCRATCH
            + 2L * Math.max(input.channels(), output.channels())
            + 4L * PANEL;
    return new Workspace.Need(
        packed,
        (long) chunks.tasks() * chunkValues,
        2L * output.channels() * forward.tasks(),
        worker);
  }

  private PackedWeights forwardWeights() {
    int depth = kernel * kernel * groupIn;
    boolean large = (long) depth * groupOut >= LEAST_FORWARD_WEIGHTS;
    return new PackedWeights(depth, groupOut, large && inPairs(depth, groupOut));
  }

  private PackedWeights dataWeights(Phase phase) {
    int depth = phase.taps().size() * groupOut;
    return new PackedWeights(depth, groupIn, inPairs(depth, groupIn));
  }

  private boolean inPairs(int depth, int columns) {
    return pairs && PairedGemm.suits(depth, columns);
  }

  @Override
  public void forward(
      PixelSource source,
      Buffer result,
      Span weight,
      Optional<Span> bias,
      boolean moments,
      Workspace space) {
    packForward(weight, space);
    int taps = kernel * kernel;
    int depth = taps * groupIn;
    int columnStride = rowStride(depth);
    int halvesAt = forward.block() * columnStride;
    int tileAt = halvesAt + forward.block();
    int momentsAt = tileAt + StridedGemm.SCRATCH;
    int channels = output.channels();
    PackedWeights weights = forwardWeights();
    double[] sums = space.sums();
    space.run(
        forward.tasks(),
        (task, own) -> {
          float[] to = result.data();
          int sumsAt = task * 2 * channels;
          Arrays.fill(sums, sumsAt, sumsAt + 2 * channels, 0.0);
          Sums into = new Sums(sums, sumsAt, sumsAt + channels);
          int end = forward.start(task + 1);
          for (int first = forward.start(task); first < end; first += forward.block()) {
            int rows = Math.min(forward.block(), end - first);
            for (int group = 0; group < groups; group++) {
              Taps.Part all = new Taps.Part(0, taps, group * groupIn, groupIn);
              MatrixView seen = MatrixView.rows(own, 0, columnStride);
              window.gather(source, all, first, rows, seen);
              MatrixView out = MatrixView.rows(to, first * channels + group * groupOut, channels);
              weights.multiply(seen, halvesAt, tileAt, space.packed(), group, out, rows);
            }
            if (bias.isPresent()) {
              Span values = bias.orElseThrow();
              for (int row = 0; row < rows; row++) {
                int at = (first + row) * channels;
                ChannelPasses.add(values.values(), values.at(), channels, to, at);
              }
            }
            if (moments) {
              Block block = new Block(first * channels, rows, channels, 0, channels);
              ChannelPasses.moments(to, block, into, own, momentsAt);
            }
          }
        });
  }

  /** Panels of output channels; in a panel one row of weights for each (tap, input channel). */
  private void packForward(Span span, Workspace space) {
    float[] weight = span.values();
    float[] packed = space.packed();
    int taps = kernel * kernel;
    PackedWeights weights = forwardWeights();
    int panel = weights.panel();
    int panels = weights.panels();
    space.run(
        groups * panels,
        (task, own) -> {
          int group = task / panels;
          int column = task % panels * panel;
          int width = Math.min(panel, groupOut - column);
          int at = weights.panelAt(group, column);
          if (width < panel) {
            Arrays.fill(packed, at, at + weights.depth() * panel, 0f);
          }
          for (int block = 0; block < groupIn; block += LANES) {
            int blockEnd = Math.min(groupIn, block + LANES);
            for (int n = 0; n < width; n++) {
              int filter = span.at() + filterAt[group * groupOut + column + n];
              int place = group * groupIn;
              if (taps == 1) {
                for (int channel = block; channel < blockEnd; channel++) {
                  packed[at + channel * panel + n] = weight[filter + inputAt[place + channel]];
                }
                continue;
              }
              for (int channel = block; channel < blockEnd; channel++) {
                int from = filter + inputAt[place + channel];
                int to = at + channel * panel + n;
                for (int tap = 0; tap < taps; tap++) {
                  packed[to + tap * groupIn * panel] = weight[from + tap];
                }
              }
            }
          }
          weights.finishPanel(packed, group, column);
        });
  }

  @Override
  public void backwardData(
      PixelSource gradient,
      MapTarget target,
      Span weight,
      GradientRowsListener listener,
      Workspace space) {
    for (Phase phase : phases) {
      if (!phase.taps().isEmpty()) {
        packData(weight, phase, space);
      } else if (target.accumulate()) {
        continue;
      }
      int columnStride = rowStride(Math.max(1, dataWeights(phase).depth()));
      Partition partition = phase.partition();
      int freeAt = partition.block() * columnStride;
      space.run(
          partition.tasks(),
          (task, own) -> {
            int end = partition.start(task + 1);
            for (int first = partition.start(task); first < end; first += partition.block()) {
              int rows = Math.min(partition.block(), end - first);
              for (int group = 0; group < groups; group++) {
                Taps.Part all = new Taps.Part(0, phase.taps().size(), group * groupOut, groupOut);
                MatrixView seen = MatrixView.rows(own, 0, columnStride);
                phase.window().gather(gradient, all, first, rows, seen);
                multiplyGradient(seen, freeAt, space.packed(), phase, group, first, rows, target);
              }
              if (gradientTasks() > 0) {
                listener.completed(new GradientRows(task, own, freeAt, first, rows, 0, groupIn));
              }
            }
          });
    }
  }

  /** Values of the room that {@link #multiplyGradient} needs. */
  private int productRoom(int rows) {
    return rows + StridedGemm.SCRATCH + Packing.LINE + rows * rowStride(groupIn);
  }

  /**
   * Multiplies some pixels of the output's gradient, laid out, by the weights of a group, and
   * writes the input's gradient or adds to it. What is added to comes from memory: row by row that
   * is fast, but tile by tile each would wait for it.
   */
  private void multiplyGradient(
      MatrixView gradient,
      int freeAt,
      float[] packed,
      Phase phase,
      int group,
      int first,
      int rows,
      MapTarget target) {
    int gemmAt = freeAt + rows;
    int channel = group * groupIn;
    boolean direct = stride == 1 && !target.accumulate();
    MatrixView result =
        direct
            ? MatrixView.rows(target.data(), first * input.channels() + channel, input.channels())
            : MatrixView.rows(
                gradient.values(), Packing.align(gemmAt + StridedGemm.SCRATCH), rowStride(groupIn));
    dataWeights(phase).multiply(gradient, freeAt, gemmAt, packed, group, result, rows);
    if (!direct) {
      scatter(result, phase, first, rows, channel, target);
    }
  }

  /**
   * Panels of input channels; in a panel one row of weights for each (tap of the phase, output
   * channel).
   */
  private void packData(Span weight, Phase phase, Workspace space) {
    float[] packed = space.packed();
    PackedWeights weights = dataWeights(phase);
    Partition columns =
        Partition.of(groupIn, weights.panel(), Math.ceilDiv(weights.panels(), PANELS_TOGETHER));
    space.run(
        groups * columns.tasks(),
        (task, own) -> {
          int group = task / columns.tasks();
          int first = columns.start(task % columns.tasks());
          int end = columns.start(task % columns.tasks() + 1);
          int row = 0;
          for (int tap : phase.taps()) {
            for (int out = 0; out < groupOut; out++, row++) {
              int filter = weight.at() + filterAt[group * groupOut + out] + tap;
              for (int column = first; column < end; column += weights.panel()) {
                packRow(weight.values(), filter, group, column, weights, row, packed);
              }
            }
          }
          for (int column = first; column < end; column += weights.panel()) {
            weights.finishPanel(packed, group, column);
          }
        });
  }

  /** Packs one row of one panel: one tap of one filter, for some input channels. */
  private void packRow(
      float[] weight,
      int filter,
      int group,
      int column,
      PackedWeights weights,
      int row,
      float[] packed) {
    int at = weights.panelAt(group, column) + row * weights.panel();
    int width = Math.min(weights.panel(), groupIn - column);
    int place = group * groupIn + column;
    for (int n = 0; n < width; n++) {
      packed[at + n] = weight[filter + inputAt[place + n]];
    }
    Arrays.fill(packed, at + width, at + weights.panel(), 0f);
  }

  private void scatter(
      MatrixView block, Phase phase, int first, int rows, int channel, MapTarget result) {
    float[] to = result.data();
    Taps seen = phase.window();
    for (int row = 0; row < rows; row++) {
      int pixel = first + row;
      int picture = pixel / (seen.height() * seen.width());
      int y = pixel / seen.width() % seen.height() * stride + phase.y();
      int x = pixel % seen.width() * stride + phase.x();
      int target =
          ((picture * input.height() + y) * input.width() + x) * input.channels() + channel;
      int from = block.offset() + row * block.rowStep();
      if (result.accumulate()) {
        ChannelPasses.add(block.values(), from, groupIn, to, target);
      } else {
        System.arraycopy(block.values(), from, to, target, groupIn);
      }
    }
  }

  @Override
  public void backwardWeights(
      PixelSource source, PixelSource gradient, WeightTarget target, Workspace space) {
    GradientUse none = (task, seen, first, rows, freeAt) -> {};
    sumWeights(source, gradient, none, target, space);
  }

  /** What else is done with some pixels of the output's gradient, once they are laid out. */
  @FunctionalInterface
  private interface GradientUse {
    /**
     * Uses them.
     *
     * @param gradient the pixels' gradients, in a worker's memory
     * @param freeAt from where on that memory is free
     */
    void run(int task, MatrixView gradient, int first, int rows, int freeAt);
  }

  /**
   * Computes both gradients. Where every pixel sees itself alone and weights are few, the output's
   * gradient is read through batch norm and laid out once for both.
   */
  @Override
  public void backward(
      PixelSource source,
      PixelSource gradient,
      Span weight,
      WeightTarget weightTarget,
      MapTarget inputTarget,
      GradientRowsListener listener,
      Workspace space) {
    if (!multipliesTogether()) {
      TrainableConvolution.super.backward(
          source, gradient, weight, weightTarget, inputTarget, listener, space);
      return;
    }
    Phase phase = phases.getFirst();
    packData(weight, phase, space);
    GradientUse multiplication =
        (task, seen, first, rows, freeAt) -> {
          multiplyGradient(seen, freeAt, space.packed(), phase, 0, first, rows, inputTarget);
          listener.completed(
              new GradientRows(task, seen.values(), freeAt, first, rows, 0, groupIn));
        };
    sumWeights(source, gradient, multiplication, weightTarget, space);
  }

  private boolean multipliesTogether() {
    return kernel == 1 && stride == 1 && tiles.size() == 1 && chunkValues <= MOST_WEIGHTS_TOGETHER;
  }

  private void sumWeights(
      PixelSource source,
      PixelSource gradient,
      GradientUse use,
      WeightTarget target,
      Workspace space) {
    float[] partial = space.partial();
    space.run(
        chunks.tasks() * tiles.size(),
        (task, own) -> {
          int chunk = task / tiles.size();
          WeightTile tile = tiles.get(task % tiles.size());
          sumWeightTile(
              source, gradient, use, tile, chunk, partial, chunk * chunkValues + tile.at(), own);
        });
    int panel = tiles.getFirst().panel();
    int panels = Math.ceilDiv(tiles.getFirst().outs(), panel);
    space.run(
        tiles.size() * panels,
        (task, own) -> {
          WeightTile tile = tiles.get(task / panels);
          int column = task % panels * panel;
          if (column < tile.outs()) {
            joinChunks(partial, tile, column);
            unpackPanel(partial, tile, column, target);
          }
        });
  }

  /**
   * Writes the sums of one panel in PyTorch's layout, a square of values at a time: filters are
   * often a power of two apart, and a few of their lines at once would share a cache set.
   */
  private void unpackPanel(float[] partial, WeightTile tile, int panel, WeightTarget target) {
    float[] result = target.span().values();
    int outs = Math.min(tile.panel(), tile.outs() - panel);
    int width = roundUp(outs, LANES);
    int filters = tile.out() + panel;
    int inputs = tile.in().channel();
    int channels = tile.in().channels();
    for (int tap = tile.in().tapFrom(); tap < tile.in().tapTo(); tap++) {
      int rows =
          tile.at() + panel * tile.paddedRows() + (tap - tile.in().tapFrom()) * channels * width;
      for (int block = 0; block < channels; block += LANES) {
        int blockEnd = Math.min(channels, block + LANES);
        for (int out = 0; out < outs; out++) {
          int filter = target.span().at() + filterAt[filters + out] + tap;
          if (target.accumulate()) {
            for (int channel = block; channel < blockEnd; channel++) {
              result[filter + inputAt[inputs + channel]] += partial[rows + channel * width + out];
            }
          } else {
            for (int channel = block; channel < blockEnd; channel++) {
              result[filter + inputAt[inputs + channel]] = partial[rows + channel * width + out];
            }
          }
        }
      }
    }
  }

  private void sumWeightTile(
      PixelSource source,
      PixelSource gradient,
      GradientUse use,
      WeightTile tile,
      int chunk,
      float[] partial,
      int at,
      float[] own) {
    int block = chunks.block();
    int leftStride = rowStride(tile.rows());
    int rightStride = rowStride(tile.outs());
    int rightAt = block * leftStride + PANEL;
    int freeAt = rightAt + block * rightStride + PANEL;
    int start = chunks.start(chunk);
    int end = chunks.start(chunk + 1);
    MatrixView left = MatrixView.rows(own, 0, leftStride);
    MatrixView right = MatrixView.rows(own, rightAt, rightStride);
    for (int first = start; first < end; first += block) {
      int rows = Math.min(block, end - first);
      window.gather(source, tile.in(), first, rows, left);
      gradient.readRows(first, rows, tile.out(), tile.outs(), own, rightAt, rightStride);
      multiplyWeightTile(tile, left, right, rows, freeAt, partial, at, first > start);
      use.run(chunk, right, first, rows, freeAt);
    }
  }

  /**
   * Adds the products of some pixels. The sums lie in the order in which a product comes to them.
   */
  private static void multiplyWeightTile(
      WeightTile tile,
      MatrixView left,
      MatrixView right,
      int pixels,
      int freeAt,
      float[] partial,
      int at,
      boolean accumulate) {
    float[] own = left.values();
    if (tile.inPairs()) {
      ProductSize size = new ProductSize(tile.rows(), tile.outs(), pixels);
      MatrixView sums = MatrixView.rows(partial, at, tile.panel());
      PairedGemm.multiplyTransposed(left, right, sums, size, freeAt, accumulate);
      return;
    }
    MatrixView transposed = left.transposed();
    for (int panel = 0; panel < tile.outs(); panel += PANEL) {
      int width = Math.min(PANEL, roundUp(tile.outs() - panel, LANES));
      StridedGemm.multiply(
          transposed,
          new StridedGemm.Panels(own, right.offset() + panel, PANEL, right.rowStep()),
          MatrixView.rows(partial, at + panel * tile.paddedRows(), width),
          new ProductSize(tile.paddedRows(), width, pixels),
          accumulate,
          own,
          freeAt);
    }
  }

  /** Adds one panel of all chunks to that of the first, in their order. */
  private void joinChunks(float[] partial, WeightTile tile, int panel) {
    int from = tile.at() + panel * tile.paddedRows();
    int width = Math.min(tile.panel(), roundUp(tile.outs() - panel, LANES));
    for (int chunk = 1; chunk < chunks.tasks(); chunk++) {
      ChannelPasses.add(
          partial, chunk * chunkValues + from, width * tile.paddedRows(), partial, from);
    }
  }
}
