package org.resnext4j.training.recipe;

import org.resnext4j.training.optimiser.Schedule;
import org.resnext4j.training.optimiser.Sgd;

/**
 * The part of a recipe that all tasks share: the number of steps, the learning rate and the
 * optimiser.
 *
 * @param epochs number of passes over the training examples
 * @param batch number of examples in one forward and backward pass
 * @param repetitions number of times that an example comes in a row; the length of an epoch stays
 *     the same
 * @param accumulation number of batches whose gradients one step averages
 * @param learningRate highest learning rate, which the schedule multiplies
 * @param schedule the learning rate schedule
 * @param optimiser momentum and weight decay
 * @param clipNorm largest gradient norm, 0 for no limit
 * @param averageDecay decay of the moving average of weights, 0 for no average
 * @param averageEvery number of steps between updates of the average
 */
public record LoopOptions(
    int epochs,
    int batch,
    int repetitions,
    int accumulation,
    double learningRate,
    Schedule schedule,
    Sgd.Options optimiser,
    double clipNorm,
    double averageDecay,
    int averageEvery) {

  /**
   * Checks the ranges. A recipe calls this method, because it knows the names of its fields.
   *
   * @param prefix prefix of the fields' names in messages
   * @throws IllegalArgumentException if a number is out of its range; the message names the field
   */
  public void check(String prefix) {
    atLeast(prefix + "epochs", epochs, 1);
    atLeast(prefix + "batch", batch, 1);
    atLeast(prefix + "repetitions", repetitions, 1);
    atLeast(prefix + "accumulation", accumulation, 1);
    atLeast(prefix + "averageEvery", averageEvery, 1);
    atLeast(prefix + "clipNorm", clipNorm, 0);
    if (!(learningRate > 0 && Double.isFinite(learningRate))) {
      throw new IllegalArgumentException(
          prefix + "learningRate must be above 0, but was " + learningRate);
    }
    if (!(averageDecay >= 0 && averageDecay < 1)) {
      throw new IllegalArgumentException(
          prefix + "averageDecay must be at least 0 and below 1, but was " + averageDecay);
    }
  }

  static void atLeast(String what, Number value, int least) {
    if (!(value.doubleValue() >= least)) {
      throw new IllegalArgumentException(
          "%s must be at least %d, but was %s".formatted(what, least, value));
    }
  }

  /** Whether the training keeps a moving average of the weights. */
  public boolean averages() {
    return averageDecay > 0;
  }
}
