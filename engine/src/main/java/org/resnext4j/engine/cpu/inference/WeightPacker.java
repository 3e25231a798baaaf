package org.resnext4j.engine.cpu.inference;

import java.util.ArrayList;
import java.util.List;
import org.resnext4j.engine.cpu.kernel.Packing;
import org.resnext4j.engine.tensor.HeapRoom;

/**
 * Plans and fills the array of a model's packed weights. Layers first reserve ranges one by one;
 * then all ranges are filled in parallel.
 */
final class WeightPacker {

  /** Fills reserved ranges of the array. */
  @FunctionalInterface
  interface Task {
    void pack(float[] packed);
  }

  private final List<Task> tasks = new ArrayList<>();
  private int used = Packing.ALIGNMENT_SHIFT;

  /**
   * Reserves a range that starts on a cache line's boundary; returns its start.
   *
   * @throws ArithmeticException if the array would exceed 2³¹ values
   */
  int reserve(long length) {
    int at = used;
    used = Packing.align(used + length);
    return at;
  }

  /** Reserves the ranges that products in pairs need. */
  PairPacking reservePairs(int matrices, int columns) {
    return new PairPacking(reserve(matrices), reserve((long) matrices * columns));
  }

  /** Adds a task that fills reserved ranges. */
  void add(Task task) {
    tasks.add(task);
  }

  /**
   * Packs one value for each channel in the order of a layout, and zeros in its padding.
   *
   * @return start of the packed values
   */
  int spread(double[] values, ChannelLayout layout) {
    int at = reserve(Packing.roundUp(layout.stride(), layout.lanes()));
    tasks.add(packed -> {
      for (int c = 0; c < values.length; c++) {
        packed[at + layout.position(c)] = (float) values[c];
      }
    });
    return at;
  }

  /**
   * Runs all tasks in parallel; returns the array.
   *
   * @param others further work for the same threads, which starts first
   */
  float[] pack(List<Runnable> others) {
    HeapRoom.require("the packed weights", (long) used * Float.BYTES);
    float[] packed = new float[used + Packing.LINE];
    List<Runnable> all = new ArrayList<>(others);
    tasks.forEach(task -> all.add(() -> task.pack(packed)));
    all.parallelStream().forEach(Runnable::run);
    return packed;
  }
}
