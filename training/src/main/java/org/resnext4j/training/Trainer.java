package org.resnext4j.training;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.resnext4j.engine.tensor.Tensor;
import org.resnext4j.engine.tensor.Weights;
import org.resnext4j.models.RunFiles;
import org.resnext4j.models.weights.AtomicFile;
import org.resnext4j.training.optimiser.GradientExchange;
import org.resnext4j.training.recipe.LoopOptions;
import org.resnext4j.training.run.Checkpoint;
import org.resnext4j.training.run.FolderLock;
import org.resnext4j.training.run.TrainingException;

/**
 * Trains networks for any {@link Objective}. A training has a folder of its own, and starts at its
 * first step or at the folder's checkpoint.
 *
 * <p>A run may be interrupted at any moment, even by a kill. After {@link #resume} it ends in the
 * same weights, to the bit, as a run that was not interrupted. Any thread may call {@link #stop};
 * one thread calls {@link #run} or {@link #resume}.
 *
 * {@snippet :
 * Trainer trainer = new Trainer(objective, folder, options, TrainingListener.SILENT);
 * if (trainer.run(firstWeights) == Trainer.Outcome.STOPPED) {
 *   trainer.resume();
 * }
 * }
 */
public final class Trainer {

  private final Objective objective;
  private final LoopOptions loop;
  private final Path folder;
  private final Options options;
  private final GradientExchange exchange;
  private final TrainingListener listener;
  private volatile boolean stopping;

  /**
   * A trainer on this machine alone.
   *
   * @param objective the task
   * @param folder folder of the run; it is created if it does not exist
   * @param options options that do not change the result
   * @param listener receives the progress
   */
  public Trainer(Objective objective, Path folder, Options options, TrainingListener listener) {
    this(objective, folder, options, GradientExchange.LOCAL, listener);
  }

  /**
   * One of the workers of a data-parallel training. Each worker trains on its share of every epoch
   * and has a folder of its own. All workers take the same steps and hold the same parameters; each
   * has its own running statistics of batch norms.
   *
   * @param objective the task, the same for all workers
   * @param folder folder of this worker's run; it is created if it does not exist
   * @param options options that do not change the result
   * @param exchange sums the gradients of the workers
   * @param listener receives the progress
   */
  public Trainer(
      Objective objective,
      Path folder,
      Options options,
      GradientExchange exchange,
      TrainingListener listener) {
    this.objective = objective;
    this.loop = objective.loop();
    this.folder = folder;
    this.options = options;
    this.exchange = exchange;
    this.listener = listener;
  }

  /** Ends the training after its current step, with a checkpoint; {@link #run} then returns. */
  public void stop() {
    stopping = true;
  }

  /**
   * Trains one network from the first step.
   *
   * @param initial first weights of the network
   * @return whether the training ended or was stopped
   * @throws TrainingException if the folder already holds a run, or the training fails
   * @throws IOException if the folder cannot be written
   * @throws InterruptedException if this thread is interrupted
   */
  public Outcome run(Weights initial) throws IOException, InterruptedException {
    return run(initial.tensors());
  }

  /**
   * Trains any number of networks from the first step.
   *
   * @param initial first weights of all networks, by name
   * @return whether the training ended or was stopped
   * @throws TrainingException if the folder already holds a run, or the training fails
   * @throws IOException if the folder cannot be written
   * @throws InterruptedException if this thread is interrupted
   */
  public Outcome run(Map<String, Tensor> initial) throws IOException, InterruptedException {
    Files.createDirectories(folder);
    try (FolderLock _ = FolderLock.take(folder)) {
      if (Files.exists(folder.resolve(RunFiles.CHECKPOINT))) {
        throw new TrainingException(
            folder + ": there is a run already; resume it, or give another folder");
      }
      AtomicFile.write(folder.resolve(RunFiles.DESCRIPTION), objective.run().toJson() + "\n");
      AtomicFile.write(folder.resolve(RunFiles.RECIPE), objective.run().recipeJson() + "\n");
      return run(
          new Checkpoint(
              Checkpoint.State.start(fingerprint()),
              initial,
              Map.of(),
              loop.averages() ? initial : Map.of()));
    }
  }

  /**
   * Continues from the folder's checkpoint.
   *
   * @return whether the training ended or was stopped
   * @throws TrainingException if there is no checkpoint, it belongs to another training, or the
   *     training fails
   * @throws IOException if the folder cannot be read or written
   * @throws InterruptedException if this thread is interrupted
   */
  public Outcome resume() throws IOException, InterruptedException {
    Path file = folder.resolve(RunFiles.CHECKPOINT);
    if (!Files.exists(file)) {
      throw new TrainingException(folder + ": there is no checkpoint to resume from");
    }
    try (FolderLock _ = FolderLock.take(folder)) {
      Checkpoint checkpoint = Checkpoint.read(file);
      if (!checkpoint.state().run().equals(fingerprint())) {
        throw new TrainingException(
            file
                + ": the checkpoint is of another training (other model, recipe, seed or pictures),"
                + " it cannot be resumed with these");
      }
      return run(checkpoint);
    }
  }

  /** Runs under the lock of the folder. */
  private Outcome run(Checkpoint start) throws IOException, InterruptedException {
    int share = objective.size() / exchange.workers();
    int stepsPerEpoch = share / loop.batch() / loop.accumulation();
    if (stepsPerEpoch == 0) {
      throw new TrainingException(
          "a step needs %d pictures (batch %d, accumulation %d), but there are %d to train on"
              .formatted(
                  loop.batch() * loop.accumulation(), loop.batch(), loop.accumulation(), share));
    }
    try (RunWriter writer = new RunWriter(folder, objective, start.state());
        Objective.Session session =
            objective.open(options, start.weights(), start.state().epoch())) {
      TrainedNetworks networks = new TrainedNetworks(session.models(), loop, start);
      TrainingLoop training =
          new TrainingLoop(
              objective, session, networks, stepsPerEpoch, options, exchange, listener, writer);
      return training.run(start.state(), () -> stopping);
    }
  }

  /** With more than one worker the sums differ, and so does the result. */
  private String fingerprint() {
    String own = objective.run().fingerprint();
    return exchange.workers() == 1 ? own : own + ", " + exchange.workers() + " workers";
  }

  /** How a call of {@link #run} or {@link #resume} ended. */
  public enum Outcome {
    /** All epochs are done. */
    FINISHED,
    /** {@link #stop} ended it; the checkpoint holds everything. */
    STOPPED
  }

  /**
   * The options of a training that do not change its result.
   *
   * @param threads threads of the engine
   * @param inputThreads threads that prepare pictures
   * @param cache whether decoded pictures stay in memory
   * @param checkpointEvery time between checkpoints within an epoch
   * @param checkpointSteps steps between further checkpoints within an epoch, 0 for none
   * @param logEvery steps between lines of the metrics file
   */
  public record Options(
      int threads,
      int inputThreads,
      boolean cache,
      Duration checkpointEvery,
      int checkpointSteps,
      int logEvery) {}
}
