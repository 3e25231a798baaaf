package org.resnext4j.engine.cpu.kernel;

/**
 * The operations that end a convolution: {@code max(floor, x + bias)}.
 *
 * @param constants the array that holds the bias
 * @param bias index of the bias of the first channel
 * @param floor 0 for ReLU, negative infinity for none
 */
@SuppressWarnings("ArrayRecordComponent") // A view, never compared.
public record Epilogue(float[] constants, int bias, float floor) {}
