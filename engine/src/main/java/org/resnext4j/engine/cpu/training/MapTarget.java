package org.resnext4j.engine.cpu.training;

/**
 * Where a step writes the gradient of a map.
 *
 * @param buffer receives it, {@code [batch, height, width, channels]}
 * @param accumulate whether another step has written before, so that this one adds
 */
record MapTarget(Buffer buffer, boolean accumulate) {

  float[] data() {
    return buffer.data();
  }
}
