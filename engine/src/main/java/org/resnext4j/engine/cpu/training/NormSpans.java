package org.resnext4j.engine.cpu.training;

import java.util.Optional;

/**
 * The values of one batch norm, one for each channel in PyTorch's order.
 *
 * @param weightGradient if the weight trains
 * @param biasGradient if the bias trains
 */
record NormSpans(
    Span weight,
    Span bias,
    Span runningMean,
    Span runningVariance,
    Optional<Span> weightGradient,
    Optional<Span> biasGradient) {

  boolean isFrozen() {
    return weightGradient.isEmpty() && biasGradient.isEmpty();
  }
}
