package org.resnext4j.training.recipe;

import org.resnext4j.training.optimiser.Schedule;
import org.resnext4j.training.optimiser.Sgd;

/**
 * The part of a recipe that every task shares: how many steps are taken, and how.
 *
 * @param epochs passes over the training examples
 * @param batch examples of one forward and backward pass
 * @param repetitions how often an example comes in a row; an epoch is no longer for it
 * @param accumulation batches whose gradients are averaged for one step
 * @param learningRate the highest; the schedule multiplies it
 * @param schedule how the learning rate runs
 * @param optimiser momentum and weight decay
 * @param clipNorm longest gradient norm allowed, 0 for any
 * @param averageDecay decay of the moving average of weights, 0 for no average
 * @param averageEvery steps from one update of the average to the next
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

  /** Whether a moving average of the weights is kept. */
  public boolean averages() {
    return averageDecay > 0;
  }
}
