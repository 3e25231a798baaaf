package org.resnext4j.detection.region;

import org.resnext4j.engine.graph.Shape;

/**
 * The feature map of one picture: values in {@code [height, width, channels]} order within an
 * array. The array may hold the maps of a whole batch.
 *
 * @param height number of rows
 * @param width number of columns
 * @param channels number of values at each position
 * @param scale pixels of the map for each pixel of the picture, such as 1/16
 * @param values the array, which is not copied
 * @param start index of the map's first value
 */
@SuppressWarnings("ArrayRecordComponent") // A view; no code compares feature maps.
public record FeatureMap(
    int height, int width, int channels, float scale, float[] values, int start) {

  /**
   * Checks the array's length.
   *
   * @throws IllegalArgumentException if the array is too short for the map
   */
  public FeatureMap {
    if (height < 1 || width < 1 || channels < 1) {
      throw new IllegalArgumentException(
          "a feature map needs at least one value, but is %d×%d×%d"
              .formatted(height, width, channels));
    }
    if (start < 0 || values.length - start < (long) height * width * channels) {
      throw new IllegalArgumentException(
          "a feature map of %d×%d×%d values does not lie in an array of %d from %d on"
              .formatted(height, width, channels, values.length, start));
    }
  }

  /** The map of one picture in a batch of maps. */
  public static FeatureMap of(Shape batch, int picture, float scale, float[] values) {
    int length = batch.height() * batch.width() * batch.channels();
    return new FeatureMap(
        batch.height(), batch.width(), batch.channels(), scale, values, picture * length);
  }

  /** Index of the first value at a position. */
  int at(int row, int column) {
    return start + (row * width + column) * channels;
  }
}
