package org.resnext4j.engine;

import java.util.Objects;
import java.util.function.Predicate;
import org.resnext4j.engine.cpu.training.CpuTrainingPlan;

/**
 * How a {@link CpuTrainingPlan} treats parameters and batch norm.
 *
 * @param frozenParameter which parameters, by full name, get no gradient; nothing is computed that
 *     only they would need
 * @param batchNormMomentum share of the new batch in the running statistics, PyTorch's meaning: 0.1
 *     by default
 * @param frozenBatchNormUsesRunningStatistics whether a batch norm whose weight and bias are both
 *     frozen normalises by its running statistics and leaves them as they are, as in evaluation
 * @param inputGradient whether the gradient of the pictures is computed too
 */
public record TrainingOptions(
    Predicate<String> frozenParameter,
    double batchNormMomentum,
    boolean frozenBatchNormUsesRunningStatistics,
    boolean inputGradient) {

  /**
   * Checks the momentum.
   *
   * @throws IllegalArgumentException if it is not from 0 to 1
   */
  public TrainingOptions {
    Objects.requireNonNull(frozenParameter, "frozenParameter");
    if (!(batchNormMomentum >= 0 && batchNormMomentum <= 1)) {
      throw new IllegalArgumentException(
          "the momentum of batch norm must be from 0 to 1, but is " + batchNormMomentum);
    }
  }

  /** Everything trains, momentum 0.1, no gradient of the pictures. */
  public static TrainingOptions defaults() {
    return new TrainingOptions(name -> false, 0.1, false, false);
  }

  /** These options with other parameters frozen. */
  public TrainingOptions withFrozen(Predicate<String> frozen) {
    return new TrainingOptions(
        frozen, batchNormMomentum, frozenBatchNormUsesRunningStatistics, inputGradient);
  }

  /** These options with another momentum of batch norm. */
  public TrainingOptions withBatchNormMomentum(double momentum) {
    return new TrainingOptions(
        frozenParameter, momentum, frozenBatchNormUsesRunningStatistics, inputGradient);
  }

  /** These options with frozen batch norms run by their running statistics, or not. */
  public TrainingOptions withFrozenBatchNormUsingRunningStatistics(boolean use) {
    return new TrainingOptions(frozenParameter, batchNormMomentum, use, inputGradient);
  }

  /** These options with the gradient of the pictures computed, or not. */
  public TrainingOptions withInputGradient(boolean wanted) {
    return new TrainingOptions(
        frozenParameter, batchNormMomentum, frozenBatchNormUsesRunningStatistics, wanted);
  }
}
