package org.resnext4j.benchmarks;

import java.util.List;

/** The optimiser of both training contenders: SGD as in the paper. */
final class TrainingSettings {

  /** Small, so that a step repeated on one batch many times stays finite. */
  static final double LEARNING_RATE = 1e-3;

  static final double MOMENTUM = 0.9;
  static final double WEIGHT_DECAY = 1e-4;

  /** Steps whose losses are compared: all after the first depend on every gradient before. */
  static final int COMPARED_STEPS = 3;

  private TrainingSettings() {}

  /** Steps until the list is full, which {@code step} adds to, and returns it. */
  static float[] losses(Contender contender, List<Float> losses) {
    while (losses.size() < COMPARED_STEPS) {
      contender.step();
    }
    float[] values = new float[losses.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = losses.get(i);
    }
    return values;
  }
}
