package org.resnext4j.benchmarks;

import java.util.List;

/** The optimiser settings of both training contenders: SGD as in the paper. */
final class TrainingSettings {

  /**
   * The learning rate. It is small so that the weights stay finite over many steps on one batch.
   */
  static final double LEARNING_RATE = 1e-3;

  static final double MOMENTUM = 0.9;
  static final double WEIGHT_DECAY = 1e-4;

  /**
   * Number of steps whose losses are compared. Each loss after the first depends on all gradients
   * before it.
   */
  static final int COMPARED_STEPS = 3;

  private TrainingSettings() {}

  /**
   * Runs steps until the list is full, and returns its losses. Each step adds a loss to the list.
   */
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
