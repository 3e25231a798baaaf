package org.resnext4j.engine.cpu.training;

import java.util.Optional;

/**
 * The parameters and statistics of one batch norm: {@code [channels]} each, in PyTorch's order.
 *
 * @param weightGradient the gradient of the weight, unless the weight is frozen
 * @param biasGradient the gradient of the bias, unless the bias is frozen
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
