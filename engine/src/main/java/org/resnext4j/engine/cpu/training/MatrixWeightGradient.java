package org.resnext4j.engine.cpu.training;

import static org.resnext4j.engine.cpu.kernel.Packing.roundUp;
import static org.resnext4j.engine.cpu.kernel.StridedGemm.LANES;
import static org.resnext4j.engine.cpu.kernel.StridedGemm.PANEL;
import static org.resnext4j.engine.cpu.kernel.StridedGemm.ROWS;

import java.util.ArrayList;
import java.util.List;
import org.resnext4j.engine.cpu.kernel.ChannelPasses;
import org.resnext4j.engine.cpu.kernel.MatrixView;
import org.resnext4j.engine.cpu.kernel.PairedGemm;
import org.resnext4j.engine.cpu.kernel.ProductSize;
import org.resnext4j.engine.cpu.kernel.StridedGemm;
import org.resnext4j.engine.cpu.parallel.Partition;
import org.resnext4j.engine.cpu.training.MatrixDataGradient.GradientBlock;

/**
 * The gradient of a {@link MatrixConvolution}'s weights: {@code dW[(tap, input channel), output
 * channel] = Σ patch[pixel, (tap, input channel)] · dy[pixel, output channel]}, summed over all
 * pixels of the batch.
 *
 * <p>The weights are divided into tiles, and the pixels into chunks. One task sums one tile over
 * one chunk. Then the sums of all chunks are added in their order.
 *
 * <p>A worker's memory holds, one after another:
 *
 * <pre>
 * patches    [block, (tap, input channel)]  leading dimension: rowStride(rows of the tile)
 * gradients  [block, output channel]        leading dimension: rowStride(columns of the tile)
 * product    scratch memory of the product, or of the data gradient's product if both are computed together
 * </pre>
 *
 * {@link Workspace#partial} holds {@code [chunk][tile][panel][(tap, input channel)][output channel
 * of the panel]}.
 */
final class MatrixWeightGradient {

  /** The largest number of values of a tile. */
  private static final int TILE_VALUES = 512 * 1024;

  /**
   * The largest number of output channels of a tile. Main memory delivers whole pixels fast. Pieces
   * of one kilobyte of each pixel take three times as long for each value.
   */
  private static final int TILE_OUTPUTS = 1024;

  /**
   * The largest number of values of a block of both factors. A usual L2 cache holds them and a
   * panel.
   */
  private static final int BLOCK_VALUES = 100 * 1024;

  /** The largest number of pixels of a block. */
  private static final int BLOCK_ROWS = 240;

  /** The desired number of tasks. Each task has sums of its own. */
  private static final int TASKS = 24;

  /** The largest number of values of all chunks' sums. */
  private static final int MOST_PARTIAL_VALUES = 4 * 1024 * 1024;

  /**
   * The largest number of weights for which both gradients are computed together. A cache holds
   * both.
   */
  private static final int MOST_WEIGHTS_TOGETHER = 256 * 1024;

  private final MatrixGeometry geometry;
  private final Taps taps;
  private final List<Tile> tiles;

  /** The number of values of all tiles of a chunk. */
  private final int chunkValues;

  private final Partition chunks;

  /**
   * A tile: a part of the weights whose gradient one task sums. Its rows are (tap, input channel),
   * and its columns are output channels.
   *
   * @param in the taps and input channels
   * @param out the first output channel
   * @param outs number of output channels
   * @param at index of its sums among the sums of all tiles
   */
  private record Tile(Taps.Part in, int out, int outs, int at, boolean inPairs) {
    /** The number of columns of a panel, which are computed and stored together. */
    int panel() {
      return inPairs ? PairedGemm.PANEL : PANEL;
    }

    int rows() {
      return in.values();
    }

    /** The number of rows, rounded up to whole tiles of the product. */
    int paddedRows() {
      return roundUp(rows(), ROWS);
    }

    int values() {
      return paddedRows() * roundUp(outs, LANES);
    }
  }

