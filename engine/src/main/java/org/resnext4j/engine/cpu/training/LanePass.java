package org.resnext4j.engine.cpu.training;

import static org.resnext4j.engine.cpu.kernel.LaneRows.OUTS;
import static org.resnext4j.engine.cpu.kernel.StridedGemm.LANES;
import static org.resnext4j.engine.cpu.training.Workspace.START;

import java.util.Arrays;
import org.resnext4j.engine.cpu.kernel.LaneRows;
import org.resnext4j.engine.cpu.kernel.LaneRows.Filters;
import org.resnext4j.engine.cpu.kernel.LaneRows.Pixels;
import org.resnext4j.engine.graph.Shape;

/**
 * A convolution of one map to another with lanes across cardinality, a strip of rows at a time.
 * {@link LaneConvolution} has one pass for its output, and one pass for each phase of its input's
 * gradient.
 *
 * @param strip number of rows of the computed map in a strip
 * @param from the map that is read
 * @param to the map that is written
 * @param groupFrom number of channels of a group that are read
 * @param groupTo number of channels of a group that are written
 */
record LanePass(
    Axis rows, Axis columns, int strip, Shape from, Shape to, int groupFrom, int groupTo) {

  /**
   * One axis of a pass, vertical or horizontal. Place p of the computed map depends on the source
   * places {@code p * step + shift + i} for each i below the number of taps. Its place in the
   * target map is {@code p * spread + first}.
   *
   * @param size number of places of the computed map
   * @param taps the row or column of the filter for each i
   */
  @SuppressWarnings("ArrayRecordComponent") // Never compared.
  record Axis(int size, int step, int shift, int[] taps, int spread, int first) {}

  /**
   * A strip: some rows of a computed map, for one block of groups.
   *
   * @param y the first row
   * @param rows number of rows
   */
  record Strip(int picture, int y, int rows, int block) {}

  int sourceRows(int count) {
    return (count - 1) * rows.step() + rows.taps().length;
  }

  int sourceColumns() {
    return (columns.size() - 1) * columns.step() + columns.taps().length;
  }

  int strips() {
    return Math.ceilDiv(rows.size(), strip);
  }

  boolean isEmpty() {
    return rows.taps().length == 0 || columns.taps().length == 0;
  }

  /** The number of source values of the largest strip. */
  int stripValues() {
    return Math.multiplyExact(sourceRows(strip) * sourceColumns(), groupFrom * LANES);
  }

  /** The strip of a number, counted through all pictures, and of a block of groups. */
  Strip strip(int unit, int block) {
    int y = unit % strips() * strip;
    return new Strip(unit / strips(), y, Math.min(strip, rows.size() - y), block);
  }

  /**
   * Copies the source pixels of a strip to {@code [source row, source column, channel of the group,
   * lane]} at {@link Workspace#START} of a worker's memory, with zeros around the picture.
   */
  void copy(PixelSource source, Strip strip, float[] own) {
    int values = groupFrom * LANES;
    int width = sourceColumns();
    int sourceRows = sourceRows(strip.rows());
    int at = START;
    for (int i = 0; i < sourceRows; i++) {
      int row = strip.y() * rows.step() + rows.shift() + i;
      if (row < 0 || row >= from.height()) {
        Arrays.fill(own, at, at + width * values, 0f);
      } else {
        int left = Math.clamp(-columns.shift(), 0, width);
        int inside = Math.clamp(from.width() - columns.shift(), left, width) - left;
        Arrays.fill(own, at, at + left * values, 0f);
        source.readRows(
            (strip.picture() * from.height() + row) * from.width() + columns.shift() + left,
            inside,
            strip.block() * values,
            values,
            own,
            at + left * values,
            values);
        Arrays.fill(own, at + (left + inside) * values, at + width * values, 0f);
      }
      at += width * values;
    }
  }

  /**
   * Computes a strip from its copied source pixels.
   *
   * @param packed weights, {@code [block][tile of outputs][filter row][filter column][input][output
   *     of the tile][lane]}
   */
  void convolve(Strip strip, float[] own, float[] packed, MapTarget target) {
    int values = groupFrom * LANES;
    int rowStep = sourceColumns() * values;
    int depth = columns.taps().length * groupFrom;
    int taps = rows.taps().length;
    int weightAt = START + strip.block() * taps * depth * groupTo * LANES;
    for (int out = 0; out < groupTo; ) {
      int outs = groupTo - out >= OUTS ? OUTS : 1;
      Filters filters = new Filters(packed, weightAt, taps, depth, outs);
      for (int row = 0; row < strip.rows(); row++) {
        int y = (strip.y() + row) * rows.spread() + rows.first();
        int pixel = (strip.picture() * to.height() + y) * to.width() + columns.first();
        Pixels source =
            new Pixels(own, START + row * rows.step() * rowStep, columns.step() * values, rowStep);
        int at = pixel * to.channels() + (strip.block() * groupTo + out) * LANES;
        Pixels result = new Pixels(target.data(), at, columns.spread() * to.channels(), 0);
        LaneRows.convolveRow(source, filters, result, columns.size(), target.accumulate());
      }
      weightAt += taps * depth * outs * LANES;
      out += outs;
    }
  }
}
