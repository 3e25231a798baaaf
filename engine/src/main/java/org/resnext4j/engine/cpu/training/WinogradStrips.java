package org.resnext4j.engine.cpu.training;

import static org.resnext4j.engine.cpu.kernel.StridedGemm.ROWS;
import static org.resnext4j.engine.cpu.kernel.WinogradTransforms.PATCH;
import static org.resnext4j.engine.cpu.kernel.WinogradTransforms.TILE;
import static org.resnext4j.engine.cpu.training.Workspace.START;

import java.util.Arrays;
import org.resnext4j.engine.cpu.parallel.Partition;
import org.resnext4j.engine.graph.Op;
import org.resnext4j.engine.graph.Shape;

/**
 * The division of a {@link WinogradConvolution}'s maps into strips and of its groups into sets. A
 * strip is one row of tiles of one picture. A set consists of a few neighbouring groups whose
 * patches are transformed together, so each read of a pixel is long enough for main memory.
 *
 * @param output {@code [batch, height, width, channels]}; the input has the same height and width
 * @param groups number of groups
 * @param groupIn input channels of a group
 * @param groupOut output channels of a group
 * @param together number of groups of a set
 */
record WinogradStrips(Shape output, int groups, int groupIn, int groupOut, int together) {

  /** The largest number of channels of a set: two kilobytes of a pixel. */
  private static final int CHANNELS_TOGETHER = 512;

  /** The least number of tiles of a block of strips. */
  private static final int LEAST_TILES = 24;

  static WinogradStrips of(Op.Conv2d op, Shape output) {
    int groupIn = op.inputChannelsPerGroup();
    int groupOut = op.outputChannelsPerGroup();
    int groups = op.groups();
    int together = Math.clamp(CHANNELS_TOGETHER / Math.max(groupIn, groupOut), 1, groups);
    while (groups % together != 0) {
      together--;
    }
    return new WinogradStrips(output, groups, groupIn, groupOut, together);
  }

  /** The number of tiles of a strip. */
  int tileColumns() {
    return Math.ceilDiv(output.width(), TILE);
  }

  /** The number of strips of a picture. */
  int tileRows() {
    return Math.ceilDiv(output.height(), TILE);
  }

  int sets() {
    return groups / together;
  }

  /**
   * Divides the strips.
   *
   * @param leastTiles the least number of tiles of a block
   * @param tasks the desired number of tasks of all sets
   */
  Partition partition(int leastTiles, int tasks) {
    // A block has whole tiles of the product.
    int step = ROWS / gcd(ROWS, tileColumns());
    int tiles = Math.max(LEAST_TILES, leastTiles);
    int block = Math.max(1, Math.ceilDiv(tiles, tileColumns() * step)) * step;
    return Partition.of(output.batch() * tileRows(), block, Math.ceilDiv(tasks, sets()));
  }

  private static int gcd(int a, int b) {
    return b == 0 ? a : gcd(b, a % b);
  }

  /** The number of pixels in a row of a strip's patches. */
  int stripPixels() {
    return tileColumns() * TILE + PATCH - TILE;
  }

  /** The first pixel of a strip, counted through all pictures. */
  int firstPixel(int strip) {
    return (strip / tileRows() * output.height() + strip % tileRows() * TILE) * output.width();
  }

  /** The number of rows of pixels of a strip; the last strip may have fewer. */
  int rows(int strip) {
    return Math.min(TILE, output.height() - strip % tileRows() * TILE);
  }

  int pixels(int strip) {
    return rows(strip) * output.width();
  }

  /**
   * Copies the pixels of a strip and a border around it, for one set of groups, to {@code [row,
   * column, (group of the set, channel)]} at {@link Workspace#START} of a worker's memory. Pixels
   * outside the picture are zeros.
   *
   * @param rows number of rows of pixels, including the border
   * @param border number of pixels above and to the left of the tiles
   * @param width number of channels of a group
   * @param pixelStep the leading dimension of {@code own}
   */
  void copy(
      PixelSource source,
      int strip,
      int rows,
      int border,
      int set,
      int width,
      float[] own,
      int pixelStep) {
    int picture = strip / tileRows();
    int top = strip % tileRows() * TILE - border;
    int pixels = tileColumns() * TILE + 2 * border;
    int inside = Math.min(output.width(), pixels - border);
    int channels = together * width;
    for (int i = 0; i < rows; i++) {
      int at = START + i * pixels * pixelStep;
      int y = top + i;
      if (y < 0 || y >= output.height()) {
        Arrays.fill(own, at, at + pixels * pixelStep, 0f);
      } else {
        int end = at + (border + inside) * pixelStep;
        Arrays.fill(own, at, at + border * pixelStep, 0f);
        source.readRows(
            (picture * output.height() + y) * output.width(),
            inside,
            set * channels,
            channels,
            own,
            at + border * pixelStep,
            pixelStep);
        Arrays.fill(own, end, at + pixels * pixelStep, 0f);
      }
    }
  }
}
