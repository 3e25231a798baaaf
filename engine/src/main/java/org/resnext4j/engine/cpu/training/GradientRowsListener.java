package org.resnext4j.engine.cpu.training;

/**
 * Callback run on each finished block of gradient rows, while the rows lie in a cache. A later pass
 * over the whole gradient would read it from main memory again.
 */
@FunctionalInterface
interface GradientRowsListener {

  /** Does nothing. */
  GradientRowsListener NONE = rows -> {};

  /**
   * A finished block of gradient rows.
   *
   * @param task the task that finished them, below {@link TrainableConvolution#gradientTasks}
   * @param own the worker's memory
   * @param freeAt start of its free part, which has at least {@code [2, channels]} values
   * @param first the first pixel
   * @param count number of pixels
   * @param channel the first finished channel
   * @param channels number of finished channels
   */
  @SuppressWarnings("ArrayRecordComponent") // Handed down, never compared.
  record GradientRows(
      int task, float[] own, int freeAt, int first, int count, int channel, int channels) {}

  /** Uses a finished block. */
  void completed(GradientRows rows);
}
