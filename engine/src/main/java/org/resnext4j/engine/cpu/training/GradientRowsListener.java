package org.resnext4j.engine.cpu.training;

/**
 * What else is done with some pixels of a gradient as soon as they are complete, while they lie in
 * a cache: a pass over all of it later would read it from memory again.
 */
@FunctionalInterface
interface GradientRowsListener {

  /**
   * Uses some pixels.
   *
   * @param task which task completed them, below {@link TrainableConvolution#gradientTasks}
   * @param own the worker's scratch
   * @param freeAt from where on it is free, for at least two values a channel
   * @param first the first pixel
   * @param rows number of pixels
   * @param channel the first channel that is complete
   * @param channels number of channels that are
   */
  void run(int task, float[] own, int freeAt, int first, int rows, int channel, int channels);
}
