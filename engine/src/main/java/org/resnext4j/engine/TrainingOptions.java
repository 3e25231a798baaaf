package org.resnext4j.engine;

import java.util.Objects;
import java.util.function.Predicate;

/**
 * The options of a {@link TrainingModel}.
 *
 * @param frozenParameter whether the parameter of a full name gets no gradient. The backward pass
 *     omits all work that only frozen parameters need
 * @param batchNormMomentum weight of the new batch in the running statistics, as in PyTorch; 0.1 by
 *     default
 * @param fixedStatistics whether the batch norm of a node's name normalises by its running
 *     statistics and does not update them, as in evaluation. Its weight and bias train unless they
 *     are frozen. Detectors usually freeze both ("frozen batch norm")
 * @param inputGradient whether the backward pass also computes the gradient of the pictures
 */
public record TrainingOptions(
    Predicate<String> frozenParameter,
    double batchNormMomentum,
    Predicate<String> fixedStatistics,
    boolean inputGradient) {

  /**
   * Checks the momentum.
   *
   * @throws IllegalArgumentException if the momentum is not from 0 to 1
   */
  public TrainingOptions {
    Objects.requireNonNull(frozenParameter, "frozenParameter");
    Objects.requireNonNull(fixedStatistics, "fixedStatistics");
    if (!(batchNormMomentum >= 0 && batchNormMomentum <= 1)) {
      throw new IllegalArgumentException(
          "the momentum of batch norm must be from 0 to 1, but is " + batchNormMomentum);
    }
  }

  /** All parameters train, the momentum is 0.1, and the pictures get no gradient. */
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

  /** These options with other batch norms that normalise by their running statistics. */
  public TrainingOptions withFixedStatistics(Predicate<String> norms) {
    return new TrainingOptions(frozenParameter, batchNormMomentum, norms, inputGradient);
  }

  /** These options with or without the gradient of the pictures. */
  public TrainingOptions withInputGradient(boolean wanted) {
    return new TrainingOptions(frozenParameter, batchNormMomentum, fixedStatistics, wanted);
  }
}
