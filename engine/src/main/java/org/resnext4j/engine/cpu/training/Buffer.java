package org.resnext4j.engine.cpu.training;

/**
 * The memory of one activation or gradient of a {@link CpuTrainingPlan}: {@code [batch, height,
 * width, channels]} in float32. A plan first records the life span of each buffer, from its first
 * to its last step. It then assigns arrays, and buffers with disjoint life spans share an array.
 */
final class Buffer {

  private final int size;
  private float[] data = new float[0];
  private int firstStep = Integer.MAX_VALUE;
  private int lastStep = -1;

  Buffer(long size) {
    this.size = Math.toIntExact(size);
  }

  int size() {
    return size;
  }

  /** The array, which has at least {@link #size} values after the assignment. */
  float[] data() {
    return data;
  }

  void give(float[] array) {
    data = array;
  }

  /** Records that a step reads or writes the buffer. */
  void usedAt(int step) {
    firstStep = Math.min(firstStep, step);
    lastStep = Math.max(lastStep, step);
  }

  int firstStep() {
    return firstStep;
  }

  int lastStep() {
    return lastStep;
  }
}
