/**
 * Boxes and what a detector does with them between its networks: anchors, coding, overlap,
 * suppression, matching and sampling. All in float32, step by step as torchvision computes them.
 */
package org.resnext4j.detection.box;
