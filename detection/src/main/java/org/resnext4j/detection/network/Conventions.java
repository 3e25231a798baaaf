package org.resnext4j.detection.network;

import org.resnext4j.detection.box.Anchors;
import org.resnext4j.detection.region.PyramidRegions;

/**
 * The program whose conventions a detector was trained with. They decide how pictures are resized,
 * where anchors lie, how regions are cut and which small boxes are left out. The networks are the
 * same.
 */
public enum Conventions {
  /**
   * torchvision: bilinear resizing of normalised numbers, sizes rounded down, anchors of whole
   * pixels, strides from the sizes of the maps.
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
   * Detectron2: Pillow's bilinear resizing with antialiasing, sizes rounded to the nearest, anchors
   * of any size at strides of 4 to 64, aligned regions.
   */
  DETECTRON2 {
    @Override
    PyramidRegions regions() {
      return PyramidRegions.detectron2();
    }
  },
  /**
   * MMDetection: bilinear resizing to whole samples without antialiasing, sizes rounded to the
   * nearest, anchors of any size at strides of 4 to 64, aligned regions.
   */
  MMDETECTION {
    @Override
    PyramidRegions regions() {
      return PyramidRegions.mmdetection();
    }
  };

  /** The stride of the finest level. */
  private static final int FINEST_STRIDE = 4;

  Anchors anchors() {
    return Anchors.pyramid().unrounded();
  }

  abstract PyramidRegions regions();

  /**
   * Pixels from one place of a level to the next.
   *
   * @param level number of the level, from the finest, 0
   * @param picture length of the padded picture's side
   * @param map length of the level's side
   */
  int stride(int level, int picture, int map) {
    return FINEST_STRIDE << level;
  }

  /** Shortest side of a proposal; anything above 0 unless a program says otherwise. */
  float smallestProposal() {
    return Float.MIN_VALUE;
  }

  /** Shortest side of a detected box. */
  float smallestBox() {
    return 0;
  }
}
