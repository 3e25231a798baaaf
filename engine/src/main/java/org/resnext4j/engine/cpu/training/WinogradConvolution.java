package org.resnext4j.engine.cpu.training;

import static org.resnext4j.engine.cpu.kernel.Packing.roundUp;
import static org.resnext4j.engine.cpu.kernel.StridedGemm.LANES;
import static org.resnext4j.engine.cpu.kernel.StridedGemm.PANEL;
import static org.resnext4j.engine.cpu.kernel.StridedGemm.ROWS;
import static org.resnext4j.engine.cpu.kernel.WinogradTransforms.PATCH;
import static org.resnext4j.engine.cpu.kernel.WinogradTransforms.PLANES;
import static org.resnext4j.engine.cpu.kernel.WinogradTransforms.TILE;
import static org.resnext4j.engine.cpu.training.Workspace.START;

import java.util.Arrays;
import java.util.Optional;
import org.resnext4j.engine.cpu.kernel.ChannelPasses;
import org.resnext4j.engine.cpu.kernel.ChannelPasses.Block;
import org.resnext4j.engine.cpu.kernel.ChannelPasses.Sums;
import org.resnext4j.engine.cpu.kernel.MatrixView;
import org.resnext4j.engine.cpu.kernel.ProductSize;
import org.resnext4j.engine.cpu.kernel.StridedGemm;
import org.resnext4j.engine.cpu.kernel.WinogradTransforms;
import org.resnext4j.engine.cpu.parallel.Partition;
import org.resnext4j.engine.cpu.training.GradientRowsListener.GradientRows;
import org.resnext4j.engine.graph.Op;
import org.resnext4j.engine.graph.Shape;

/**
 * A 3×3 convolution with a stride of 1 and wide groups, and its gradients, by Winograd's F(4×4,
 * 3×3): a quarter of the multiplications.
 *
 * <p>The work is cut into strips, which are the tiles of one row of tiles of one picture, and these
 * into blocks. Of a block the patches of some neighbouring groups are transformed at once, so that
 * what is read of a pixel is long enough for main memory; then come 36 matrix products for each
 * group, in cache.
 */
final class WinogradConvolution implements TrainableConvolution {

  /** Channels that are read of a pixel at once: two kilobytes. */
  private static final int CHANNELS_TOGETHER = 512;

  /** Most weights of a group, so that a worker can hold 36 values for nine of them. */
  private static final int MOST_GROUP_WEIGHTS = 256 * 256;

  /** Narrower groups spend more time on the transforms than the products save. */
  private static final int LEAST_WIDTH = 16;

  private static final int LEAST_TILES = 24;

  /** Rows of pixels that are summed in float32 at once. */
  private static final int MOMENT_ROWS = 96;

  private static final int TASKS = 48;
  private static final int WEIGHT_TASKS = 12;

  private final Shape output;
  private final int groups;
  private final int groupIn;
  private final int groupOut;
  private final int together;
  private final int tileColumns;
  private final int tileRows;
  private final Partition blocks;
  private final Partition weights;

  /**
   * How the values of one direction lie in a worker's memory: a strip of pixels {@code
   * [row][column][channel]}, patches {@code [group][plane][tile][channel read]}, products of one
   * group {@code [plane][tile][channel written]}, one tile {@code [row][column][channel]}, and what
   * transforms and products need.
   */
  private final class Room {
    private final int from;
    private final int to;
    private final int fromStride;
    private final int toStride;
    private final int fromPlane;
    private final int toPlane;
    private final int pixelStep;
    private final int strip;
    private final int patches;
    private final int products;
    private final int tile;
    private final int lines;
    private final int gemm;
    private final int end;

