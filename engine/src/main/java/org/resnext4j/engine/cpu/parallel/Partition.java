package org.resnext4j.engine.cpu.parallel;

/**
 * A division of rows into blocks, and of the blocks into tasks. One task computes its blocks one
 * after another. The division depends on the number of rows and not on the number of threads, so
 * sums over tasks have the same bits on any machine.
 *
 * @param size number of rows
 * @param block rows of each block except the last one
 * @param tasks number of tasks
 */
public record Partition(int size, int block, int tasks) {

  /** Divides rows into at most {@code mostTasks} tasks of whole blocks. */
  public static Partition of(int size, int block, int mostTasks) {
    int blocks = Math.ceilDiv(size, block);
    return new Partition(size, block, Math.max(1, Math.min(blocks, mostTasks)));
  }

  /** The first row of a task. For {@link #tasks} it is the number of rows. */
  public int start(int task) {
    long blocks = Math.ceilDiv(size, block);
    return (int) Math.min(size, blocks * task / tasks * block);
  }
}
