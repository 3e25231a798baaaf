package org.resnext4j.engine.cpu.training;

import static org.resnext4j.engine.cpu.kernel.Packing.roundUp;
import static org.resnext4j.engine.cpu.kernel.StridedGemm.LANES;
import static org.resnext4j.engine.cpu.kernel.StridedGemm.PANEL;
import static org.resnext4j.engine.cpu.kernel.StridedGemm.ROWS;
import static org.resnext4j.engine.cpu.kernel.WinogradTransforms.PATCH;
import static org.resnext4j.engine.cpu.kernel.WinogradTransforms.PLANES;
import static org.resnext4j.engine.cpu.kernel.WinogradTransforms.TILE;
import static org.resnext4j.engine.cpu.training.Workspace.START;
import static org.resnext4j.engine.cpu.training.Workspace.rowStride;

import org.resnext4j.engine.cpu.kernel.ChannelPasses;
import org.resnext4j.engine.cpu.kernel.ChannelPasses.Block;
import org.resnext4j.engine.cpu.kernel.ChannelPasses.Sums;
import org.resnext4j.engine.cpu.kernel.MatrixView;
import org.resnext4j.engine.cpu.kernel.PixelSteps;
import org.resnext4j.engine.cpu.kernel.ProductSize;
import org.resnext4j.engine.cpu.kernel.StridedGemm;
import org.resnext4j.engine.cpu.kernel.WinogradTransforms;
import org.resnext4j.engine.cpu.parallel.Partition;
import org.resnext4j.engine.cpu.training.GradientRowsListener.GradientRows;
import org.resnext4j.engine.graph.Op;
import org.resnext4j.engine.graph.Shape;

/**
 * A 3×3 convolution with stride 1 and wide groups, and its gradients, by Winograd's minimal
 * filtering algorithm F(4×4, 3×3) (Lavin and Gray, <i>Fast Algorithms for Convolutional Neural
 * Networks</i>, 2016). The algorithm needs a quarter of the multiplications.
 *
 * <p>A task computes blocks of strips of one set of groups (see {@link WinogradStrips}). It
 * transforms the patches of a block, computes 36 matrix products for each group, and transforms the
 * products to pixels, all in the cache. The data gradient is the same convolution with rotated
 * filters. {@link WinogradWeightGradient} computes the gradient of the filters.
 */
final class WinogradConvolution implements TrainableConvolution {

  /** The largest number of weights of a group. A worker holds 36 values for every nine of them. */
  private static final int MOST_GROUP_WEIGHTS = 256 * 256;

  /**
   * The least number of channels of a group. In narrower groups the transforms cost more than the
   * products save.
   */
  private static final int LEAST_WIDTH = 16;

  /** The number of pixels that are summed in float32 at once. */
  private static final int MOMENT_ROWS = 96;

  private static final int TASKS = 48;

  private final WinogradStrips map;
  private final WinogradWeightGradient weights;
  private final int groups;
  private final int groupIn;
  private final int groupOut;
  private final int together;
  private final int tileColumns;
  private final Partition blocks;

  /**
   * The regions of a worker's memory in one direction, one after another:
   *
   * <pre>
   * strip     [row, column, (group of the set, channel read)]  leading dimension: pixelStep
   * patches   [group of the set, plane, tile, channel read]    leading dimensions: fromStride, fromPlane
   * products  [plane, tile, channel written], of one group     leading dimensions: toStride, toPlane
   * tile      [4, 4, channel written]                          without gaps
   * lines     [WinogradTransforms.SCRATCH]                     intermediate values of a transform
   * gemm      [StridedGemm.SCRATCH]                            scratch memory of a product
   * </pre>
   *
   * The free memory starts at {@code end}. All distances are in values.
   */
  private final class Room {
    private final int from;
    private final int to;
    private final int fromStride;
    private final int toStride;
    private final int fromPlane;
    private final int toPlane;
    private final int pixelStep;

    /** Distances between the pixels of a patch in the strip. */
    private final PixelSteps patchSteps;

    /** Distances between the pixels of a tile in the written map. */
    private final PixelSteps mapSteps;

    /** Distances between the pixels of the tile in the worker's memory. */
    private final PixelSteps tileSteps;

    private final int strip;
    private final int patches;
    private final int products;
    private final int tile;
    private final int lines;
    private final int gemm;
    private final int end;

    /**
     * The regions of a convolution from groups of {@code from} channels to groups of {@code to}
     * channels.
     */
    Room(int from, int to, int tiles) {
      this.from = from;
      this.to = to;
      this.fromStride = rowStride(from);
      this.toStride = rowStride(to);
      // An odd number of additional vectors keeps planes from sharing cache sets.
      this.fromPlane = rowStride(tiles * fromStride);
      this.toPlane = rowStride(tiles * toStride);
      this.pixelStep = rowStride(together * from);
      this.patchSteps = new PixelSteps(map.stripPixels() * pixelStep, pixelStep, from / LANES);
      int channels = groups * to;
      this.mapSteps = new PixelSteps(map.output().width() * channels, channels, to / LANES);
      this.tileSteps = new PixelSteps(TILE * to, to, to / LANES);
      this.strip = START;
      this.patches = strip + PATCH * map.stripPixels() * pixelStep;
      // A tile of the product may read past the last row.
      this.products = patches + together * PLANES * fromPlane + ROWS * fromStride;
      this.tile = products + PLANES * toPlane + PANEL;
      this.lines = tile + TILE * TILE * to;
      this.gemm = lines + WinogradTransforms.SCRATCH;
      this.end = gemm + StridedGemm.SCRATCH;
    }
  }