    /** A convolution of maps of {@code from} channels a group to maps of {@code to}. */
    Room(int from, int to, int tiles) {
      this.from = from;
      this.to = to;
      this.fromStride = oddVectors(from);
      this.toStride = oddVectors(to);
      // An odd number of vectors more, so that planes do not share cache sets.
      this.fromPlane = oddVectors(tiles * fromStride);
      this.toPlane = oddVectors(tiles * toStride);
      this.pixelStep = oddVectors(together * from);
      this.strip = START;
      this.patches = strip + PATCH * stripPixels() * pixelStep;
      // A tile of the product may read behind the last row.
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
    this.output = output;
    this.groups = op.groups();
    this.groupIn = op.inputChannelsPerGroup();
    this.groupOut = op.outputChannelsPerGroup();
    int most = Math.clamp(CHANNELS_TOGETHER / Math.max(groupIn, groupOut), 1, groups);
    while (groups % most != 0) {
      most--;
    }
    this.together = most;
    this.tileColumns = Math.ceilDiv(output.width(), TILE);
    this.tileRows = Math.ceilDiv(output.height(), TILE);
    int strips = output.batch() * tileRows;
    int sets = groups / together;
    // Whole tiles of the product, and the more the larger the weights that they all read.
    int step = ROWS / gcd(ROWS, tileColumns);
    int block = blockStrips((groupIn + groupOut) / 8, step);
    this.blocks = Partition.of(strips, block, Math.ceilDiv(TASKS, sets));
    // All sums of a weight gradient, which fill no cache, are read and written once a block.
    int weightBlock = blockStrips((groupIn + groupOut) / 4, step);
    this.weights = Partition.of(strips, weightBlock, Math.ceilDiv(WEIGHT_TASKS, sets));
    this.forwardRoom = new Room(groupIn, groupOut, block * tileColumns);
    this.backwardRoom = new Room(groupOut, groupIn, block * tileColumns);
  }

  /** Strips that have at least so many tiles, and enough to be worth a product. */
  private int blockStrips(int tiles, int step) {
    return Math.max(1, Math.ceilDiv(Math.max(LEAST_TILES, tiles), tileColumns * step)) * step;
  }

  /** Whether a convolution can be done this way. */
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

  private static int gcd(int a, int b) {
    return b == 0 ? a : gcd(b, a % b);
  }

  /** At least so many values, in an odd number of vectors. */
  private static int oddVectors(int values) {
    return (Math.ceilDiv(values, LANES) | 1) * LANES;
  }

  private int stripPixels() {
    return tileColumns * TILE + PATCH - TILE;
  }

  @Override
  public int forwardTasks() {
    return blocks.tasks();
  }

  @Override
  public int gradientTasks() {
    return blocks.tasks();
  }

  @Override
  public Workspace.Need need() {
    long packed =
        START
            + (long) groups
                * PLANES
                * Math.max(packedPlane(groupIn, groupOut), packedPlane(groupOut, groupIn));
    long partial = (long) weights.tasks() * groups * 9 * groupIn * groupOut;
    long sums = 2L * output.channels() * blocks.tasks();
    long convolution =
        Math.max(forwardRoom.end, backwardRoom.end) + 2L * groups * Math.max(groupIn, groupOut);
    return new Workspace.Need(packed, partial, sums, Math.max(convolution, new WeightRoom().end));
  }

  /** Values of one packed matrix. */
  private static int packedPlane(int from, int to) {
    return from * (to < PANEL ? panelStep(to) : roundUp(to, PANEL)) + LANES;
  }

  /** Values of one row of a packed panel: what the product reads, for a few narrow ones less. */
  private static int panelStep(int to) {
    return to <= LANES ? LANES : to <= 2 * LANES ? 2 * LANES : PANEL;
  }

  @Override
  public void forward(
      PixelSource source,
      Buffer result,
      Span weight,
      Optional<Span> bias,
      boolean moments,
      Workspace space) {
    pack(weight, false, space);
    int channels = output.channels();
    int setChannels = together * groupOut;
    int sets = groups / together;
    double[] sums = space.sums();
    space.run(
        blocks.tasks() * sets,
        (task, own) -> {
          int chunk = task / sets;
          int set = task % sets;
          int first = chunk * 2 * channels + set * setChannels;
          int second = first + channels;
          Arrays.fill(sums, first, first + setChannels, 0.0);
          Arrays.fill(sums, second, second + setChannels, 0.0);
          Sums into = new Sums(sums, first, second);
          int end = blocks.start(chunk + 1);
          for (int strip = blocks.start(chunk); strip < end; strip += blocks.block()) {
            int strips = Math.min(blocks.block(), end - strip);
            convolve(
                source,
                forwardRoom,
                space.packed(),
                set,
                strip,
                strips,
                new MapTarget(result, false),
                own);
            if (moments) {
              for (int i = strip; i < strip + strips; i++) {
                addMoments(result, i, set, into, own);
              }
            }
          }
        });
  }

  private int firstPixel(int strip) {
    return (strip / tileRows * output.height() + strip % tileRows * TILE) * output.width();
  }

  /** Rows of pixels of a strip, fewer at the lower edge. */
  private int rows(int strip) {
    return Math.min(TILE, output.height() - strip % tileRows * TILE);
  }

  private int pixels(int strip) {
    return rows(strip) * output.width();
  }

