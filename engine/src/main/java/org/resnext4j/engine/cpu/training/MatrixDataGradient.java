package org.resnext4j.engine.cpu.training;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.resnext4j.engine.cpu.kernel.ChannelPasses;
import org.resnext4j.engine.cpu.kernel.MatrixView;
import org.resnext4j.engine.cpu.kernel.Packing;
import org.resnext4j.engine.cpu.kernel.StridedGemm;
import org.resnext4j.engine.cpu.parallel.Partition;
import org.resnext4j.engine.cpu.training.GradientRowsListener.GradientRows;
import org.resnext4j.engine.cpu.training.TrainableConvolution.DataGradient;

/**
 * The gradient of a {@link MatrixConvolution}'s input, which is a convolution of the output's
 * gradient (a transposed convolution). A stride of s divides the input pixels into s² phases. All
 * pixels of a phase use the same taps, so each phase is one matrix product.
 *
 * <p>A worker's memory holds, one after another:
 *
 * <pre>
 * patches  [block, (tap, output channel)]  leading dimension: rowStride(taps · output channels)
 * halves   [block]                         half sums for products in pairs
 * tile     [StridedGemm.SCRATCH]           scratch memory of the product
 * result   [block, input channel]          leading dimension: rowStride(input channels); only used
 *                                          where the product is added or its pixels lie apart
 * </pre>
 *
 * A {@link GradientRowsListener} overwrites all regions except the patches.
 */
final class MatrixDataGradient {

  /**
   * The number of neighbouring panels that one task packs. It reads runs of the filters that are
   * long enough for main memory.
   */
  private static final int PANELS_TOGETHER = 4;

  private final MatrixGeometry geometry;
  private final List<Phase> phases;

  /**
   * A phase: the input pixels of one remainder modulo the stride, which use the same taps.
   *
   * @param y the first row
   * @param x the first pixel of a row
   * @param seen the output pixels on which each input pixel's gradient depends
   * @param taps the positions of the taps in the filter
   * @param weights the layout of the taps' weights
   */
  private record Phase(
      int y, int x, Taps seen, List<Integer> taps, PackedWeights weights, Partition partition) {

    /** The leading dimension of the patches. */
    int patchStride() {
      return Workspace.rowStride(Math.max(1, weights.depth()));
    }
  }

  /**
   * A copy of some pixels of the output's gradient in a worker's memory.
   *
   * @param values {@code [rows, (tap, output channel)]}
   * @param first the first pixel
   * @param rows number of pixels
   * @param freeAt index of the free part of the worker's memory
   */
  record GradientBlock(MatrixView values, int first, int rows, int freeAt) {}

  /**
   * Derives the phases.
   *
   * @param partition the division of the pixels, if the gradient of the weights shares it
   */
  MatrixDataGradient(MatrixGeometry geometry, Optional<Partition> partition) {
    this.geometry = geometry;
    List<Phase> result = new ArrayList<>();
    for (int y = 0; y < Math.min(geometry.op().stride(), geometry.input().height()); y++) {
      for (int x = 0; x < Math.min(geometry.op().stride(), geometry.input().width()); x++) {
        result.add(phase(y, x, partition));
      }
    }
    this.phases = List.copyOf(result);
  }

  private Phase phase(int y, int x, Optional<Partition> partition) {
    int kernel = geometry.op().kernel();
    int stride = geometry.op().stride();
    int padding = geometry.op().padding();
    List<Integer> taps = new ArrayList<>();
    for (int tap = 0; tap < geometry.taps(); tap++) {
      if ((y + padding - tap / kernel) % stride == 0
          && (x + padding - tap % kernel) % stride == 0) {
        taps.add(tap);
      }
    }
    Taps seen =
        new Taps(
            Math.ceilDiv(geometry.input().height() - y, stride),
            Math.ceilDiv(geometry.input().width() - x, stride),
            geometry.output().height(),
            geometry.output().width(),
            1,
            taps.stream().mapToInt(t -> (y + padding - t / kernel) / stride).toArray(),
            taps.stream().mapToInt(t -> (x + padding - t % kernel) / stride).toArray());
    int depth = taps.size() * geometry.groupOut();
    PackedWeights weights =
        new PackedWeights(depth, geometry.groupIn(), geometry.inPairs(depth, geometry.groupIn()));
    int pixels = geometry.input().batch() * seen.height() * seen.width();
    int block = MatrixGeometry.blockRows(Math.max(1, taps.size()) * geometry.groupOut());
    return new Phase(
        y,
        x,
        seen,
        taps,
        weights,
        partition.orElseGet(() -> Partition.of(pixels, block, MatrixGeometry.TASKS)));
  }

  /**
   * The number of tasks that report to a {@link GradientRowsListener}; 0 if pixels are completed
   * out of order.
   */
  int reportingTasks() {
    return geometry.op().stride() > 1 || geometry.op().groups() > 1
        ? 0
        : phases.getFirst().partition().tasks();
  }

  Workspace.Need need() {
    long packed = 0;
    long own = 0;
    for (Phase phase : phases) {
      int block = phase.partition().block();
      packed = Math.max(packed, phase.weights().length(geometry.op().groups()));
      own = Math.max(own, (long) block * phase.patchStride() + productValues(block));
    }
    return new Workspace.Need(packed, 0, 0, own + geometry.tailValues());
  }

  /** The number of values of a worker's memory after the patches. */
  int productValues(int rows) {
    int result = rows * Workspace.rowStride(geometry.groupIn());
    return rows + StridedGemm.SCRATCH + Packing.LINE + result;
  }

  void run(DataGradient pass, Workspace space) {
    for (Phase phase : phases) {
      if (!phase.taps().isEmpty()) {
        pack(pass.weight(), phase, space);
      } else if (pass.target().accumulate()) {
        continue;
      }
      run(pass, phase, space);
    }
  }

