package org.resnext4j.engine.cpu.training;

/**
 * The target of a map's gradient.
 *
 * @param buffer receives the gradient, {@code [batch, height, width, channels]}
 * @param accumulate whether the step adds to the gradient of an earlier step
 */
record MapTarget(Buffer buffer, boolean accumulate) {

  float[] data() {
    return buffer.data();
  }
}
