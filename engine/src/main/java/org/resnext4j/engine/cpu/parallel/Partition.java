package org.resnext4j.engine.cpu.parallel;

/**
 * A division of {@code size} rows into blocks that are computed at once, and of the blocks into
 * tasks. It depends on sizes alone, never on the number of threads, so sums made task by task are
 * the same bits on any machine.
 *
 * @param size rows in all
 * @param block rows of a block, but for the last
 * @param tasks number of tasks
 */
public record Partition(int size, int block, int tasks) {

  /** At most so many tasks, each of whole blocks. */
  public static Partition of(int size, int block, int mostTasks) {
    int blocks = Math.ceilDiv(size, block);
    return new Partition(size, block, Math.max(1, Math.min(blocks, mostTasks)));
  }

  /** First row of a task; that of the task after the last is the end. */
  public int start(int task) {
    long blocks = Math.ceilDiv(size, block);
    return (int) Math.min(size, blocks * task / tasks * block);
  }
}