  private void addMoments(Buffer result, int strip, int set, Sums into, float[] own) {
    int channels = together * groupOut;
    int pixel = firstPixel(strip);
    int pixels = pixels(strip);
    for (int i = 0; i < pixels; i += MOMENT_ROWS) {
      int at = (pixel + i) * output.channels() + set * channels;
      int count = Math.min(MOMENT_ROWS, pixels - i);
      Block block = new Block(at, count, output.channels(), 0, channels);
      ChannelPasses.moments(result.data(), block, into, own, forwardRoom.end);
    }
  }

  @Override
  public void backwardData(
      PixelSource gradient,
      MapTarget target,
      Span weight,
      GradientRowsListener listener,
      Workspace space) {
    pack(weight, true, space);
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
            convolve(gradient, backwardRoom, space.packed(), set, strip, strips, target, own);
            for (int i = strip; i < strip + strips; i++) {
              listener.completed(
                  new GradientRows(
                      chunk,
                      own,
                      backwardRoom.end,
                      firstPixel(i),
                      pixels(i),
                      set * channels,
                      channels));
            }
          }
        });
  }

  /**
   * Transforms the filters: for each group and plane panels of the channels that are written, in a
   * panel one row for each channel that is read.
   *
   * @param transposed whether inputs and outputs change places and the filters are turned around,
   *     for the gradient
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
      copyStrip(source, first + i, PATCH, 1, set, room.from, own, room.pixelStep);
      for (int column = 0; column < tileColumns; column++) {
        for (int g = 0; g < together; g++) {
          WinogradTransforms.patch(
              own,
              room.strip + column * TILE * room.pixelStep + g * room.from,
              stripPixels() * room.pixelStep,
              room.pixelStep,
              room.from,
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
    int rowStep = output.width() * channels;
    int at = (firstPixel(strip) + x) * channels + group * room.to;
    int rows = rows(strip);
    int columns = Math.min(TILE, output.width() - x);
    if (rows == TILE && columns == TILE && !accumulate) {
      WinogradTransforms.tile(
          own, from, room.toPlane, room.to, to, at, rowStep, channels, own, room.lines);
      return;
    }
    WinogradTransforms.tile(
        own, from, room.toPlane, room.to, own, room.tile, TILE * room.to, room.to, own, room.lines);
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

  /**
   * Copies what a strip of tiles sees of a set of groups to {@link Workspace#START} of a worker's
   * scratch, zeros around the picture.
   *
   * @param rows rows of pixels
   * @param border how far they reach above and to the left of the tiles
   * @param width channels of a group
   */
  private void copyStrip(
      PixelSource source,
      int strip,
      int rows,
      int border,
      int set,
      int width,
      float[] own,
      int pixelStep) {
    int picture = strip / tileRows;
    int top = strip % tileRows * TILE - border;
    int pixels = tileColumns * TILE + 2 * border;
    int inside = Math.min(output.width(), pixels - border);
    int channels = together * width;
    for (int i = 0; i < rows; i++) {
      int at = START + i * pixels * pixelStep;
      int y = top + i;
      if (y < 0 || y >= output.height()) {
        Arrays.fill(own, at, at + pixels * pixelStep, 0f);
      } else {
        int end = at + (border + inside) * pixelStep;
        Arrays.fill(own, at, at + border * pixelStep, 0f);
        source.readRows(
            (picture * output.height() + y) * output.width(),
            inside,
            set * channels,
            channels,
            own,
            at + border * pixelStep,
            pixelStep);
        Arrays.fill(own, end, at + pixels * pixelStep, 0f);
      }
    }
  }

  /**
   * How the values of a weight gradient lie in a worker's memory: a strip of pixels {@code
   * [row][column][channel]}, patches {@code [group][plane][tile][input]}, gradients {@code
   * [group][plane][tile][output]}, sums {@code [group][plane][input][output]}, and what transforms
   * and products need.
   */
  private final class WeightRoom {
    private final int inPlane;
    private final int outPlane;
    private final int sumPlane;
    private final int patches;
    private final int gradients;
    private final int sums;
    private final int lines;
    private final int gemm;
    private final int end;

    WeightRoom() {
      int tiles = weights.block() * tileColumns;
      int widest = Math.max(groupIn, groupOut);
      this.inPlane = oddVectors(tiles * oddVectors(groupIn));
      this.outPlane = oddVectors(tiles * oddVectors(groupOut));
      this.sumPlane = oddVectors(roundUp(groupIn, ROWS) * groupOut);
      this.patches = START + PATCH * stripPixels() * oddVectors(together * widest);
      // Tiles of the product may read behind the last channel.
      this.gradients = patches + together * PLANES * inPlane + PANEL;
      this.sums = gradients + together * PLANES * outPlane + PANEL;
      this.lines = sums + together * PLANES * sumPlane;
      this.gemm = lines + WinogradTransforms.SCRATCH;
      this.end = gemm + StridedGemm.SCRATCH;
    }
  }

  @Override
  public void backwardWeights(
      PixelSource source, PixelSource gradient, WeightTarget target, Workspace space) {
    float[] partial = space.partial();
    int sets = groups / together;
    int groupValues = 9 * groupIn * groupOut;
    WeightRoom room = new WeightRoom();
    space.run(
        weights.tasks() * sets,
        (task, own) -> {
          int chunk = task / sets;
          int set = task % sets;
          int end = weights.start(chunk + 1);
          for (int strip = weights.start(chunk); strip < end; strip += weights.block()) {
            int strips = Math.min(weights.block(), end - strip);
            addStrips(
                source, gradient, room, set, strip, strips, strip > weights.start(chunk), own);
          }
          for (int g = 0; g < together; g++) {
            int at = (chunk * groups + set * together + g) * groupValues;
            for (int in = 0; in < groupIn; in++, at += 9 * groupOut) {
              for (int out = 0; out < groupOut; out += LANES) {
                WinogradTransforms.filterGradient(
                    own,
                    room.sums + g * PLANES * room.sumPlane + in * groupOut + out,
                    room.sumPlane,
                    partial,
                    at + out,
                    groupOut,
                    own,
                    room.lines);
              }
            }
          }
        });
    int columns = groupOut / LANES;
    space.run(
        groups * columns,
        (task, own) -> unpack(partial, task / columns, task % columns * LANES, target));
  }

  /** Adds the products of some strips to the 36 sums of each group. */
  private void addStrips(
      PixelSource source,
      PixelSource gradient,
      WeightRoom room,
      int set,
      int first,
      int strips,
      boolean add,
      float[] own) {
    int inStride = oddVectors(groupIn);
    int outStride = oddVectors(groupOut);
    int inStep = oddVectors(together * groupIn);
    int outStep = oddVectors(together * groupOut);
    for (int i = 0; i < strips; i++) {
      copyStrip(source, first + i, PATCH, 1, set, groupIn, own, inStep);
      for (int column = 0; column < tileColumns; column++) {
        for (int g = 0; g < together; g++) {
          WinogradTransforms.patch(
              own,
              START + column * TILE * inStep + g * groupIn,
              stripPixels() * inStep,
              inStep,
              groupIn,
              own,
              room.patches + g * PLANES * room.inPlane + (i * tileColumns + column) * inStride,
              room.inPlane,
              own,
              room.lines);
        }
      }
      copyStrip(gradient, first + i, TILE, 0, set, groupOut, own, outStep);
      for (int column = 0; column < tileColumns; column++) {
        for (int g = 0; g < together; g++) {
          WinogradTransforms.gradientTile(
              own,
              START + column * TILE * outStep + g * groupOut,
              tileColumns * TILE * outStep,
              outStep,
              groupOut,
              own,
              room.gradients + g * PLANES * room.outPlane + (i * tileColumns + column) * outStride,
              room.outPlane,
              own,
              room.lines);
        }
      }
    }
    ProductSize size = new ProductSize(roundUp(groupIn, ROWS), groupOut, strips * tileColumns);
    for (int g = 0; g < together; g++) {
      for (int p = 0; p < PLANES; p++) {
        StridedGemm.multiply(
            new MatrixView(own, room.patches + (g * PLANES + p) * room.inPlane, 1, inStride),
            new StridedGemm.Panels(
                own, room.gradients + (g * PLANES + p) * room.outPlane, PANEL, outStride),
            MatrixView.rows(own, room.sums + (g * PLANES + p) * room.sumPlane, groupOut),
            size,
            add,
            own,
            room.gemm);
      }
    }
  }

  /** Joins the chunks of some filters in their order and writes PyTorch's layout. */
  private void unpack(float[] partial, int group, int out, WeightTarget target) {
    int groupValues = 9 * groupIn * groupOut;
    for (int in = 0; in < groupIn; in++) {
      for (int tap = 0; tap < 9; tap++) {
        int from = group * groupValues + (in * 9 + tap) * groupOut + out;
        for (int chunk = 1; chunk < weights.tasks(); chunk++) {
          ChannelPasses.add(partial, chunk * groups * groupValues + from, LANES, partial, from);
        }
        int to = ((group * groupOut + out) * groupIn + in) * 9 + tap;
        for (int lane = 0; lane < LANES; lane++, to += groupIn * 9) {
          target.put(to, partial[from + lane]);
        }
      }
    }
  }
}