  /** Further use of the copied pixels of the output's gradient. */
  @FunctionalInterface
  interface BlockUse {
    /** Uses the copied pixels of a chunk. */
    void run(int chunk, GradientBlock block);
  }

  MatrixWeightGradient(MatrixGeometry geometry) {
    this.geometry = geometry;
    this.taps = geometry.outputTaps();
    this.tiles = tiles(geometry);
    Tile last = tiles.getLast();
    this.chunkValues = last.at() + last.values();
    int widest = tiles.stream().mapToInt(t -> t.rows() + t.outs()).max().orElseThrow();
    int wholeTiles = BLOCK_VALUES / widest / ROWS * ROWS;
    int block = Math.max(ROWS, Math.min(wholeTiles, BLOCK_ROWS));
    int mostChunks = Math.min(Math.ceilDiv(TASKS, tiles.size()), MOST_PARTIAL_VALUES / chunkValues);
    this.chunks = Partition.of(geometry.outputPixels(), block, Math.max(1, mostChunks));
  }

  private static List<Tile> tiles(MatrixGeometry geometry) {
    List<Tile> result = new ArrayList<>();
    int taps = geometry.taps();
    int groupIn = geometry.groupIn();
    int groupOut = geometry.groupOut();
    int outs = Math.min(groupOut, TILE_OUTPUTS);
    int mostRows = TILE_VALUES / outs;
    int channels = Math.min(groupIn, mostRows);
    int tapsAtOnce = channels == groupIn ? Math.clamp(mostRows / groupIn, 1, taps) : 1;
    boolean inPairs =
        groupIn % LANES == 0
            && channels % LANES == 0
            && groupOut % PairedGemm.PANEL == 0
            && geometry.inPairs(channels * tapsAtOnce, outs);
    int at = 0;
    for (int group = 0; group < geometry.op().groups(); group++) {
      for (int out = 0; out < groupOut; out += outs) {
        for (int tap = 0; tap < taps; tap += tapsAtOnce) {
          for (int channel = 0; channel < groupIn; channel += channels) {
            Taps.Part in =
                new Taps.Part(
                    tap,
                    Math.min(taps, tap + tapsAtOnce),
                    group * groupIn + channel,
                    Math.min(channels, groupIn - channel));
            int count = Math.min(outs, groupOut - out);
            Tile tile = new Tile(in, group * groupOut + out, count, at, inPairs);
            result.add(tile);
            at += tile.values();
          }
        }
      }
    }
    return List.copyOf(result);
  }

  /**
   * Whether the data gradient uses the same copy of the output's gradient. This requires 1×1
   * filters, stride 1 and few weights.
   */
  boolean sharesBlocks() {
    return geometry.op().kernel() == 1
        && geometry.op().stride() == 1
        && tiles.size() == 1
        && chunkValues <= MOST_WEIGHTS_TOGETHER;
  }

  /** The division of the pixels. */
  Partition chunks() {
    return chunks;
  }

  /**
   * The memory that the sums need.
   *
   * @param productValues number of values of a worker's memory that a {@link BlockUse} needs
   */
  Workspace.Need need(int productValues) {
    long own = 0;
    for (Tile tile : tiles) {
      int room = tile.inPairs() ? PairedGemm.transposedRoom(chunks.block(), tile.rows()) : 0;
      long factors =
          (long) chunks.block()
              * (Workspace.rowStride(tile.rows()) + Workspace.rowStride(tile.outs()));
      own = Math.max(own, factors + Math.max(room, productValues));
    }
    long partial = (long) chunks.tasks() * chunkValues;
    return new Workspace.Need(0, partial, 0, own + geometry.tailValues());
  }

