package org.resnext4j.engine.cpu.training;

import org.resnext4j.engine.cpu.kernel.Packing;

/**
 * Memory that every step of a {@link CpuTrainingPlan} may use while it runs, sized once for the
 * greediest.
 */
final class TrainingScratch {

  /**
   * Where values start that are read in whole vectors: on a cache line's boundary, if objects are
   * (see {@link Packing}). A vector that lies across two lines is read twice.
   */
  static final int START = Packing.align(0);

  private int packedSize;
  private int partialSize;
  private int sumsSize;
  private int workerSize;
  private float[] packed = new float[0];
  private float[] partial = new float[0];
  private double[] sums = new double[0];
  private float[][] worker = new float[0][];

  /**
   * Notes what a step needs: packed weights, partial sums in float32 and float64, and per worker.
   */
  void need(long packedValues, long partialValues, long sumValues, long workerValues) {
    packedSize = Math.max(packedSize, Math.toIntExact(packedValues));
    partialSize = Math.max(partialSize, Math.toIntExact(partialValues));
    sumsSize = Math.max(sumsSize, Math.toIntExact(sumValues));
    workerSize = Math.max(workerSize, Math.toIntExact(workerValues));
  }

  /** Takes the memory; {@code need} is not called after. */
  void allocate(int workers) {
    packed = new float[packedSize];
    partial = new float[partialSize];
    sums = new double[sumsSize];
    worker = new float[workers][workerSize];
  }

  float[] packed() {
    return packed;
  }

  float[] partial() {
    return partial;
  }

  double[] sums() {
    return sums;
  }

  float[] worker(int index) {
    return worker[index];
  }

  long bytes() {
    return 4L * packedSize + 4L * partialSize + 8L * sumsSize + 4L * worker.length * workerSize;
  }
}
