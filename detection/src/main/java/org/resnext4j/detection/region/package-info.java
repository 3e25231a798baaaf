/**
 * Regions cut out of feature maps: RoIAlign and its gradient (He et al., "Mask R-CNN", 2017,
 * section 3), on one feature map or on the levels of a pyramid.
 *
 * {@snippet :
 * FeatureMap map = new FeatureMap(50, 68, 256, 1 / 16f, new float[50 * 68 * 256], 0);
 * RoiAlign align = new RoiAlign(7, 2, false); // 7×7 cells, 2×2 samples a cell
 * float[] region = new float[7 * 7 * 256]; // [7, 7, 256]
 * align.forward(map, Boxes.of(10, 20, 110, 220), 0, region, 0);
 * }
 */
package org.resnext4j.detection.region;
