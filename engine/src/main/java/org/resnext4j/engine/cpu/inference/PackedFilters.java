package org.resnext4j.engine.cpu.inference;

import java.util.Optional;
import org.resnext4j.engine.graph.Nonlinearity;

/**
 * The places of a convolution's values among a model's packed weights, and how it ends.
 *
 * @param weights index of the first value of the first group's panels
 * @param bias index of the first value of the bias, which has the order of the output's channels
 * @param floor 0 if a ReLU follows, negative infinity if none does
 * @param function the pointwise function, other than ReLU, that follows
 * @param pairs places of the sums for products in pairs, if the layer computes products in pairs
 */
record PackedFilters(
    int weights,
    int bias,
    float floor,
    Optional<Nonlinearity> function,
    Optional<PairPacking> pairs) {}