  private final Room forwardRoom;
  private final Room backwardRoom;

  WinogradConvolution(Op.Conv2d op, Shape output) {
    this.map = WinogradStrips.of(op, output);
    this.weights = new WinogradWeightGradient(map);
    this.groups = map.groups();
    this.groupIn = map.groupIn();
    this.groupOut = map.groupOut();
    this.together = map.together();
    this.tileColumns = map.tileColumns();
    // All tiles of a block read the same weights. Larger weights need more tiles.
    this.blocks = map.partition((groupIn + groupOut) / 8, TASKS);
    int tiles = blocks.block() * tileColumns;
    this.forwardRoom = new Room(groupIn, groupOut, tiles);
    this.backwardRoom = new Room(groupOut, groupIn, tiles);
  }

  /** Whether this class can compute a convolution. */
  static boolean suits(Op.Conv2d op, Shape output) {
    int in = op.inputChannelsPerGroup();
    int out = op.outputChannelsPerGroup();
    return op.kernel() == 3
        && op.stride() == 1
        && op.padding() == 1
        && !op.bias()
        && in % LANES == 0
        && out % LANES == 0
        && Math.min(in, out) >= LEAST_WIDTH
        && in * out <= MOST_GROUP_WEIGHTS
        && Math.min(output.height(), output.width()) >= TILE;
  }

  @Override
  public Tasks tasks() {
    return new Tasks(blocks.tasks(), blocks.tasks());
  }

  @Override
  public Workspace.Need need() {
    long packed =
        START
            + (long) groups
                * PLANES
                * Math.max(packedPlane(groupIn, groupOut), packedPlane(groupOut, groupIn));
    long sums = 2L * map.output().channels() * blocks.tasks();
    long own =
        Math.max(forwardRoom.end, backwardRoom.end) + 2L * groups * Math.max(groupIn, groupOut);
    return new Workspace.Need(packed, 0, sums, own).or(weights.need());
  }

  /** The number of values of one packed matrix. */
  private static int packedPlane(int from, int to) {
    return from * (to < PANEL ? panelStep(to) : roundUp(to, PANEL)) + LANES;
  }

  /** The number of values of one row of a packed panel. Narrow panels have one or two vectors. */
  private static int panelStep(int to) {
    return to <= LANES ? LANES : to <= 2 * LANES ? 2 * LANES : PANEL;
  }

  @Override
  public void forward(Forward pass, Workspace space) {
    pack(pass.weight(), false, space);
    MapTarget target = new MapTarget(pass.result(), false);
    int channels = map.output().channels();
    int setChannels = together * groupOut;
    int sets = groups / together;
    space.run(
        blocks.tasks() * sets,
        (task, own) -> {
          int chunk = task / sets;
          int set = task % sets;
          Sums into = space.clearedSums(chunk, channels, set * setChannels, setChannels);
          int end = blocks.start(chunk + 1);
          for (int strip = blocks.start(chunk); strip < end; strip += blocks.block()) {
            int strips = Math.min(blocks.block(), end - strip);
            convolve(pass.source(), forwardRoom, space.packed(), set, strip, strips, target, own);
            if (pass.moments()) {
              for (int i = strip; i < strip + strips; i++) {
                addMoments(pass.result(), i, set, into, own);
              }
            }
          }
        });
  }

  private void addMoments(Buffer result, int strip, int set, Sums into, float[] own) {
    int channels = together * groupOut;
    int pixel = map.firstPixel(strip);
    int pixels = map.pixels(strip);
    for (int i = 0; i < pixels; i += MOMENT_ROWS) {
      int at = (pixel + i) * map.output().channels() + set * channels;
      int count = Math.min(MOMENT_ROWS, pixels - i);
      Block block = new Block(at, count, map.output().channels(), 0, channels);
      ChannelPasses.moments(result.data(), block, into, own, forwardRoom.end);
    }
  }

  @Override
  public void backwardData(DataGradient pass, Workspace space) {
    pack(pass.weight(), true, space);
    int sets = groups / together;
    int channels = together * groupIn;
    space.run(
        blocks.tasks() * sets,
        (task, own) -> {
          int chunk = task / sets;
          int set = task % sets;
          int end = blocks.start(chunk + 1);
          for (int strip = blocks.start(chunk); strip < end; strip += blocks.block()) {
            int strips = Math.min(blocks.block(), end - strip);
            convolve(
                pass.gradient(),
                backwardRoom,
                space.packed(),
                set,
                strip,
                strips,
                pass.target(),
                own);
            for (int i = strip; i < strip + strips; i++) {
              pass.listener()
                  .completed(
                      new GradientRows(
                          chunk,
                          own,
                          backwardRoom.end,
                          map.firstPixel(i),
                          map.pixels(i),
                          set * channels,
                          channels));
            }
          }
        });
  }

