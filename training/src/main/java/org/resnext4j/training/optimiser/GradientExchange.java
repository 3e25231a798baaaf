package org.resnext4j.training.optimiser;

import java.io.IOException;

/**
 * Sums gradients over the workers of a data-parallel training, before the optimiser takes a step.
 *
 * <p>In each step all workers call {@link #sum} once. Their arrays have one layout: the trained
 * parameters of all networks, one after another. All workers receive the same bits, because an
 * implementation adds in the order of the workers' numbers. The trainer divides by the number of
 * workers.
 */
public interface GradientExchange {

  /** The exchange of a training with one worker, which adds nothing. */
  GradientExchange LOCAL =
      new GradientExchange() {
        @Override
        public int worker() {
          return 0;
        }

        @Override
        public int workers() {
          return 1;
        }

        @Override
        public void sum(float[] gradients) {}
      };

  /** Number of this worker, from 0. */
  int worker();

  /** Number of workers, at least 1. */
  int workers();

  /**
   * Replaces each gradient by its sum over all workers.
   *
   * @param gradients gradients of this worker; afterwards the sums
   * @throws IOException if another worker cannot be reached; the training then ends, and its last
   *     checkpoint stays intact
   * @throws InterruptedException if this thread is interrupted while it waits for other workers
   */
  void sum(float[] gradients) throws IOException, InterruptedException;
}
