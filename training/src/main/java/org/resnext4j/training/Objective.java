package org.resnext4j.training;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import org.resnext4j.engine.TrainingModel;
import org.resnext4j.engine.tensor.Tensor;
import org.resnext4j.training.recipe.LoopOptions;
import org.resnext4j.training.run.Judgement;
import org.resnext4j.training.run.TrainingRun;

/**
 * A task that a {@link Trainer} can train for: what a batch is, what the loss is, how a network is
 * judged. {@link Classification} is one; detection is another.
 *
 * <p>The division of labour: the trainer keeps the order of examples, the schedule, the optimiser,
 * the average, checkpoints and reports, and knows parameters by name only. The objective reads
 * examples, runs the network or networks forward and backward (any number of graphs, plans, shapes
 * of pictures and outputs), and leaves a gradient for each trained parameter.
 *
 * {@snippet :
 * Objective objective = new Classification(run, dataset, Optional.empty());
 * new Trainer(objective, folder, options, TrainingListener.SILENT).run(firstWeights);
 * }
 */
public interface Objective {

  /** What is trained, for the run's files. */
  TrainingRun run();

  /** How many steps are taken, and how. */
  LoopOptions loop();

  /** Number of examples to learn from. */
  int size();

  /** Whether there are examples to judge by. */
  boolean canJudge();

  /**
   * Whether a parameter is a matrix or a filter; weight decay spares the others unless the recipe
   * says otherwise.
   */
  boolean isMatrix(String parameter);

  /**
   * Makes everything ready to train.
   *
   * @param options threads and caching; nothing in them changes the result
   * @param weights first values of all parameters and running statistics, copied
   * @param epoch the epoch that comes first, from 0
   * @throws IOException if the examples cannot be read
   */
  Session open(Trainer.Options options, Map<String, Tensor> weights, int epoch) throws IOException;

  /**
   * Writes a model file that the task's users can load.
   *
   * @param weights of all parameters and running statistics
   * @param provenance what the trainer knows: epochs, software, machine
   * @throws IOException if it cannot be written; the file is then as it was
   */
  void saveModel(Path file, Map<String, Tensor> weights, SequencedMap<String, String> provenance)
      throws IOException;

  /** A network under training. One thread uses it; {@link #close} ends its threads. */
  interface Session extends AutoCloseable {

    /**
     * The networks that are trained, always the same ones in one order: a classifier is one, a
     * detector's trunk and heads are several. Names of parameters differ between all of them. The
     * optimiser reads their gradients, writes their parameters and says so to them.
     */
    List<TrainingModel> models();

    /**
     * Begins or goes on with an epoch.
     *
     * @param epoch from 0
     * @param order numbers of the examples, in the order they come
     * @param firstBatch batches of the epoch that are done already
     */
    void beginEpoch(int epoch, int[] order, int firstBatch);

    /**
     * Reads the next batch, runs it forward, and replaces the gradients by those of its mean loss.
     *
     * @throws IOException if an example cannot be read; the message names it
     * @throws InterruptedException if this thread is interrupted
     */
    BatchResult batch() throws IOException, InterruptedException;

    /**
     * Judges weights by the validation examples.
     *
     * @throws IOException if an example cannot be read; the message names it
     * @throws InterruptedException if this thread is interrupted
     * @throws IllegalStateException if there are none
     */
    Judgement judge(Map<String, Tensor> weights) throws IOException, InterruptedException;

    /** Nanoseconds that {@link #batch} has waited for examples that were not ready. */
    long waitedNanos();

    @Override
    void close();
  }

  /**
   * What came of a batch.
   *
   * @param loss mean loss
   * @param pictures number of pictures
   * @param decisions number of decisions taken: one a picture in classification, one a sampled
   *     region in detection
   * @param right decisions that were right
   * @param parts parts that the loss is the sum of, by name; empty where it has none
   */
  record BatchResult(
      double loss, int pictures, long decisions, long right, SequencedMap<String, Double> parts) {}
}
