package org.resnext4j.training;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import org.resnext4j.engine.TrainingModel;
import org.resnext4j.engine.tensor.Tensor;
import org.resnext4j.engine.tensor.Weights;
import org.resnext4j.training.recipe.LoopOptions;
import org.resnext4j.training.run.Judgement;
import org.resnext4j.training.run.Mean;
import org.resnext4j.training.run.TrainingRun;

/**
 * A task that a {@link Trainer} trains networks for. The objective defines a batch, the loss and
 * the validation; {@link org.resnext4j.training.classification.Classification} is one.
 *
 * <p>The trainer and the objective divide the work. The trainer decides the order of the examples,
 * the learning rate, the optimiser's steps, averages, checkpoints and reports; it knows parameters
 * by name and nothing about the task. The objective reads examples and runs its networks forward
 * and backward: any number of graphs, plans, picture sizes and outputs. It leaves a gradient for
 * each trained parameter.
 *
 * {@snippet :
 * Trainer trainer = new Trainer(objective, folder, options, TrainingListener.SILENT);
 * trainer.run(firstWeights);
 * }
 */
public interface Objective {

  /** The description of the run, which the trainer writes to the run's folder. */
  TrainingRun run();

  /** The number of steps, the learning rate and the optimiser. */
  LoopOptions loop();

  /** Number of training examples. */
  int size();

  /** Whether there are validation examples. */
  boolean canJudge();

  /**
   * Creates the networks and opens the examples.
   *
   * @param options threads and caching, which do not change the result
   * @param weights first values of all parameters and running statistics by name; they are copied
   * @param epoch the first epoch, counted from 0
   * @throws IOException if the examples cannot be read
   */
  Session open(Trainer.Options options, Map<String, Tensor> weights, int epoch) throws IOException;

  /**
   * Writes a model file for the users of the task.
   *
   * @param weights weights of each network in the order of {@link Session#models}; they are views,
   *     valid until the next step
   * @param provenance origin of the weights: data, recipe, seed, epochs, software, machine
   * @throws IOException if the file cannot be written; an older file then stays as it was
   */
  void saveModel(Path file, List<Weights> weights, SequencedMap<String, String> provenance)
      throws IOException;

  /** The networks under training. One thread uses a session; {@link #close} ends its threads. */
  interface Session extends AutoCloseable {

    /**
     * The networks, always the same ones in the same order: one for a classifier, several for a
     * detector's trunk and heads. Their parameters have different names. The optimiser reads the
     * gradients, writes the parameters and calls {@link TrainingModel#parametersChanged}.
     */
    List<TrainingModel> models();

    /**
     * Begins or continues an epoch.
     *
     * @param epoch the epoch, counted from 0
     * @param order numbers of the examples in the order in which {@link #batch} reads them
     * @param firstBatch number of the epoch's batches that are done already
     */
    void beginEpoch(int epoch, int[] order, int firstBatch);

    /**
     * Reads the next batch, runs it forward, and replaces the gradients by those of its mean loss.
     *
     * @throws DivergenceException if an answer is not finite
     * @throws IOException if an example cannot be read; the message names it
     * @throws InterruptedException if this thread is interrupted
     */
    BatchResult batch() throws IOException, InterruptedException;

    /**
     * Judges weights by the validation examples.
     *
     * @param weights weights of each network in the order of {@link #models}; they are views, valid
     *     until the next step
     * @throws DivergenceException if an answer is not finite
     * @throws IOException if an example cannot be read; the message names it
     * @throws InterruptedException if this thread is interrupted
     * @throws IllegalStateException if there are no validation examples
     */
    Judgement judge(List<Weights> weights) throws IOException, InterruptedException;

    /** Nanoseconds that {@link #batch} has waited for examples that were not ready. */
    long waitedNanos();

    @Override
    void close();
  }

  /**
   * The result of one batch.
   *
   * @param loss mean loss of the batch's examples
   * @param pictures number of pictures
   * @param figures further means by name, which the trainer takes over an epoch and reports:
   *     accuracy in classification, the parts of the loss in detection
   */
  record BatchResult(double loss, int pictures, SequencedMap<String, Mean> figures) {}
}
