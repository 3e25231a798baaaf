package org.resnext4j.detection.region;

import java.util.Arrays;
import org.resnext4j.detection.box.Boxes;

/**
 * RoIAlign (Mask R-CNN, section 3): cuts regions of any size from a feature map and resamples them
 * to one size. Each value is the mean of bilinearly interpolated values of the map. A region has
 * the shape {@code [side, side, channels]}.
 *
 * @param side height and width of a region
 * @param samples number of samples along each side of a cell; 0 for the cell's height (or width) on
 *     the map, rounded up
 * @param aligned whether the centre of a pixel has the coordinate 0.5, as in Detectron2 and
 *     MMDetection. In torchvision's detectors the centre has an integer coordinate, and a region is
 *     at least one position wide
 */
public record RoiAlign(int side, int samples, boolean aligned) {

  /**
   * Checks the sizes.
   *
   * @throws IllegalArgumentException if the side is below 1 or the number of samples is negative
   */
  public RoiAlign {
    if (side < 1 || samples < 0) {
      throw new IllegalArgumentException(
          "RoIAlign needs a side of at least 1 and samples of at least 0, but found %d and %d"
              .formatted(side, samples));
    }
  }

  /**
   * Cuts one region.
   *
   * @param boxes boxes in pixels of the picture
   * @param region index of the box
   * @param to receives the region
   * @param at index of the region's first value
   */
  public void forward(FeatureMap map, Boxes boxes, int region, float[] to, int at) {
    Grid grid = new Grid(this, map, boxes, region);
    float[] from = map.values();
    int channels = map.channels();
    int out = at;
    for (int row = 0; row < side; row++) {
      for (int column = 0; column < side; column++, out += channels) {
        Arrays.fill(to, out, out + channels, 0f);
        for (int sample = 0; sample < grid.count; sample++) {
          if (grid.moveTo(row, column, sample)) {
            add(grid, from, channels, to, out);
          }
        }
        for (int channel = out; channel < out + channels; channel++) {
          to[channel] /= grid.count;
        }
      }
    }
  }

  /**
   * Adds the gradient of one region to that of its map.
   *
   * @param gradient gradient of the map, which changes
   * @param boxes boxes in pixels of the picture
   * @param region index of the box
   * @param from the region's gradient
   * @param at index of the gradient's first value
   */
  public void backward(FeatureMap gradient, Boxes boxes, int region, float[] from, int at) {
    Grid grid = new Grid(this, gradient, boxes, region);
    int channels = gradient.channels();
    int in = at;
    for (int row = 0; row < side; row++) {
      for (int column = 0; column < side; column++, in += channels) {
        for (int sample = 0; sample < grid.count; sample++) {
          if (grid.moveTo(row, column, sample)) {
            scatter(grid, from, in, channels, gradient.values());
          }
        }
      }
    }
  }

  private static void add(Grid grid, float[] from, int channels, float[] to, int out) {
    int a = grid.upperLeft;
    int b = grid.upperRight;
    int c = grid.lowerLeft;
    int d = grid.lowerRight;
    float up = 1 - grid.down;
    float left = 1 - grid.right;
    float first = up * left;
    float second = up * grid.right;
    float third = grid.down * left;
    float fourth = grid.down * grid.right;
    for (int i = 0; i < channels; i++) {
      to[out + i] +=
          first * from[a + i] + second * from[b + i] + third * from[c + i] + fourth * from[d + i];
    }
  }

  private static void scatter(Grid grid, float[] from, int in, int channels, float[] to) {
    float up = 1 - grid.down;
    float left = 1 - grid.right;
    scatter(up * left / grid.count, from, in, channels, to, grid.upperLeft);
    scatter(up * grid.right / grid.count, from, in, channels, to, grid.upperRight);
    scatter(grid.down * left / grid.count, from, in, channels, to, grid.lowerLeft);
    scatter(grid.down * grid.right / grid.count, from, in, channels, to, grid.lowerRight);
  }

  private static void scatter(
      float weight, float[] from, int in, int channels, float[] to, int out) {
    for (int i = 0; i < channels; i++) {
      to[out + i] += weight * from[in + i];
    }
  }

  /** The positions of one region's samples on its map, in float32 as in torchvision. */
  private static final class Grid {

    /** Number of samples in a cell, at least 1. */
    final int count;

    /**
     * Indices of the four positions around the sample, and the sample's distance from the first.
     */
    int upperLeft;

    int upperRight;
    int lowerLeft;
    int lowerRight;
    float down;
    float right;

    private final FeatureMap map;
    private final float top;
    private final float left;
    private final float cellHeight;
    private final float cellWidth;
    private final int rows;
    private final int columns;

    Grid(RoiAlign align, FeatureMap map, Boxes boxes, int region) {
      this.map = map;
      float offset = align.aligned ? 0.5f : 0;
      this.left = boxes.left(region) * map.scale() - offset;
      this.top = boxes.top(region) * map.scale() - offset;
      float width = boxes.right(region) * map.scale() - offset - left;
      float height = boxes.bottom(region) * map.scale() - offset - top;
      this.cellWidth = (align.aligned ? width : Math.max(width, 1)) / align.side;
      this.cellHeight = (align.aligned ? height : Math.max(height, 1)) / align.side;
      this.rows = align.samples > 0 ? align.samples : Math.max(0, (int) Math.ceil(cellHeight));
      this.columns = align.samples > 0 ? align.samples : Math.max(0, (int) Math.ceil(cellWidth));
      this.count = Math.max(1, Math.multiplyExact(rows, columns));
    }

    /**
     * Moves to a sample of a cell. Returns false if the sample lies outside the map and counts as
     * 0.
     */
    boolean moveTo(int row, int column, int sample) {
      if (rows == 0 || columns == 0) {
        return false;
      }
      int sampleRow = sample / columns;
      int sampleColumn = sample % columns;
      float y = top + row * cellHeight + (sampleRow + 0.5f) * cellHeight / rows;
      float x = left + column * cellWidth + (sampleColumn + 0.5f) * cellWidth / columns;
      // The negated condition counts NaN as outside.
      if (!(y >= -1 && y <= map.height() && x >= -1 && x <= map.width())) {
        return false;
      }
      float inY = Math.clamp(y, 0f, map.height() - 1f);
      float inX = Math.clamp(x, 0f, map.width() - 1f);
      int upper = (int) inY;
      int first = (int) inX;
      int lower = Math.min(upper + 1, map.height() - 1);
      int second = Math.min(first + 1, map.width() - 1);
      upperLeft = map.at(upper, first);
      upperRight = map.at(upper, second);
      lowerLeft = map.at(lower, first);
      lowerRight = map.at(lower, second);
      down = inY - upper;
      right = inX - first;
      return true;
    }
  }
}
