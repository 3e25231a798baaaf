package org.resnext4j.engine.cpu.kernel;

/**
 * The distances between the pixels of a map in an array. A step of the network makes this record
 * once, so its kernels allocate nothing.
 *
 * @param row distance between neighbouring rows
 * @param pixel distance between neighbouring pixels
 * @param vectors number of channels to compute in each pixel, in vectors
 */
public record PixelSteps(int row, int pixel, int vectors) {}
