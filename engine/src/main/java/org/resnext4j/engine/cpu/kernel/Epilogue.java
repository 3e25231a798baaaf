package org.resnext4j.engine.cpu.kernel;

/**
 * The operations that end a convolution: {@code max(floor, x + bias)}.
 *
 * @param constants holds the bias
 * @param bias start of one value for each channel
 * @param floor 0 for ReLU, negative infinity for none
 */
@SuppressWarnings("ArrayRecordComponent") // A view, never compared.
public record Epilogue(float[] constants, int bias, float floor) {}
