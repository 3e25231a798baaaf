/**
 * From a picture to the numbers a network reads: decoding, transforms with torchvision's meaning,
 * and the names of classes.
 *
 * <pre>{@code
 * Image image = ImageReader.defaults().read(Path.of("cat.jpg"));
 * Preprocessing preprocessing = Preprocessing.imagenet();
 * float[] input = new float[preprocessing.elements()]; // [height, width, 3]
 * preprocessing.apply(image, input, 0);
 * }</pre>
 */
package org.resnext4j.vision;
