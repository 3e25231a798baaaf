package org.resnext4j.detection.network;

import org.resnext4j.detection.box.Anchors;
import org.resnext4j.detection.region.PyramidRegions;
import org.resnext4j.vision.Image;
import org.resnext4j.vision.transform.Interpolation;
import org.resnext4j.vision.transform.Resize;

/**
 * The program whose conventions a detector follows. The conventions determine the resizing of
 * pictures, the positions of anchors, the cutting of regions and the smallest size of boxes. The
 * networks are the same for all programs.
 */
public enum Conventions {
  /**
   * torchvision: bilinear resizing of normalised numbers, sizes rounded down, anchors rounded to
   * whole pixels, and strides computed from the sizes of the maps.
   */
  TORCHVISION {
    @Override
    Anchors anchors() {
      return Anchors.pyramid();
    }

    @Override
    PyramidRegions regions() {
      return PyramidRegions.torchvision();
    }

    @Override
    double rounding() {
      return 0;
    }

    @Override
    int stride(int level, int picture, int map) {
      return picture / map;
    }

    @Override
    float smallestProposal() {
      return 1e-3f;
    }

    @Override
    float smallestBox() {
      return 1e-2f;
    }
  },
  /**
   * Detectron2: Pillow's bilinear resizing with antialiasing, sizes rounded to the nearest integer,
   * unrounded anchors at strides from 4 to 64, and aligned regions.
   */
  DETECTRON2 {
    @Override
    PyramidRegions regions() {
      return PyramidRegions.detectron2();
    }

    @Override
    Image resized(Image picture, PictureBatch.Size size) {
      return Resize.exactly(size.height(), size.width(), Interpolation.BILINEAR).apply(picture);
    }
  },
  /**
   * MMDetection: bilinear resizing to integer samples without antialiasing, sizes rounded to the
   * nearest integer, unrounded anchors at strides from 4 to 64, and aligned regions.
   */
  MMDETECTION {
    @Override
    PyramidRegions regions() {
      return PyramidRegions.mmdetection();
    }

    @Override
    boolean wholeSamples() {
      return true;
    }
  };

  /** The stride of the finest level. */
  private static final int FINEST_STRIDE = 4;

  Anchors anchors() {
    return Anchors.pyramid().unrounded();
  }

  abstract PyramidRegions regions();

  /** The number that is added to a side's exact length before its fraction is cut off. */
  double rounding() {
    return 0.5;
  }

  /** Resizes the integer samples of a picture, unless the program resizes normalised numbers. */
  Image resized(Image picture, PictureBatch.Size size) {
    return picture;
  }

  /** Whether resized numbers are rounded to those of integer samples. */
  boolean wholeSamples() {
    return false;
  }

  /**
   * The stride of a level: pixels of the padded picture between adjacent positions.
   *
   * @param level index of the level; 0 is the finest
   * @param picture length of the padded picture's side
   * @param map length of the level's side
   */
  int stride(int level, int picture, int map) {
    return FINEST_STRIDE << level;
  }

  /** Shortest side of a proposal: any side above 0, unless the program sets a minimum. */
  float smallestProposal() {
    return Float.MIN_VALUE;
  }

  /** Shortest side of a detected box. */
  float smallestBox() {
    return 0;
  }
}
