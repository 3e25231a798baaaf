package org.resnext4j.engine.cpu.training;

/**
 * What else is done with some pixels of a gradient as soon as they are complete, while they lie in
 * a cache: a pass over all of it later would read it from memory again.
 */
@FunctionalInterface
interface GradientRowsListener {

  /** Does nothing. */
  GradientRowsListener NONE = rows -> {};

  /**
   * Some pixels that are complete.
   *
   * @param task which task completed them, below {@link TrainableConvolution#gradientTasks}
   * @param own the worker's memory
   * @param freeAt from where on it is free, for at least two values a channel
   * @param first the first pixel
   * @param count number of pixels
   * @param channel the first channel that is complete
   * @param channels number of channels that are
   */
  @SuppressWarnings("ArrayRecordComponent") // Handed down, never compared.
  record GradientRows(
      int task, float[] own, int freeAt, int first, int count, int channel, int channels) {}

  /** Uses some pixels. */
  void completed(GradientRows rows);
}
