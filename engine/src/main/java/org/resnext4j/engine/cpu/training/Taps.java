package org.resnext4j.engine.cpu.training;

import java.util.Arrays;
import org.resnext4j.engine.cpu.kernel.MatrixView;

/**
 * The source pixels that each pixel of a map depends on. For tap t, pixel (y, x) depends on the
 * source pixel {@code (y * stride + down[t], x * stride + right[t])}, which is zero outside the
 * source.
 *
 * @param height number of rows of the computed map
 * @param width pixels of its rows
 * @param sourceHeight number of rows of the source
 * @param sourceWidth pixels of its rows
 */
@SuppressWarnings("ArrayRecordComponent") // Never compared.
public record Taps(
    int height, int width, int sourceHeight, int sourceWidth, int stride, int[] down, int[] right) {

  /**
   * A part of each patch: some taps of some channels.
   *
   * @param tapFrom the first tap
   * @param tapTo tap after the last one
   * @param channel the first channel
   * @param channels number of channels
   */
  record Part(int tapFrom, int tapTo, int channel, int channels) {

    /** The number of values of one patch. */
    int values() {
      return (tapTo - tapFrom) * channels;
    }
  }

  int taps() {
    return down.length;
  }

  /**
   * Copies the patches of the pixels {@code [first, first + rows)}, counted through all pictures
   * (im2col). Each row of the view receives the part's {@code [tap, channel]}.
   */
  void gather(PixelSource source, Part part, int first, int rows, MatrixView view) {
    int tapFrom = part.tapFrom();
    int tapTo = part.tapTo();
    int channel = part.channel();
    int count = part.channels();
    float[] to = view.values();
    int offset = view.offset();
    int rowStride = view.rowStep();
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
    if (channel == 0 && count == source.channels() && isSquare(tapFrom, tapTo)) {
      gatherWholePixels(source, first, rows, count, to, offset, rowStride);
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

  /** Whether these are all taps of a filter in their order, row by row. */
  private boolean isSquare(int tapFrom, int tapTo) {
    int side = (int) Math.sqrt(taps());
    if (tapFrom != 0 || tapTo != taps() || side * side != taps() || side == 0) {
      return false;
    }
    for (int tap = 0; tap < taps(); tap++) {
      if (down[tap] != down[0] + tap / side || right[tap] != right[0] + tap % side) {
        return false;
      }
    }
    return true;
  }

  /**
   * Does the same as {@link #gather} for all channels and all taps, and reads the taps of a row at
   * once.
   */
  private void gatherWholePixels(
      PixelSource source, int first, int rows, int count, float[] to, int offset, int rowStride) {
    int side = (int) Math.sqrt(taps());
    for (int row = 0; row < rows; row++) {
      int picture = (first + row) / (height * width);
      int top = (first + row) / width % height * stride + down[0];
      int left = (first + row) % width * stride + right[0];
      int before = Math.clamp(-left, 0, side);
      int end = Math.clamp(sourceWidth - left, before, side);
      int at = offset + row * rowStride;
      for (int i = 0; i < side; i++, at += side * count) {
        int y = top + i;
        if (y < 0 || y >= sourceHeight) {
          Arrays.fill(to, at, at + side * count, 0f);
          continue;
        }
        Arrays.fill(to, at, at + before * count, 0f);
        source.readRows(
            (picture * sourceHeight + y) * sourceWidth + left + before,
            end - before,
            0,
            count,
            to,
            at + before * count,
            count);
        Arrays.fill(to, at + end * count, at + side * count, 0f);
      }
    }
  }
}
