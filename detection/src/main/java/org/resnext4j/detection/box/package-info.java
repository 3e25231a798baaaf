/**
 * Boxes, and the arithmetic on boxes between the networks of a detector: anchors, box coding,
 * intersection over union, non-maximum suppression, matching and sampling. Every step computes in
 * float32 in torchvision's order.
 *
 * {@snippet :
 * Boxes anchors = Anchors.pyramid().of(0, 200, 272, 4, 4); // level 0: 200×272 places of stride 4
 * Boxes objects = Boxes.of(10, 20, 110, 220); // left, top, right, bottom
 * int[] matches = Matcher.proposals().match(objects, anchors);
 * int[] drawn = new BalancedSampler(256, 0.5).sample(matches, new Random(7));
 * }
 */
package org.resnext4j.detection.box;
