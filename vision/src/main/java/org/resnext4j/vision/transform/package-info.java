/**
 * Transforms of pictures, with the definitions and the rounding of torchvision's transforms on
 * Pillow images: resize, crops, flip, and normalisation.
 *
 * {@snippet :
 * Image resized = Resize.shorterSide(256, Interpolation.BILINEAR).apply(image);
 * Image middle = new CenterCrop(224).apply(resized);
 * float[] numbers = new float[224 * 224 * Image.CHANNELS]; // [height, width, channels]
 * float[] mean = {0.485f, 0.456f, 0.406f};
 * float[] deviation = {0.229f, 0.224f, 0.225f};
 * new Normalize(mean, deviation).apply(middle, numbers, 0);
 * }
 *
 * <p>{@link org.resnext4j.vision.Preprocessing} combines them to a network's preprocessing.
 */
package org.resnext4j.vision.transform;
