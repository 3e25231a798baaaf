package org.resnext4j.engine.cpu.training;

/**
 * Where a step writes the gradient of a parameter.
 *
 * @param span receives it, in PyTorch's layout
 * @param accumulate whether it is added to what is there
 */
record WeightTarget(Span span, boolean accumulate) {

  void put(int index, float value) {
    span.set(index, accumulate ? span.get(index) + value : value);
  }
}
