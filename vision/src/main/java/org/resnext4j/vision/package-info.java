/**
 * From a picture to the numbers a network reads: decoding, transforms with torchvision's meaning,
 * and the names of classes.
 *
 * {@snippet :
 * Image cat = ImageReader.defaults().read(Path.of("cat.jpg"));
 * Preprocessing preprocessing = Preprocessing.imagenet();
 * float[] input = new float[preprocessing.elements()]; // [height, width, 3]
 * preprocessing.apply(cat, input, 0);
 * }
 */
package org.resnext4j.vision;
