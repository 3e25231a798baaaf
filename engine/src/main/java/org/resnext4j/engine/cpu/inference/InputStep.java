package org.resnext4j.engine.cpu.inference;

import org.resnext4j.engine.graph.Shape;

/** Copies the caller's pictures row by row to the input of the first layer. */
final class InputStep implements Step {

  static final float[] NONE = new float[0];

  private static final int ROWS = 16;

  private final ActivationPlace to;
  private final float[] memory;
  private final int rows;

  /**
   * The pictures of the current run. They are set before the pool starts and cleared afterwards.
   */
  float[] pictures = NONE;

  /** Index of the first picture in the array. */
  int first;

  InputStep(ActivationPlace to, float[] memory) {
    this.to = to;
    this.memory = memory;
    this.rows = to.shape().batch() * to.shape().height();
  }

  @Override
  public int chunks() {
    return Math.ceilDiv(rows, ROWS);
  }

  @Override
  public void run(int chunk, int worker) {
    Shape shape = to.shape();
    int length = shape.width() * shape.channels();
    for (int row = chunk * ROWS; row < Math.min(rows, (chunk + 1) * ROWS); row++) {
      int start = to.base() + to.pixel(row / shape.height(), row % shape.height(), 0);
      System.arraycopy(pictures, first + row * length, memory, start, length);
    }
  }
}
