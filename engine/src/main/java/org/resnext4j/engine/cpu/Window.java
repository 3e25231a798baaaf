package org.resnext4j.engine.cpu;

import java.util.Arrays;

/**
 * Which source pixels a convolution reads for which of its pixels: for pixel (y, x) of a map and
 * tap t, the source pixel {@code (y * stride + down[t], x * stride + right[t])}, zeros where that
 * lies outside.
 *
 * @param height rows of the map that is computed
 * @param width pixels of its rows
 * @param sourceHeight rows of the map that is read
 * @param sourceWidth pixels of its rows
 */
@SuppressWarnings("ArrayRecordComponent") // Never compared.
record Window(
    int height, int width, int sourceHeight, int sourceWidth, int stride, int[] down, int[] right) {

  int taps() {
    return down.length;
  }

  /**
   * Lays out what the pixels {@code [first, first + rows)}, counted through all pictures, see: one
   * row of {@code taps × count} values each.
   */
  void gather(
      Source source,
      int first,
      int rows,
      int tapFrom,
      int tapTo,
      int channel,
      int count,
      float[] to,
      int offset,
      int rowStride) {
    boolean pointwise =
        tapTo - tapFrom == 1
            && stride == 1
            && down[tapFrom] == 0
            && right[tapFrom] == 0
            && height == sourceHeight
            && width == sourceWidth;
    if (pointwise) {
      source.readRows(first, rows, channel, count, to, offset, rowStride);
      return;
    }
    int picture = first / (height * width);
    int y = first / width % height;
    int x = first % width;
    for (int row = 0; row < rows; row++) {
      int at = offset + row * rowStride;
      int base = picture * sourceHeight;
      for (int tap = tapFrom; tap < tapTo; tap++) {
        int sourceY = y * stride + down[tap];
        int sourceX = x * stride + right[tap];
        if (sourceY >= 0 && sourceY < sourceHeight && sourceX >= 0 && sourceX < sourceWidth) {
          source.read((base + sourceY) * sourceWidth + sourceX, channel, count, to, at);
        } else {
          Arrays.fill(to, at, at + count, 0f);
        }
        at += count;
      }
      if (++x == width) {
        x = 0;
        if (++y == height) {
          y = 0;
          picture++;
        }
      }
    }
  }
}
