package org.resnext4j.training;

import java.nio.file.Path;
import org.resnext4j.training.run.Metrics;

/**
 * Receives the progress of a training, on the thread that trains. Each method does nothing unless a
 * listener overrides it.
 */
public interface TrainingListener {

  /** A listener that does nothing. */
  TrainingListener SILENT = new TrainingListener() {};

  /**
   * Called after each step.
   *
   * @param now means of the epoch so far, and the speed
   * @param epoch number of finished epochs
   * @param step number of finished steps in this epoch
   * @param steps number of steps in an epoch
   */
  default void onStep(Metrics.Steps now, int epoch, int step, int steps) {}

  /**
   * Called before a validation.
   *
   * @param epoch number of finished epochs
   */
  default void onValidation(int epoch) {}

  /** Called after each epoch, when its checkpoint is written. */
  default void onEpoch(Metrics.Epoch now) {}

  /** Called after each checkpoint. */
  default void onCheckpoint(Path file) {}
}
