package org.resnext4j.engine.graph;

/**
 * A convolution with everything linear behind it: output channel c is {@code scale[c] · (filters[c]
 * ∗ x) + shift[c]}.
 *
 * @param filters {@code [out, in / groups, height, width]}
 * @param scale for each output channel
 * @param shift for each output channel
 * @param outputSquare mean square of {@code scale[c] · (filters[c] ∗ x)}, by the batch norm's
 *     running statistics; 0 if unknown
 */
@SuppressWarnings("ArrayRecordComponent") // Handed from one step of compilation to the next.
public record FoldedConvolution(
    float[] filters, double[] scale, double[] shift, double outputSquare) {}
