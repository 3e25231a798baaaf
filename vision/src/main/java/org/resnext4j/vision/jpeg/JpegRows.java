package org.resnext4j.vision.jpeg;

/**
 * Makes the rows of a picture as soon as the samples that they need are there, so that of the
 * planes only two rows of units are held beside the picture.
 */
final class JpegRows {

  /** Makes one row. */
  @FunctionalInterface
  interface Maker {
    void make(int y);
  }

  private final Maker maker;
  private final int height;
  private int next;

  /**
   * No row yet.
   *
   * @param height rows of the picture
   */
  JpegRows(int height, Maker maker) {
    this.height = height;
    this.maker = maker;
  }

  /**
   * Makes the rows that can be made when the planes have been filled so far.
   *
   * @param filled rows of the picture for which samples are there; the last of them may need those
   *     of the row below
   */
  void through(int filled) {
    int end = filled >= height ? height : filled - 1;
    while (next < end) {
      maker.make(next++);
    }
  }
}