  void run(
      PixelSource source,
      PixelSource gradient,
      BlockUse use,
      WeightTarget target,
      Workspace space) {
    float[] partial = space.partial();
    space.run(
        chunks.tasks() * tiles.size(),
        (task, own) -> {
          int chunk = task / tiles.size();
          Tile tile = tiles.get(task % tiles.size());
          sumTile(source, gradient, use, tile, chunk, partial, own);
        });
    int panel = tiles.getFirst().panel();
    int panels = Math.ceilDiv(tiles.getFirst().outs(), panel);
    space.run(
        tiles.size() * panels,
        (task, own) -> {
          Tile tile = tiles.get(task / panels);
          int column = task % panels * panel;
          if (column < tile.outs()) {
            joinChunks(partial, tile, column);
            unpackPanel(partial, tile, column, target);
          }
        });
  }

  private void sumTile(
      PixelSource source,
      PixelSource gradient,
      BlockUse use,
      Tile tile,
      int chunk,
      float[] partial,
      float[] own) {
    int block = chunks.block();
    int start = chunks.start(chunk);
    int end = chunks.start(chunk + 1);
    MatrixView patches = MatrixView.rows(own, 0, Workspace.rowStride(tile.rows()));
    int gradientsAt = block * patches.rowStep() + PANEL;
    int gradientStride = Workspace.rowStride(tile.outs());
    MatrixView gradients = MatrixView.rows(own, gradientsAt, gradientStride);
    int freeAt = gradientsAt + block * gradientStride + PANEL;
    MatrixView sums = MatrixView.rows(partial, chunk * chunkValues + tile.at(), tile.panel());
    for (int first = start; first < end; first += block) {
      int rows = Math.min(block, end - first);
      taps.gather(source, tile.in(), first, rows, patches);
      gradient.readRows(first, rows, tile.out(), tile.outs(), own, gradientsAt, gradientStride);
      GradientBlock gradientBlock = new GradientBlock(gradients, first, rows, freeAt);
      multiply(tile, patches, gradientBlock, sums, first > start);
      use.run(chunk, gradientBlock);
    }
  }

  /**
   * Adds the products of some pixels to the sums of a tile.
   *
   * @param sums the sums of the tile, {@code [panel][(tap, input channel)][output channel]}
   */
  private static void multiply(
      Tile tile, MatrixView patches, GradientBlock gradient, MatrixView sums, boolean accumulate) {
    float[] own = patches.values();
    MatrixView gradients = gradient.values();
    if (tile.inPairs()) {
      ProductSize size = new ProductSize(tile.rows(), tile.outs(), gradient.rows());
      PairedGemm.multiplyTransposed(patches, gradients, sums, size, gradient.freeAt(), accumulate);
      return;
    }
    MatrixView transposed = patches.transposed();
    for (int panel = 0; panel < tile.outs(); panel += PANEL) {
      int width = Math.min(PANEL, roundUp(tile.outs() - panel, LANES));
      StridedGemm.multiply(
          transposed,
          new StridedGemm.Panels(own, gradients.offset() + panel, PANEL, gradients.rowStep()),
          MatrixView.rows(sums.values(), sums.offset() + panel * tile.paddedRows(), width),
          new ProductSize(tile.paddedRows(), width, gradient.rows()),
          accumulate,
          own,
          gradient.freeAt());
    }
  }

  /** Adds one panel of all chunks to the panel of the first chunk, in their order. */
  private void joinChunks(float[] partial, Tile tile, int panel) {
    int from = tile.at() + panel * tile.paddedRows();
    int width = Math.min(tile.panel(), roundUp(tile.outs() - panel, LANES));
    for (int chunk = 1; chunk < chunks.tasks(); chunk++) {
      ChannelPasses.add(
          partial, chunk * chunkValues + from, width * tile.paddedRows(), partial, from);
    }
  }

  /**
   * Writes the sums of one panel in PyTorch's layout, a square of values at a time. The distance of
   * filters is often a power of two, so the cache lines of many filters would share a cache set.
   */
  private void unpackPanel(float[] partial, Tile tile, int panel, WeightTarget target) {
    float[] result = target.span().values();
    int[] filterAt = geometry.filterAt();
    int[] inputAt = geometry.inputAt();
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
}
