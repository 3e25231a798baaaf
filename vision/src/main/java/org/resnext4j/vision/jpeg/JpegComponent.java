package org.resnext4j.vision.jpeg;

import java.util.Arrays;

/** One component of a JPEG file whose coefficients are kept until all its scans have been read. */
final class JpegComponent {

  private static final int SIDE = 8;

  /** Coefficients of which progressive scans' precision is kept: those that can be estimated. */
  static final int ESTIMATED = 10;

  static final int UNKNOWN = -1;

  final int identifier;
  final int across;
  final int down;
  final int table;

  /** Blocks that belong to the picture. */
  final int columns;

  final int rows;

  /** Blocks in a row of whole units. */
  final int stride;

  /** The coefficients of all blocks, a block's in rows. */
  final short[] coefficients;

  /** For each block, a bit for each coefficient in the file's order that is not zero. */
  final long[] filled;

  /** The steps in force when the component's first scan began; zeros before. */
  int[] steps = new int[JpegBits.BLOCK];

  /** Whether the component's first scan has begun. */
  boolean scanned;

  /** The bits that the scans so far have left unknown of each coefficient, and before the last. */
  final int[] precision = new int[ESTIMATED];

  final int[] precisionBefore = new int[ESTIMATED];

  int predicted;

  JpegComponent(
      int identifier, int sampling, int table, int columns, int rows, int stride, int height) {
    this.identifier = identifier;
    this.across = sampling >> 4;
    this.down = sampling & 15;
    this.table = table;
    this.columns = columns;
    this.rows = rows;
    this.stride = stride;
    coefficients = new short[Math.multiplyExact(stride * height, JpegBits.BLOCK)];
    filled = new long[stride * height];
    Arrays.fill(precision, UNKNOWN);
  }

  /** Where a block's coefficients begin. */
  int block(int row, int column) {
    return (row * stride + column) * JpegBits.BLOCK;
  }

  /** An empty plane for the samples. */
  JpegPlane plane(int height, int width) {
    return new JpegPlane(height, width, down, stride);
  }

  /**
   * Makes the samples of a row of units.
   *
   * @param estimates fills in coefficients that no scan brought
   */
  void transform(JpegPlane plane, int unit, JpegSmoothing estimates) {
    int[] block = new int[SIDE * SIDE];
    for (int y = unit * down; y < Math.min(rows, (unit + 1) * down); y++) {
      for (int x = 0; x < columns; x++) {
        int from = block(y, x);
        for (int i = 0; i < block.length; i++) {
          block[i] = coefficients[from + i];
        }
        estimates.complete(this, y, x, block);
        for (int k = 0; k < block.length; k++) {
          int i = JpegScans.natural(k);
          block[i] = (short) (block[i] * steps[k]);
        }
        plane.transform(y, x, block);
      }
    }
  }
}
