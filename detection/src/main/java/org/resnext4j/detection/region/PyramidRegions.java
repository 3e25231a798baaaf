package org.resnext4j.detection.region;

import java.util.List;
import org.resnext4j.detection.box.Boxes;

/**
 * Cuts each region from the pyramid level that suits its size (Feature Pyramid Networks, equation
 * 1). Level 4 serves a region of 224×224 pixels, and a region with twice the side comes from the
 * next coarser level.
 *
 * @param align the method of cutting a region
 * @param finest number of the finest level, 2 for the map of stride 4
 * @param addedToSize number added to the ratio of the size to 224: 1e-8 in Detectron2, 0 in
 *     torchvision
 * @param addedToLevel number added to the level before it is rounded down: 1e-6 in torchvision
 */
public record PyramidRegions(RoiAlign align, int finest, float addedToSize, float addedToLevel) {

  private static final float CANONICAL_SIZE = 224;
  private static final int CANONICAL_LEVEL = 4;

  /** The settings of torchvision. */
  public static PyramidRegions torchvision() {
    return new PyramidRegions(new RoiAlign(7, 2, false), 2, 0, 1e-6f);
  }

  /** The settings of Detectron2. */
  public static PyramidRegions detectron2() {
    return new PyramidRegions(new RoiAlign(7, 0, true), 2, 1e-8f, 0);
  }

  /** The settings of MMDetection, which adds 1e-6 to the ratio of the size to 56. */
  public static PyramidRegions mmdetection() {
    return new PyramidRegions(new RoiAlign(7, 0, true), 2, 0.25e-6f, 0);
  }

  /**
   * Cuts one region.
   *
   * @param levels levels of one picture, beginning with the finest
   * @param boxes boxes in pixels of the picture
   * @param region index of the box
   * @param to receives the region
   * @param at index of the region's first value
   */
  public void forward(List<FeatureMap> levels, Boxes boxes, int region, float[] to, int at) {
    align.forward(levels.get(level(boxes, region, levels.size())), boxes, region, to, at);
  }

  /**
   * Adds the gradient of one region to that of its level.
   *
   * @param gradients gradients of one picture's levels, beginning with the finest; one of them
   *     changes
   * @param boxes boxes in pixels of the picture
   * @param region index of the box
   * @param from holds the region's gradient
   * @param at index of the gradient's first value
   */
  public void backward(List<FeatureMap> gradients, Boxes boxes, int region, float[] from, int at) {
    align.backward(gradients.get(level(boxes, region, gradients.size())), boxes, region, from, at);
  }

  /** Index of the level for a box, among {@code levels} levels. */
  public int level(Boxes boxes, int box, int levels) {
    float size = (float) Math.sqrt(boxes.area(box));
    float exact =
        CANONICAL_LEVEL
            + (float) (Math.log(size / CANONICAL_SIZE + addedToSize) / Math.log(2))
            + addedToLevel;
    // The bounds apply before the conversion: an empty box has the logarithm minus infinity.
    return (int) Math.clamp(Math.floor(exact) - finest, 0, levels - 1.0);
  }
}
