package org.resnext4j.detection.region;

import java.util.List;
import org.resnext4j.detection.box.Boxes;

/**
 * Cuts each region out of the level of a pyramid that suits its size: a region of 224×224 pixels
 * out of level 4, one of twice the side one level higher (Feature Pyramid Networks, equation 1).
 *
 * @param align how a region is cut
 * @param finest number of the finest level, 2 for the map of stride 4
 * @param addedToSize added to a size's share of 224: 1e-8 in Detectron2, 0 in torchvision
 * @param addedToLevel added to the level before it is rounded down: 1e-6 in torchvision
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

  /** The settings of MMDetection, which adds 1e-6 to a size's share of 56. */
  public static PyramidRegions mmdetection() {
    return new PyramidRegions(new RoiAlign(7, 0, true), 2, 0.25e-6f, 0);
  }

  /**
   * Cuts one region.
   *
   * @param levels from the finest on, of one picture
   * @param boxes in pixels of the picture
   * @param region position of the box
   * @param to receives the region
   * @param at where the region begins
   */
  public void forward(List<FeatureMap> levels, Boxes boxes, int region, float[] to, int at) {
    align.forward(levels.get(level(boxes, region, levels.size())), boxes, region, to, at);
  }

  /**
   * Adds the gradient of one region to that of its level.
   *
   * @param gradients of the levels, from the finest on, of one picture; one of them is added to
   * @param boxes in pixels of the picture
   * @param region position of the box
   * @param from holds the region's gradient
   * @param at where it begins
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
    // Clamped before it is a whole number: the logarithm of an empty box is minus infinity.
    return (int) Math.clamp(Math.floor(exact) - finest, 0, levels - 1.0);
  }
}
