/**
 * Random changes to training pictures, with torchvision's definitions and rounding. An augmentation
 * is a function of a picture (or of normalised numbers) and of a random generator that the caller
 * seeds. The same generator gives the same picture on every machine.
 *
 * {@snippet :
 * Random random = new Random(7);
 * Image cropped = new RandomResizedCrop(224).apply(image, random);
 * Image augmented = new RandomFlip().apply(cropped, random);
 * }
 */
package org.resnext4j.vision.augment;
