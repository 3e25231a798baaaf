package org.resnext4j.engine.cpu.training;

import static org.resnext4j.engine.cpu.kernel.StridedGemm.LANES;

import java.util.Arrays;
import org.resnext4j.engine.cpu.kernel.ChannelPasses;
import org.resnext4j.engine.cpu.kernel.ChannelPasses.Block;
import org.resnext4j.engine.cpu.kernel.ChannelPasses.Sums;
import org.resnext4j.engine.cpu.kernel.MatrixView;
import org.resnext4j.engine.cpu.kernel.PairedProduct;
import org.resnext4j.engine.cpu.kernel.StridedGemm;
import org.resnext4j.engine.cpu.parallel.Partition;

/**
 * The forward pass of a {@link MatrixConvolution}, a block of pixels at a time: {@code
 * output[pixel, channel] = Σ patch[pixel, (tap, input channel)] · weight[(tap, input channel),
 * channel]}.
 *
 * <p>A worker's memory holds, one after another:
 *
 * <pre>
 * patches  [block, (tap, input channel)]  leading dimension: rowStride(taps · input channels)
 * halves   [block]                        half sums for products in pairs
 * tile     [StridedGemm.SCRATCH]          scratch memory of the product
 * moments  [2, output channel]            scratch memory of the sums for a batch norm
 * </pre>
 */
final class MatrixForward {

  /**
   * The least number of weights of a group for products in pairs ({@link PairedProduct}). Smaller
   * products gain at most a tenth, which does not justify larger rounding errors before every later
   * ReLU.
   */
  private static final int LEAST_WEIGHTS_IN_PAIRS = 1 << 17;

  private final MatrixGeometry geometry;
  private final Taps taps;
  private final Partition partition;
  private final PackedWeights weights;
  private final int patchStride;

  MatrixForward(MatrixGeometry geometry) {
    this.geometry = geometry;
    this.taps = geometry.outputTaps();
    int depth = geometry.taps() * geometry.groupIn();
    int columns = geometry.groupOut();
    boolean large = (long) depth * columns >= LEAST_WEIGHTS_IN_PAIRS;
    this.weights = new PackedWeights(depth, columns, large && geometry.inPairs(depth, columns));
    this.patchStride = Workspace.rowStride(depth);
    this.partition =
        Partition.of(
            geometry.outputPixels(), MatrixGeometry.blockRows(depth), MatrixGeometry.TASKS);
  }

  int tasks() {
    return partition.tasks();
  }

  Workspace.Need need() {
    long own = (long) partition.block() * (patchStride + 1) + geometry.tailValues();
    long sums = 2L * geometry.output().channels() * partition.tasks();
    return new Workspace.Need(weights.length(geometry.op().groups()), 0, sums, own);
  }

  void run(TrainableConvolution.Forward pass, Workspace space) {
    pack(pass.weight(), space);
    int groupIn = geometry.groupIn();
    int groupOut = geometry.groupOut();
    int channels = geometry.output().channels();
    int halvesAt = partition.block() * patchStride;
    int tileAt = halvesAt + partition.block();
    int momentsAt = tileAt + StridedGemm.SCRATCH;
    space.run(
        partition.tasks(),
        (task, own) -> {
          float[] to = pass.result().data();
          Sums into = space.clearedSums(task, channels, 0, channels);
          MatrixView patches = MatrixView.rows(own, 0, patchStride);
          int end = partition.start(task + 1);
          for (int first = partition.start(task); first < end; first += partition.block()) {
            int rows = Math.min(partition.block(), end - first);
            for (int group = 0; group < geometry.op().groups(); group++) {
              Taps.Part all = new Taps.Part(0, geometry.taps(), group * groupIn, groupIn);
              taps.gather(pass.source(), all, first, rows, patches);
              MatrixView out = MatrixView.rows(to, first * channels + group * groupOut, channels);
              weights.multiply(patches, halvesAt, tileAt, space.packed(), group, out, rows);
            }
            if (pass.bias().isPresent()) {
              Span values = pass.bias().orElseThrow();
              for (int row = 0; row < rows; row++) {
                int at = (first + row) * channels;
                ChannelPasses.add(values.values(), values.at(), channels, to, at);
              }
            }
            if (pass.moments()) {
              Block block = new Block(first * channels, rows, channels, 0, channels);
              ChannelPasses.moments(to, block, into, own, momentsAt);
            }
          }
        });
  }

  /** Packs {@code [group][panel of output channels][tap, input channel][output channel]}. */
  private void pack(Span span, Workspace space) {
    float[] weight = span.values();
    float[] packed = space.packed();
    int[] filterAt = geometry.filterAt();
    int[] inputAt = geometry.inputAt();
    int taps = geometry.taps();
    int groupIn = geometry.groupIn();
    int groupOut = geometry.groupOut();
    int panel = weights.panel();
    int panels = weights.panels();
    space.run(
        geometry.op().groups() * panels,
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
}
