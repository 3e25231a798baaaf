/**
 * The losses of Faster R-CNN and their gradients: binary cross-entropy and a box loss for the
 * proposal head, cross-entropy and a box loss for the box head (Ren et al., "Faster R-CNN", 2015,
 * section 3.1.2; Girshick, "Fast R-CNN", 2015, section 2.3). Sums are in float64.
 *
 * {@snippet :
 * TrueObjects truth = new TrueObjects(Boxes.of(10, 20, 110, 220), new int[] {3});
 * LearningOptions options = LearningOptions.TORCHVISION;
 * Boxes proposals = Boxes.of(12, 25, 100, 200, 300, 300, 400, 400);
 * SampledRegions regions = SampledRegions.of(proposals, truth, options, new Random(7));
 * }
 */
package org.resnext4j.detection.loss;
