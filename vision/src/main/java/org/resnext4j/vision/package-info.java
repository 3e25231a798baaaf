/**
 * Decodes pictures, prepares them as a network's input with torchvision's transforms, and reads the
 * names of classes.
 *
 * {@snippet :
 * Image cat = ImageReader.defaults().read(Path.of("cat.jpg"));
 * Preprocessing preprocessing = Preprocessing.imagenet();
 * float[] input = new float[preprocessing.elements()]; // [height, width, 3]
 * preprocessing.apply(cat, input, 0);
 * }
 */
package org.resnext4j.vision;
