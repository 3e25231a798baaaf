package org.resnext4j.detection.network;

import java.util.ArrayList;
import java.util.List;
import org.resnext4j.detection.box.Anchors;
import org.resnext4j.detection.box.Boxes;
import org.resnext4j.detection.region.FeatureMap;
import org.resnext4j.engine.graph.Shape;

/**
 * A level of a feature pyramid for a whole batch.
 *
 * @param shape {@code [batch, height, width, channels]}
 * @param values features, or their gradients
 */
@SuppressWarnings("ArrayRecordComponent") // Never compared.
record Level(Shape shape, float[] values) {

  /**
   * The anchors of the level.
   *
   * @param number index of the level; 0 is the finest
   * @param batch shape of the pictures
   * @param conventions conventions that determine the strides
   */
  Boxes anchors(Anchors anchors, int number, Shape batch, Conventions conventions) {
    return anchors.of(
        number,
        shape.height(),
        shape.width(),
        conventions.stride(number, batch.height(), shape.height()),
        conventions.stride(number, batch.width(), shape.width()));
  }

  /**
   * The feature maps of one picture from which regions are cut: all levels except the coarsest.
   *
   * @param sizes sizes of the batch's pictures without padding
   */
  static List<FeatureMap> maps(List<Level> levels, int picture, List<PictureBatch.Size> sizes) {
    int largest = sizes.stream().mapToInt(PictureBatch.Size::height).max().orElseThrow();
    List<FeatureMap> maps = new ArrayList<>();
    for (Level level : levels.subList(0, levels.size() - 1)) {
      // A level's scale is the power of two nearest to the ratio of the heights.
      double exact = (double) level.shape().height() / largest;
      float scale = (float) Math.pow(2, Math.rint(Math.log(exact) / Math.log(2)));
      maps.add(FeatureMap.of(level.shape(), picture, scale, level.values()));
    }
    return maps;
  }
}
