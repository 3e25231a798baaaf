package org.resnext4j.engine.cpu.training;

/**
 * A callback for each finished block of gradient rows, called while the rows are in a cache. A
 * later pass over the whole gradient would read it from main memory again.
 */
@FunctionalInterface
interface GradientRowsListener {

  /** Does nothing. */
  GradientRowsListener NONE = rows -> {};

  /**
   * A finished block of gradient rows.
   *
   * @param task number of the task that finished the rows, below {@link
   *     TrainableConvolution.Tasks#gradient}
   * @param own memory of the worker
   * @param freeAt index of the free part of this memory, which has at least {@code [2][channels]}
   *     values
   * @param first the first pixel
   * @param count number of pixels
   * @param channel the first finished channel
   * @param channels number of finished channels
   */
  @SuppressWarnings("ArrayRecordComponent") // Never compared.
  record GradientRows(
      int task, float[] own, int freeAt, int first, int count, int channel, int channels) {}

  /** Processes a finished block. */
  void completed(GradientRows rows);
}
