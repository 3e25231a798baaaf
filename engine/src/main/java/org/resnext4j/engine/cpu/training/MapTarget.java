package org.resnext4j.engine.cpu.training;

import org.resnext4j.engine.cpu.kernel.ChannelPasses;
import org.resnext4j.engine.graph.Shape;

/**
 * The target of a map's gradient. Every reader of the map makes one contribution to the gradient.
 *
 * @param buffer receives the gradient, {@code [batch, height, width, channels]}
 * @param accumulate whether the step adds to the gradient of an earlier step
 */
record MapTarget(Buffer buffer, boolean accumulate) {

  /** Copies the contribution to one pixel's gradient. */
  @FunctionalInterface
  interface PixelReader {
    /**
     * Copies the contribution.
     *
     * @param to receives {@code [channels]} values from {@code at} on
     */
    void read(int pixel, float[] to, int at);
  }

  /** Computes the contribution to one pixel's gradient. */
  @FunctionalInterface
  interface PixelFunction {
    /**
     * Computes the contribution.
     *
     * @param own memory of the worker, {@code [2][channels]}: the function may use the first row,
     *     and writes the contribution to the second row
     */
    void compute(int pixel, float[] own);
  }

  float[] data() {
    return buffer.data();
  }

  /** Writes or adds a contribution to consecutive values. */
  void put(float[] from, int fromAt, int at, int count) {
    if (accumulate) {
      ChannelPasses.add(from, fromAt, count, data(), at);
    } else {
      System.arraycopy(from, fromAt, data(), at, count);
    }
  }

  /**
   * Writes or adds copied contributions to all pixels. A worker's memory holds one pixel, {@code
   * [channels]}.
   *
   * @param shape the map's
   */
  void readEach(Shape shape, Workspace space, PixelReader part) {
    int channels = shape.channels();
    space.eachBlock(
        shape,
        (row, rows, own) -> {
          float[] result = data();
          for (int pixel = row; pixel < row + rows; pixel++) {
            if (accumulate) {
              part.read(pixel, own, 0);
              ChannelPasses.add(own, 0, channels, result, pixel * channels);
            } else {
              part.read(pixel, result, pixel * channels);
            }
          }
        });
  }

  /**
   * Writes or adds computed contributions to all pixels. A worker's memory holds two pixels, {@code
   * [2][channels]}.
   *
   * @param shape the map's
   */
  void computeEach(Shape shape, Workspace space, PixelFunction part) {
    int channels = shape.channels();
    space.eachBlock(
        shape,
        (row, rows, own) -> {
          for (int pixel = row; pixel < row + rows; pixel++) {
            part.compute(pixel, own);
            put(own, channels, pixel * channels, channels);
          }
        });
  }
}
