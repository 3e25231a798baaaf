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

  /** Whether the training keeps a moving average of the weights. */
  public boolean averages() {
    return averageDecay > 0;
  }
}
