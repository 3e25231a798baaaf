package org.resnext4j.engine.cpu.kernel;

/**
 * How the pixels of a map lie in an array. A step of the network has one of these for its life, so
 * that its kernels allocate nothing.
 *
 * @param row from one row to the next
 * @param pixel from one pixel to the next
 * @param vectors places of a pixel that are computed, in vectors
 */
public record PixelSteps(int row, int pixel, int vectors) {}
