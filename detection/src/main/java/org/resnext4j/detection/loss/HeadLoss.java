package org.resnext4j.detection.loss;

/**
 * The two losses of a head.
 *
 * @param classes mean cross-entropy of the sampled boxes
 * @param boxes sum of the box loss over the sampled boxes with an object, divided by the number of
 *     all sampled boxes
 * @param sampled number of sampled boxes
 * @param right number of sampled boxes whose most probable class is the true one
 */
public record HeadLoss(double classes, double boxes, long sampled, long right) {}
