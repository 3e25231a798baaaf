package org.resnext4j.engine.cpu.training;

import static org.resnext4j.engine.cpu.kernel.StridedGemm.LANES;

import java.util.Arrays;
import org.resnext4j.engine.cpu.kernel.ChannelPasses.Sums;
import org.resnext4j.engine.cpu.kernel.Packing;
import org.resnext4j.engine.cpu.parallel.Partition;
import org.resnext4j.engine.cpu.parallel.WorkerPool;
import org.resnext4j.engine.graph.Shape;

/**
 * The threads that run the steps of a {@link CpuTrainingModel}, and the memory that a step uses
 * while it runs. All plans of a model share it. Each plan states the largest need of its steps, and
 * the arrays grow to the maximum.
 *
 * <table>
 * <caption>Regions</caption>
 * <tr><td>{@link #packed}</td><td>weights, packed for a product; each convolution states the layout</td></tr>
 * <tr><td>{@link #partial}</td><td>{@code [task][values]} partial gradients of weights</td></tr>
 * <tr><td>{@link #sums}</td><td>{@code [task][2][channels]} sums in float64, without gaps</td></tr>
 * <tr><td>own memory of a worker</td><td>each step states its regions</td></tr>
 * </table>
 *
 * <p>No region keeps its values from step to step, except {@link #sums}: the next step may read
 * them.
 */
final class Workspace {

  /**
   * Start of values that are read in whole vectors. It lies on a cache line's boundary, if objects
   * do (see {@link Packing}): the processor reads a vector across two lines twice.
   */
  static final int START = Packing.align(0);

  /**
   * The leading dimension of a matrix in a worker's memory: an odd number of vectors, so that the
   * values of a column do not share cache sets.
   *
   * @param values values of a row
   */
  static int rowStride(int values) {
    return (Math.ceilDiv(values, LANES) | 1) * LANES;
  }

  /** Pixels that {@link #eachBlock} hands out at once. */
  static final int BLOCK_ROWS = 32;

  /** Tasks that {@link #eachBlock} makes at most. */
  private static final int BLOCK_TASKS = 96;

  /**
   * The memory that a step needs.
   *
   * @param packed float32 values of packed weights
   * @param partial float32 values of partial weight gradients, all tasks together
   * @param sums float64 values, all tasks together
   * @param own float32 values of each worker
   */
  record Need(long packed, long partial, long sums, long own) {

    static final Need NOTHING = new Need(0, 0, 0, 0);

    /** Only memory of each worker. */
    static Need own(long values) {
      return new Need(0, 0, 0, values);
    }

    /** Sums of all tasks, and memory of each worker. */
    static Need sums(long sums, long own) {
      return new Need(0, 0, sums, own);
    }

    /** The larger of two needs, region by region. */
    Need or(Need other) {
      return new Need(
          Math.max(packed, other.packed),
          Math.max(partial, other.partial),
          Math.max(sums, other.sums),
          Math.max(own, other.own));
    }
  }

  /** Part of a step, done by one worker. */
  @FunctionalInterface
  interface Task {
    /**
     * Does it.
     *
     * @param own memory of the worker that does it
     */
    void run(int task, float[] own);
  }

  private final WorkerPool pool;
  private float[] packed = new float[0];
  private float[] partial = new float[0];
  private double[] sums = new double[0];
  private final float[][] own;

  Workspace(WorkerPool pool) {
    this.pool = pool;
    this.own = new float[pool.threads()][0];
  }

  /** Grows the regions to a need. */
  void grow(Need need) {
    if (packed.length < need.packed()) {
      packed = new float[Math.toIntExact(need.packed())];
    }
    if (partial.length < need.partial()) {
      partial = new float[Math.toIntExact(need.partial())];
    }
    if (sums.length < need.sums()) {
      sums = new double[Math.toIntExact(need.sums())];
    }
    if (own[0].length < need.own()) {
      Arrays.setAll(own, worker -> new float[Math.toIntExact(need.own())]);
    }
  }

  /** Runs all tasks, each on any worker, and waits for them. */
  void run(int tasks, Task task) {
    pool.run(tasks, (index, worker) -> task.run(index, own[worker]));
  }

  /** Work on a few rows of pixels. */
  @FunctionalInterface
  interface BlockTask {
    /**
     * Does it.
     *
     * @param row the first row
     * @param rows number of rows, at most {@link #BLOCK_ROWS}
     * @param own memory of the worker that does it
     */
    void run(int row, int rows, float[] own);
  }

  /**
   * Runs work on all pixels of a map, a block at a time. The blocks depend on the number of pixels
   * alone.
   */
  void eachBlock(Shape map, BlockTask work) {
    Partition partition = Partition.of(map.pixels(), BLOCK_ROWS, BLOCK_TASKS);
    run(
        partition.tasks(),
        (task, own) -> {
          int end = partition.start(task + 1);
          for (int row = partition.start(task); row < end; row += BLOCK_ROWS) {
            work.run(row, Math.min(BLOCK_ROWS, end - row), own);
          }
        });
  }

  /** Packed weights; each convolution states the layout. */
  float[] packed() {
    return packed;
  }

  /** Partial gradients of weights, {@code [task][values]}; each convolution states the layout. */
  float[] partial() {
    return partial;
  }

  /** Sums over pixels, {@code [task][2][channels]}. */
  double[] sums() {
    return sums;
  }

  /**
   * Sets a task's sums of some channels to zero, and returns them.
   *
   * @param channels channels of a pixel
   * @param first the first of the channels that are summed
   * @param count number of channels that are summed
   */
  Sums clearedSums(int task, int channels, int first, int count) {
    int at = task * 2 * channels + first;
    Arrays.fill(sums, at, at + count, 0.0);
    Arrays.fill(sums, at + channels, at + channels + count, 0.0);
    return new Sums(sums, at, at + channels);
  }

  long bytes() {
    return 4L * packed.length
        + 4L * partial.length
        + 8L * sums.length
        + 4L * own.length * own[0].length;
  }
}
