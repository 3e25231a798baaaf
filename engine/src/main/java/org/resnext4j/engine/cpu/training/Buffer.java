package org.resnext4j.engine.cpu.training;

/**
 * The memory of one activation or gradient of a {@link CpuTrainingPlan}. A plan first notes from
 * which step to which each buffer is needed, then deals out arrays so that buffers never needed at
 * the same time share one.
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

  /** The array, at least {@link #size} long, once dealt out. */
  float[] data() {
    return data;
  }

  void give(float[] array) {
    data = array;
  }

  /** Notes that a step reads or writes it. */
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
