package org.resnext4j.vision.jpeg;

/**
 * Computes the rows of a picture as soon as their samples exist. The planes therefore hold only two
 * rows of MCUs.
 */
final class JpegRows {

  /** Computes one row. */
  @FunctionalInterface
  interface Maker {
    void make(int y);
  }

  private final Maker maker;
  private final int height;
  private int next;

  /**
   * Creates an object that begins with the first row.
   *
   * @param height rows of the picture
   */
  JpegRows(int height, Maker maker) {
    this.height = height;
    this.maker = maker;
  }

  /**
   * Computes all rows whose samples exist.
   *
   * @param filled rows of the picture that have samples; the last one may need samples of the row
   *     below
   */
  void through(int filled) {
    int end = filled >= height ? height : filled - 1;
    while (next < end) {
      maker.make(next++);
    }
  }
}
