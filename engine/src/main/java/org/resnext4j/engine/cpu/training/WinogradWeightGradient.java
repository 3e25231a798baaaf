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
import org.resnext4j.engine.cpu.kernel.MatrixView;
import org.resnext4j.engine.cpu.kernel.PixelSteps;
import org.resnext4j.engine.cpu.kernel.ProductSize;
import org.resnext4j.engine.cpu.kernel.StridedGemm;
import org.resnext4j.engine.cpu.kernel.WinogradTransforms;
import org.resnext4j.engine.cpu.parallel.Partition;

/**
 * The gradient of a {@link WinogradConvolution}'s filters: {@code Gᵀ [Σ (Bᵀ d B) ⊙ (A ∂y Aᵀ)] G},
 * with a sum over all tiles of the batch. The sum consists of 36 matrix products for each group.
 *
 * <p>{@link Workspace#partial} holds {@code [chunk, group, input, tap, output]} without gaps.
 */
final class WinogradWeightGradient {

  private static final int TASKS = 12;

  private final WinogradStrips map;
  private final int groups;
  private final int groupIn;
  private final int groupOut;
  private final int together;
  private final int tileColumns;
  private final Partition chunks;

  WinogradWeightGradient(WinogradStrips map) {
    this.map = map;
    this.groups = map.groups();
    this.groupIn = map.groupIn();
    this.groupOut = map.groupOut();
    this.together = map.together();
    this.tileColumns = map.tileColumns();
    // The sums do not fill a cache, and each block reads and writes all of them.
    this.chunks = map.partition((groupIn + groupOut) / 4, TASKS);
  }

  /**
   * The regions of a worker's memory, one after another:
   *
   * <pre>
   * strip      [row, column, (group of the set, channel)]  leading dimension: rowStride(channels)
   * patches    [group of the set, plane, tile, input]      leading dimensions: rowStride(inputs), inPlane
   * gradients  [group of the set, plane, tile, output]     leading dimensions: rowStride(outputs), outPlane
   * sums       [group of the set, plane, input, output]    leading dimensions: outputs, sumPlane
   * lines      [WinogradTransforms.SCRATCH]                intermediate values of a transform
   * gemm       [StridedGemm.SCRATCH]                       scratch memory of a product
   * </pre>
   *
   * All distances are in values.
   */
  private final class Room {
    /** Distances between the pixels of a patch in the strip. */
    private final PixelSteps patchSteps;

    /** Distances between the pixels of a tile of the gradient in the strip. */
    private final PixelSteps gradientSteps;

    private final int inPlane;
    private final int outPlane;
    private final int sumPlane;
    private final int patches;
    private final int gradients;
    private final int sums;
    private final int lines;
    private final int gemm;
    private final int end;

    Room() {
      int tiles = chunks.block() * tileColumns;
      int widest = Math.max(groupIn, groupOut);
      int inStep = rowStride(together * groupIn);
      int outStep = rowStride(together * groupOut);
      this.patchSteps = new PixelSteps(map.stripPixels() * inStep, inStep, groupIn / LANES);
      this.gradientSteps = new PixelSteps(tileColumns * TILE * outStep, outStep, groupOut / LANES);
      this.inPlane = rowStride(tiles * rowStride(groupIn));
      this.outPlane = rowStride(tiles * rowStride(groupOut));
      this.sumPlane = rowStride(roundUp(groupIn, ROWS) * groupOut);
      this.patches = START + PATCH * map.stripPixels() * rowStride(together * widest);
      // A tile of the product may read past the last channel.
      this.gradients = patches + together * PLANES * inPlane + PANEL;
      this.sums = gradients + together * PLANES * outPlane + PANEL;
      this.lines = sums + together * PLANES * sumPlane;
      this.gemm = lines + WinogradTransforms.SCRATCH;
      this.end = gemm + StridedGemm.SCRATCH;
    }
  }

  Workspace.Need need() {
    long partial = (long) chunks.tasks() * groups * 9 * groupIn * groupOut;
    return new Workspace.Need(0, partial, 0, new Room().end);
  }

  void run(PixelSource source, PixelSource gradient, WeightTarget target, Workspace space) {
    float[] partial = space.partial();
    int sets = groups / together;
    int groupValues = 9 * groupIn * groupOut;
    Room room = new Room();
    space.run(
        chunks.tasks() * sets,
        (task, own) -> {
          int chunk = task / sets;
          int set = task % sets;
          int end = chunks.start(chunk + 1);
          for (int strip = chunks.start(chunk); strip < end; strip += chunks.block()) {
            int strips = Math.min(chunks.block(), end - strip);
            addStrips(source, gradient, room, set, strip, strips, strip > chunks.start(chunk), own);
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
      Room room,
      int set,
      int first,
      int strips,
      boolean add,
      float[] own) {
    int inStride = rowStride(groupIn);
    int outStride = rowStride(groupOut);
    int inStep = room.patchSteps.pixel();
    int outStep = room.gradientSteps.pixel();
    for (int i = 0; i < strips; i++) {
      map.copy(source, first + i, PATCH, 1, set, groupIn, own, inStep);
      for (int column = 0; column < tileColumns; column++) {
        for (int g = 0; g < together; g++) {
          WinogradTransforms.patch(
              own,
              START + column * TILE * inStep + g * groupIn,
              room.patchSteps,
              own,
              room.patches + g * PLANES * room.inPlane + (i * tileColumns + column) * inStride,
              room.inPlane,
              own,
              room.lines);
        }
      }
      map.copy(gradient, first + i, TILE, 0, set, groupOut, own, outStep);
      for (int column = 0; column < tileColumns; column++) {
        for (int g = 0; g < together; g++) {
          WinogradTransforms.gradientTile(
              own,
              START + column * TILE * outStep + g * groupOut,
              room.gradientSteps,
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

  /** Adds the sums of all chunks in their order, and writes them in PyTorch's layout. */
  private void unpack(float[] partial, int group, int out, WeightTarget target) {
    int groupValues = 9 * groupIn * groupOut;
    for (int in = 0; in < groupIn; in++) {
      for (int tap = 0; tap < 9; tap++) {
        int from = group * groupValues + (in * 9 + tap) * groupOut + out;
        for (int chunk = 1; chunk < chunks.tasks(); chunk++) {
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
