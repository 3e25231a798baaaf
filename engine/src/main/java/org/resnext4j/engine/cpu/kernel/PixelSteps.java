package org.resnext4j.engine.cpu.kernel;

/**
 * The distances between the pixels of a map in an array. A step of the network creates these when
 * it is made, so that its kernels allocate nothing.
 *
 * @param row from one row to the next
 * @param pixel from one pixel to the next
 * @param vectors channels of a pixel that are computed, in vectors
 */
public record PixelSteps(int row, int pixel, int vectors) {}
