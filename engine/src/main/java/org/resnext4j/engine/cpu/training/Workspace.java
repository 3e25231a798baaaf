package org.resnext4j.engine.cpu.training;

import static org.resnext4j.engine.cpu.kernel.StridedGemm.LANES;

import java.util.Arrays;
import org.resnext4j.engine.cpu.kernel.ChannelPasses.Sums;
import org.resnext4j.engine.cpu.kernel.Packing;
import org.resnext4j.engine.cpu.parallel.Partition;
import org.resnext4j.engine.cpu.parallel.WorkerPool;
import org.resnext4j.engine.graph.Shape;

/**
 * The threads that run the steps of a {@link CpuTrainingModel}, and the scratch memory that a step
 * uses while it runs. All plans of a model share them. Each plan states the largest need of its
 * steps, and the arrays grow to the maximum of all plans.
 *
 * <table>
 * <caption>Regions</caption>
 * <tr><td>{@link #packed}</td><td>packed weights in float32; each convolution states the layout</td></tr>
 * <tr><td>{@link #partial}</td><td>partial gradients of weights in float32, {@code [task][values]}</td></tr>
 * <tr><td>{@link #sums}</td><td>sums in float64, {@code [task][2][channels]} without gaps</td></tr>
 * <tr><td>own memory of a worker</td><td>float32; each step states its regions</td></tr>
 * </table>
 *
 * <p>A region does not keep its values from step to step, with one exception: the next step may
 * read {@link #sums}.
 */
final class Workspace {

  /**
   * The index of the first value that is read in whole vectors. It is on a cache line's boundary if
   * objects are (see {@link Packing}), because the processor reads a vector that crosses a boundary
   * twice.
   */
  static final int START = Packing.align(0);

  /**
   * The leading dimension of a matrix in a worker's memory. It is an odd number of vectors, which
   * keeps the values of a column from sharing cache sets.
   *
   * @param values number of values of a row
   */
  static int rowStride(int values) {
    return (Math.ceilDiv(values, LANES) | 1) * LANES;
  }

  /** The number of pixels in a block of {@link #eachBlock}. */
  static final int BLOCK_ROWS = 32;

  /** The largest number of tasks of {@link #eachBlock}. */
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

    /** A need of memory of each worker. */
    static Need own(long values) {
      return new Need(0, 0, 0, values);
    }

    /** A need of sums of all tasks and of memory of each worker. */
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

  /** Part of a step that one worker runs. */
  @FunctionalInterface
  interface Task {
    /**
     * Runs the task.
     *
     * @param own memory of the worker
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

  /** Runs all tasks on any workers, and waits for their end. */
  void run(int tasks, Task task) {
    pool.run(tasks, (index, worker) -> task.run(index, own[worker]));
  }

  /** Work on a block of pixels. */
  @FunctionalInterface
  interface BlockTask {
    /**
     * Runs the task.
     *
     * @param row the first pixel
     * @param rows number of pixels, at most {@link #BLOCK_ROWS}
     * @param own memory of the worker
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
   * Sets a task's sums of some channels to zero; returns these sums.
   *
   * @param channels number of channels of a pixel
   * @param first the first summed channel
   * @param count number of summed channels
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
