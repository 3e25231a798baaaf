package org.resnext4j.detection;

import org.resnext4j.detection.annotation.Rectangle;

/**
 * An object that a detector found.
 *
 * @param label number of the class, from 1; COCO's category id for detectors trained on COCO
 * @param name name of the class
 * @param score confidence from 0 to 1
 * @param box box in pixels of the picture
 */
public record DetectedObject(int label, String name, float score, Rectangle box) {}
