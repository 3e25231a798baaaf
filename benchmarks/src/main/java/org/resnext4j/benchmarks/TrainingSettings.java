package org.resnext4j.benchmarks;

/** What both training contenders do to the weights: SGD as the paper trains. */
final class TrainingSettings {

  /** Small, so that a step repeated on one batch many times stays finite. */
  static final double LEARNING_RATE = 1e-3;

  static final double MOMENTUM = 0.9;
  static final double WEIGHT_DECAY = 1e-4;

  private TrainingSettings() {}
}