  /**
   * Transforms the filters and packs them as {@code [group][plane][panel][channel read][channel
   * written]}.
   *
   * @param transposed whether inputs and outputs are exchanged and the filters are rotated, for the
   *     gradient
   */
  private void pack(Span span, boolean transposed, Workspace space) {
    float[] weight = span.values();
    int from = transposed ? groupOut : groupIn;
    int to = transposed ? groupIn : groupOut;
    int panels = Math.ceilDiv(to, PANEL);
    int plane = packedPlane(from, to);
    float[] packed = space.packed();
    space.run(
        groups * panels,
        (task, own) -> {
          int group = task / panels;
          int column = task % panels * PANEL;
          int width = Math.min(PANEL, to - column);
          int at = START + group * PLANES * plane + column * from;
          for (int k = 0; k < from; k++, at += panelStep(to)) {
            for (int block = 0; block < width; block += LANES) {
              for (int lane = 0; lane < LANES; lane++) {
                int n = column + block + lane;
                int out = group * groupOut + (transposed ? k : n);
                int filter = span.at() + (out * groupIn + (transposed ? n : k)) * 9;
                for (int tap = 0; tap < 9; tap++) {
                  own[tap * LANES + lane] = weight[filter + (transposed ? 8 - tap : tap)];
                }
              }
              WinogradTransforms.filter(own, 0, packed, at + block, plane, own, 9 * LANES);
            }
          }
        });
  }

  /** Computes some strips of a set of groups. */
  private void convolve(
      PixelSource source,
      Room room,
      float[] packed,
      int set,
      int first,
      int strips,
      MapTarget target,
      float[] own) {
    for (int i = 0; i < strips; i++) {
      map.copy(source, first + i, PATCH, 1, set, room.from, own, room.pixelStep);
      for (int column = 0; column < tileColumns; column++) {
        for (int g = 0; g < together; g++) {
          WinogradTransforms.patch(
              own,
              room.strip + column * TILE * room.pixelStep + g * room.from,
              room.patchSteps,
              own,
              room.patches
                  + g * PLANES * room.fromPlane
                  + (i * tileColumns + column) * room.fromStride,
              room.fromPlane,
              own,
              room.lines);
        }
      }
    }
    int plane = packedPlane(room.from, room.to);
    ProductSize size = new ProductSize(strips * tileColumns, room.to, room.from);
    for (int g = 0; g < together; g++) {
      int group = set * together + g;
      for (int p = 0; p < PLANES; p++) {
        StridedGemm.multiply(
            MatrixView.rows(own, room.patches + (g * PLANES + p) * room.fromPlane, room.fromStride),
            new StridedGemm.Panels(
                packed,
                START + (group * PLANES + p) * plane,
                room.from * PANEL,
                panelStep(room.to)),
            MatrixView.rows(own, room.products + p * room.toPlane, room.toStride),
            size,
            false,
            own,
            room.gemm);
      }
      for (int i = 0; i < strips; i++) {
        for (int column = 0; column < tileColumns; column++) {
          writeTile(room, first + i, column, i, group, target, own);
        }
      }
    }
  }

  /** Transforms the products of one tile of one group to pixels. */
  private void writeTile(
      Room room, int strip, int column, int row, int group, MapTarget result, float[] own) {
    float[] to = result.data();
    boolean accumulate = result.accumulate();
    int from = room.products + (row * tileColumns + column) * room.toStride;
    int channels = groups * room.to;
    int x = column * TILE;
    int rowStep = map.output().width() * channels;
    int at = (map.firstPixel(strip) + x) * channels + group * room.to;
    int rows = map.rows(strip);
    int columns = Math.min(TILE, map.output().width() - x);
    if (rows == TILE && columns == TILE && !accumulate) {
      WinogradTransforms.tile(own, from, room.toPlane, to, at, room.mapSteps, own, room.lines);
      return;
    }
    WinogradTransforms.tile(
        own, from, room.toPlane, own, room.tile, room.tileSteps, own, room.lines);
    for (int i = 0; i < rows; i++) {
      for (int j = 0; j < columns; j++) {
        int source = room.tile + (i * TILE + j) * room.to;
        int target = at + i * rowStep + j * channels;
        if (accumulate) {
          ChannelPasses.add(own, source, room.to, to, target);
        } else {
          System.arraycopy(own, source, to, target, room.to);
        }
      }
    }
  }

  @Override
  public void backwardWeights(
      PixelSource source, PixelSource gradient, WeightTarget target, Workspace space) {
    weights.run(source, gradient, target, space);
  }
}
