package org.resnext4j.engine.cpu.training;

/**
 * The target of a parameter's gradient.
 *
 * @param span receives the gradient, in PyTorch's layout
 * @param accumulate whether the step adds to the existing values
 */
record WeightTarget(Span span, boolean accumulate) {

  void put(int index, float value) {
    span.set(index, accumulate ? span.get(index) + value : value);
  }
}
