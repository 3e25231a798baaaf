package org.resnext4j.training;

import java.nio.file.Path;
import org.resnext4j.training.run.Metrics;

/** Told how a training goes, on the thread that trains; does nothing unless overridden. */
public interface TrainingListener {

  /** A listener that does nothing. */
  TrainingListener SILENT = new TrainingListener() {};

  /**
   * After each step.
   *
   * @param now loss, accuracy and speed
   * @param epoch epochs done
   * @param step steps done of this epoch
   * @param steps steps of an epoch
   */
  default void onStep(Metrics.Steps now, int epoch, int step, int steps) {}

  /**
   * Before a validation.
   *
   * @param epoch epochs done
   */
  default void onValidation(int epoch) {}

  /** After each epoch, when its checkpoint is written. */
  default void onEpoch(Metrics.Epoch now) {}

  /** After each checkpoint. */
  default void onCheckpoint(Path file) {}
}
