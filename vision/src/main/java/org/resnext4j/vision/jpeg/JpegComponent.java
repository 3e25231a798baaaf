package org.resnext4j.vision.jpeg;

import java.util.Arrays;

/**
 * A component of a JPEG file with the quantised coefficients of all its blocks. Several scans fill
 * the coefficients.
 */
final class JpegComponent {

  private static final int SIDE = 8;

  /**
   * Number of coefficients in zigzag order that {@link JpegSmoothing} can estimate. The component
   * records the precision of these coefficients.
   */
  static final int ESTIMATED = 10;

  static final int UNKNOWN = -1;

  final int identifier;
  final int across;
  final int down;
  final int table;

  /** Number of columns of blocks that belong to the picture. */
  final int columns;

  final int rows;

  /** Number of blocks in a row of whole MCUs. */
  final int stride;

  /** The coefficients of all blocks, block after block, each in rows. */
  final short[] coefficients;

  /**
   * For each block, one bit for each coefficient in zigzag order: 1 if the coefficient is nonzero.
   */
  final long[] filled;

  /** The quantisation steps at the beginning of the component's first scan; zeros before it. */
  int[] steps = new int[JpegBits.BLOCK];

  /** Whether the component's first scan has begun. */
  boolean scanned;

  /** For each coefficient, the number of low bits that no scan has contained yet. */
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

  /** Returns the index of a block's first coefficient. */
  int block(int row, int column) {
    return (row * stride + column) * JpegBits.BLOCK;
  }

  /** Creates an empty plane for the samples. */
  JpegPlane plane(int height, int width) {
    return new JpegPlane(height, width, down, stride);
  }

  /**
   * Dequantises and transforms the blocks of a row of MCUs.
   *
   * @param estimates the estimator of coefficients that no scan contained
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