  private void run(DataGradient pass, Phase phase, Workspace space) {
    Partition partition = phase.partition();
    int groupOut = geometry.groupOut();
    int freeAt = partition.block() * phase.patchStride();
    space.run(
        partition.tasks(),
        (task, own) -> {
          MatrixView patches = MatrixView.rows(own, 0, phase.patchStride());
          int end = partition.start(task + 1);
          for (int first = partition.start(task); first < end; first += partition.block()) {
            int rows = Math.min(partition.block(), end - first);
            GradientBlock block = new GradientBlock(patches, first, rows, freeAt);
            for (int group = 0; group < geometry.op().groups(); group++) {
              Taps.Part all = new Taps.Part(0, phase.taps().size(), group * groupOut, groupOut);
              phase.seen().gather(pass.gradient(), all, first, rows, patches);
              multiply(block, phase, group, space.packed(), pass.target());
            }
            if (reportingTasks() > 0) {
              report(task, block, pass.listener());
            }
          }
        });
  }

  /** Packs the weights for {@link #useBlock}. The filters are 1×1, and there is one group. */
  void packForBlocks(DataGradient pass, Workspace space) {
    pack(pass.weight(), phases.getFirst(), space);
  }

  /** Computes the input's gradient at some pixels from a copy of the output's gradient. */
  void useBlock(int task, GradientBlock block, DataGradient pass, Workspace space) {
    multiply(block, phases.getFirst(), 0, space.packed(), pass.target());
    report(task, block, pass.listener());
  }

  private void report(int task, GradientBlock block, GradientRowsListener listener) {
    float[] own = block.values().values();
    listener.completed(
        new GradientRows(
            task, own, block.freeAt(), block.first(), block.rows(), 0, geometry.groupIn()));
  }

  /**
   * Multiplies some pixels of the output's gradient by the weights of a group, and writes or adds
   * to the input's gradient. An addition first writes the product to the worker's memory and then
   * adds row by row. Direct addition would be slower, because each tile of the product would wait
   * for the values that it adds to.
   */
  private void multiply(
      GradientBlock block, Phase phase, int group, float[] packed, MapTarget target) {
    int tileAt = block.freeAt() + block.rows();
    int channel = group * geometry.groupIn();
    int channels = geometry.input().channels();
    boolean direct = geometry.op().stride() == 1 && !target.accumulate();
    MatrixView result =
        direct
            ? MatrixView.rows(target.data(), block.first() * channels + channel, channels)
            : MatrixView.rows(
                block.values().values(),
                Packing.align(tileAt + StridedGemm.SCRATCH),
                Workspace.rowStride(geometry.groupIn()));
    phase
        .weights()
        .multiply(block.values(), block.freeAt(), tileAt, packed, group, result, block.rows());
    if (!direct) {
      scatter(result, phase, block.first(), block.rows(), channel, target);
    }
  }

  /** Copies or adds rows of the result to the pixels of the phase. */
  private void scatter(
      MatrixView block, Phase phase, int first, int rows, int channel, MapTarget result) {
    float[] to = result.data();
    int width = geometry.input().width();
    int height = geometry.input().height();
    int channels = geometry.input().channels();
    int groupIn = geometry.groupIn();
    int stride = geometry.op().stride();
    Taps seen = phase.seen();
    for (int row = 0; row < rows; row++) {
      int pixel = first + row;
      int picture = pixel / (seen.height() * seen.width());
      int y = pixel / seen.width() % seen.height() * stride + phase.y();
      int x = pixel % seen.width() * stride + phase.x();
      int target = ((picture * height + y) * width + x) * channels + channel;
      int from = block.offset() + row * block.rowStep();
      if (result.accumulate()) {
        ChannelPasses.add(block.values(), from, groupIn, to, target);
      } else {
        System.arraycopy(block.values(), from, to, target, groupIn);
      }
    }
  }

  /** Packs {@code [group][panel of input channels][tap of the phase, output channel][channel]}. */
  private void pack(Span weight, Phase phase, Workspace space) {
    float[] packed = space.packed();
    int[] filterAt = geometry.filterAt();
    int groupOut = geometry.groupOut();
    PackedWeights weights = phase.weights();
    int panel = weights.panel();
    Partition columns =
        Partition.of(geometry.groupIn(), panel, Math.ceilDiv(weights.panels(), PANELS_TOGETHER));
    space.run(
        geometry.op().groups() * columns.tasks(),
        (task, own) -> {
          int group = task / columns.tasks();
          int first = columns.start(task % columns.tasks());
          int end = columns.start(task % columns.tasks() + 1);
          int row = 0;
          for (int tap : phase.taps()) {
            for (int out = 0; out < groupOut; out++, row++) {
              int filter = weight.at() + filterAt[group * groupOut + out] + tap;
              for (int column = first; column < end; column += panel) {
                int at = weights.panelAt(group, column) + row * panel;
                packRow(weight.values(), filter, group, column, panel, packed, at);
              }
            }
          }
          for (int column = first; column < end; column += panel) {
            weights.finishPanel(packed, group, column);
          }
        });
  }

  /** Packs one row of one panel: one tap of one filter, for some input channels. */
  private void packRow(
      float[] weight, int filter, int group, int column, int panel, float[] packed, int at) {
    int[] inputAt = geometry.inputAt();
    int width = Math.min(panel, geometry.groupIn() - column);
    int place = group * geometry.groupIn() + column;
    for (int n = 0; n < width; n++) {
      packed[at + n] = weight[filter + inputAt[place + n]];
    }
    Arrays.fill(packed, at + width, at + panel, 0f);
  }
}
