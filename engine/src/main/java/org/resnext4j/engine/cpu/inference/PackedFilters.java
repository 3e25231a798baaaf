package org.resnext4j.engine.cpu.inference;

import java.util.Optional;
import org.resnext4j.engine.graph.Nonlinearity;

/**
 * The places of a convolution's weights and bias in a model's packed weights, and the functions
 * that end the convolution.
 *
 * @param weights index of the first value of the first group's panels
 * @param bias index of the first value of the bias, in the order of the output's layout
 * @param floor 0 if a ReLU follows, negative infinity if none does
 * @param function the pointwise function that follows, if it is not ReLU
 * @param pairs places of the sums for products in pairs, if the layer computes products in pairs
 */
record PackedFilters(
    int weights,
    int bias,
    float floor,
    Optional<Nonlinearity> function,
    Optional<PairPacking> pairs) {}
