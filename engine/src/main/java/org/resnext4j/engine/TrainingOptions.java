package org.resnext4j.engine;

import java.util.Objects;
import java.util.function.Predicate;

/**
 * How a {@link TrainingModel} treats parameters and batch norm.
 *
 * @param frozenParameter which parameters, by full name, get no gradient; nothing is computed that
 *     only they would need
 * @param batchNormMomentum share of the new batch in the running statistics, PyTorch's meaning: 0.1
 *     by default
 * @param fixedStatistics which batch norms, by the name of their node, normalise by their running
 *     statistics and leave them as they are, as in evaluation. Their weight and bias train unless
 *     they are frozen too; detectors usually freeze both ("frozen batch norm")
 * @param inputGradient whether the gradient of the pictures is computed too
 */
public record TrainingOptions(
    Predicate<String> frozenParameter,
    double batchNormMomentum,
    Predicate<String> fixedStatistics,
    boolean inputGradient) {

  /**
   * Checks the momentum.
   *
   * @throws IllegalArgumentException if it is not from 0 to 1
   */
  public TrainingOptions {
    Objects.requireNonNull(frozenParameter, "frozenParameter");
    Objects.requireNonNull(fixedStatistics, "fixedStatistics");
    if (!(batchNormMomentum >= 0 && batchNormMomentum <= 1)) {
      throw new IllegalArgumentException(
          "the momentum of batch norm must be from 0 to 1, but is " + batchNormMomentum);
    }
  }

  /** Everything trains, momentum 0.1, no gradient of the pictures. */
  public static TrainingOptions defaults() {
    return new TrainingOptions(name -> false, 0.1, norm -> false, false);
  }

  /** These options with other parameters frozen. */
  public TrainingOptions withFrozen(Predicate<String> frozen) {
    return new TrainingOptions(frozen, batchNormMomentum, fixedStatistics, inputGradient);
  }

  /** These options with another momentum of batch norm. */
  public TrainingOptions withBatchNormMomentum(double momentum) {
    return new TrainingOptions(frozenParameter, momentum, fixedStatistics, inputGradient);
  }

  /** These options with other batch norms run by their running statistics. */
  public TrainingOptions withFixedStatistics(Predicate<String> norms) {
    return new TrainingOptions(frozenParameter, batchNormMomentum, norms, inputGradient);
  }

  /** These options with the gradient of the pictures computed, or not. */
  public TrainingOptions withInputGradient(boolean wanted) {
    return new TrainingOptions(frozenParameter, batchNormMomentum, fixedStatistics, wanted);
  }
}
