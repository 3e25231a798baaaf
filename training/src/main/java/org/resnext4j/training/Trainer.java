package org.resnext4j.training;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import org.resnext4j.engine.tensor.Tensor;
import org.resnext4j.engine.tensor.Weights;
import org.resnext4j.models.ProjectVersion;
import org.resnext4j.models.RunFiles;
import org.resnext4j.training.input.EpochOrder;
import org.resnext4j.training.optimiser.GradientExchange;
import org.resnext4j.training.recipe.LoopOptions;
import org.resnext4j.training.run.AppendedFile;
import org.resnext4j.training.run.Checkpoint;
import org.resnext4j.training.run.EventFile;
import org.resnext4j.training.run.FolderLock;
import org.resnext4j.training.run.Judgement;
import org.resnext4j.training.run.Metrics;
import org.resnext4j.training.run.RunReport;
import org.resnext4j.training.run.TrainingException;
import org.resnext4j.training.run.TrainingRun;

/**
 * Trains a network for any {@link Objective}, in a folder of its own, from its first step or from
 * where a checkpoint left it.
 *
 * <p>A run that is interrupted at any moment, even killed, and resumed, ends in the same weights,
 * to the bit, as one that is not. {@link #stop} may be called from any thread; everything else
 * belongs to the thread that calls {@link #run}.
 */
public final class Trainer {

  private static final double NANOS = 1e9;

  private final Objective objective;
  private final TrainingRun description;
  private final LoopOptions loop;
  private final Path folder;
  private final Options options;
  private final GradientExchange exchange;
  private final TrainingListener listener;
  private volatile boolean stopping;

  /**
   * A trainer on this machine alone.
   *
   * @param objective what is trained for
   * @param folder of the run; made if it does not exist
   * @param options what does not change the result
   * @param listener told how it goes
   */
  public Trainer(Objective objective, Path folder, Options options, TrainingListener listener) {
    this(objective, folder, options, GradientExchange.LOCAL, listener);
  }

  /**
   * One of the workers of a data-parallel training. Each trains on its share of every epoch's order
   * and keeps a folder of its own; all take the same steps and hold the same parameters. Running
   * statistics of batch norms are each worker's own.
   *
   * @param objective what is trained for, the same for all workers
   * @param folder of this worker's run; made if it does not exist
   * @param options what does not change the result
   * @param exchange what adds up the workers' gradients
   * @param listener told how it goes
   */
  public Trainer(
      Objective objective,
      Path folder,
      Options options,
      GradientExchange exchange,
      TrainingListener listener) {
    this.objective = objective;
    this.description = objective.run();
    this.loop = objective.loop();
    this.folder = folder;
    this.options = options;
    this.exchange = exchange;
    this.listener = listener;
  }

  /** Asks the training to end after the step it is at, with a checkpoint; {@link #run} returns. */
  public void stop() {
    stopping = true;
  }

  /**
   * Trains from the first step.
   *
   * @param initial first weights of the only network
   * @return whether the training ended or was stopped
   * @throws TrainingException if the folder holds a run already, or the training cannot go on
   * @throws IOException if the folder cannot be written
   * @throws InterruptedException if this thread is interrupted
   */
  public Outcome run(Weights initial) throws IOException, InterruptedException {
    return run(initial.tensors());
  }

  /**
   * Trains from the first step.
   *
   * @param initial first weights of all networks, by name
   * @return whether the training ended or was stopped
   * @throws TrainingException if the folder holds a run already, or the training cannot go on
   * @throws IOException if the folder cannot be written
   * @throws InterruptedException if this thread is interrupted
   */
  public Outcome run(Map<String, Tensor> initial) throws IOException, InterruptedException {
    Files.createDirectories(folder);
    if (Files.exists(folder.resolve(RunFiles.CHECKPOINT))) {
      throw new TrainingException(
          folder + ": there is a run already; resume it, or give another folder");
    }
    Files.writeString(folder.resolve(RunFiles.DESCRIPTION), description.toJson() + "\n");
    Files.writeString(folder.resolve(RunFiles.RECIPE), description.recipeJson() + "\n");
    return run(
        new Checkpoint(
            Checkpoint.State.start(fingerprint()),
            initial,
            Map.of(),
            loop.averages() ? initial : Map.of()));
  }

  /**
   * Goes on from the folder's checkpoint.
   *
   * @return whether the training ended or was stopped
   * @throws TrainingException if there is no checkpoint, it is of another training, or the training
   *     cannot go on
   * @throws IOException if the folder cannot be read or written
   * @throws InterruptedException if this thread is interrupted
   */
  public Outcome resume() throws IOException, InterruptedException {
    Path file = folder.resolve(RunFiles.CHECKPOINT);
    if (!Files.exists(file)) {
      throw new TrainingException(folder + ": there is no checkpoint to resume from");
    }
    Checkpoint checkpoint = Checkpoint.read(file);
    if (!checkpoint.state().run().equals(fingerprint())) {
      throw new TrainingException(
          file
              + ": the checkpoint is of another training (other model, recipe, seed or pictures),"
              + " it cannot be resumed with these");
    }
    return run(checkpoint);
  }

  private Outcome run(Checkpoint start) throws IOException, InterruptedException {
    int share = objective.size() / exchange.workers();
    int stepsPerEpoch = share / loop.batch() / loop.accumulation();
    if (stepsPerEpoch == 0) {
      throw new TrainingException(
          "a step needs %d pictures (batch %d, accumulation %d), but there are %d to train on"
              .formatted(
                  loop.batch() * loop.accumulation(), loop.batch(), loop.accumulation(), share));
    }
    try (FolderLock _ = FolderLock.take(folder);
        Stretch stretch = new Stretch(start, stepsPerEpoch)) {
      return stretch.run();
    }
  }

  /** With more than one worker the sums differ, and so does the result. */
  private String fingerprint() {
    return exchange.workers() == 1
        ? description.fingerprint()
        : description.fingerprint() + ", " + exchange.workers() + " workers";
  }

  /** One stretch of training, from a checkpoint to the end or to a stop. */
  private final class Stretch implements AutoCloseable {

    private final int stepsPerEpoch;
    private final Objective.Session session;
    private final TrainedNetworks networks;
    private final AppendedFile metrics;
    private final AppendedFile events;

    private final double secondsBefore;
    private final long startNanos = System.nanoTime();

    private int epoch;
    private int step;
    private long updates;
    private double lossSum;
    private long correct;
    private long seen;
    private double bestScore;
    private int bestEpoch;

    private SequencedMap<String, Double> lossParts = new LinkedHashMap<>();
    private double learningRate;
    private long epochNanos;
    private long epochPictures;
    private long waitedBefore;
    private long lastCheckpoint = System.nanoTime();

    Stretch(Checkpoint start, int stepsPerEpoch) throws IOException {
      this.stepsPerEpoch = stepsPerEpoch;
      Checkpoint.State state = start.state();
      epoch = state.epoch();
      step = state.step();
      updates = state.updates();
      lossSum = state.lossSum();
      correct = state.correct();
      seen = state.seen();
      bestScore = state.bestScore();
      bestEpoch = state.bestEpoch();
      secondsBefore = state.seconds();
      metrics = new AppendedFile(folder.resolve(Metrics.FILE), state.metricsLength());
      events = new AppendedFile(folder.resolve(RunFiles.EVENTS), state.eventsLength());
      if (state.eventsLength() == 0) {
        events.append(EventFile.header(System.currentTimeMillis() / 1e3));
      }
      session = objective.open(options, start.weights(), epoch);
      networks = new TrainedNetworks(session.models(), loop, this::decayed, start);
    }

    /** Weight decay spares what is not a matrix or a filter, unless the recipe says otherwise. */
    private boolean decayed(String name) {
      return loop.optimiser().decayNormsAndBiases() || objective.isMatrix(name);
    }

    Outcome run() throws IOException, InterruptedException {
      while (epoch < loop.epochs()) {
        beginEpoch();
        while (step < stepsPerEpoch) {
          if (stopping) {
            save();
            return Outcome.STOPPED;
          }
          step();
          afterStep();
        }
        endEpoch();
      }
      finish();
      return Outcome.FINISHED;
    }

    private void beginEpoch() {
      int[] order =
          EpochOrder.shard(
              EpochOrder.of(objective.size(), description.seed(), epoch),
              exchange.worker(),
              exchange.workers());
      session.beginEpoch(
          epoch, EpochOrder.repeated(order, loop.repetitions()), step * loop.accumulation());
      epochNanos = System.nanoTime();
      epochPictures = 0;
      waitedBefore = session.waitedNanos();
    }

    private void step() throws IOException, InterruptedException {
      double progress = epoch + (double) step / stepsPerEpoch;
      learningRate = loop.learningRate() * loop.schedule().factor(progress, loop.epochs());
      double batchLoss = 0;
      for (int part = 0; part < loop.accumulation(); part++) {
        batchLoss += forwardAndBackward() / loop.accumulation();
        networks.accumulate(part);
      }
      if (!Double.isFinite(batchLoss)) {
        throw new TrainingException(
            ("the loss became %s in epoch %d, step %d, at a learning rate of %.4g: try a lower rate,"
                    + " a longer warmup or gradient clipping; %s")
                .formatted(batchLoss, epoch + 1, step + 1, learningRate, intact()));
      }
      networks.step(exchange, learningRate);
      step++;
      updates++;
      lossSum += batchLoss;
      if (updates % loop.averageEvery() == 0) {
        networks.updateAverage();
      }
    }

    private double forwardAndBackward() throws IOException, InterruptedException {
      Objective.BatchResult result;
      try {
        result = session.batch();
      } catch (IOException e) {
        throw new TrainingException(
            "a training picture could not be read: %s; %s".formatted(reason(e), intact()), e);
      }
      correct += result.right();
      seen += result.decisions();
      epochPictures += result.pictures();
      lossParts = result.parts();
      return result.loss();
    }

    private void afterStep() throws IOException {
      Metrics.Steps now =
          new Metrics.Steps(
              updates,
              epoch + (double) step / stepsPerEpoch,
              lossSum / step,
              (double) correct / seen,
              learningRate,
              imagesPerSecond());
      listener.onStep(now, epoch, step, stepsPerEpoch);
      if (updates % options.logEvery() == 0) {
        SequencedMap<String, Double> scalars = new LinkedHashMap<>();
        scalars.put("train/loss", now.loss());
        scalars.put("train/accuracy", now.accuracy());
        scalars.put("train/learning_rate", learningRate);
        scalars.put("train/images_per_second", now.imagesPerSecond());
        lossParts.forEach((name, value) -> scalars.put("train/loss/" + name, value));
        write(now, scalars);
      }
      boolean stepDue = options.checkpointSteps() > 0 && updates % options.checkpointSteps() == 0;
      boolean timeDue = System.nanoTime() - lastCheckpoint >= options.checkpointEvery().toNanos();
      if ((stepDue || timeDue) && step < stepsPerEpoch) {
        save();
      }
    }

    private double imagesPerSecond() {
      return epochPictures * NANOS / Math.max(1, System.nanoTime() - epochNanos);
    }

    private void endEpoch() throws IOException, InterruptedException {
      double speed = imagesPerSecond();
      double waited =
          (session.waitedNanos() - waitedBefore)
              / (double) Math.max(1, System.nanoTime() - epochNanos);
      epoch++;
      Optional<Judgement> result = Optional.empty();
      if (objective.canJudge()
          && (epoch % description.validateEvery() == 0 || epoch == loop.epochs())) {
        listener.onValidation(epoch);
        result = Optional.of(validate());
      }
      Metrics.Epoch now =
          new Metrics.Epoch(
              updates,
              epoch,
              lossSum / step,
              (double) correct / seen,
              learningRate,
              speed,
              waited,
              seconds(),
              result);
      Map<String, Double> scalars = new LinkedHashMap<>();
      scalars.put("epoch/train_loss", now.loss());
      scalars.put("epoch/train_accuracy", now.accuracy());
      scalars.put("epoch/waited_share", waited);
      result.ifPresent(judgement ->
          judgement.curves().forEach((name, value) -> scalars.put("validation/" + name, value)));
      write(now, scalars);
      if (result.isPresent() && result.get().score() > bestScore) {
        bestScore = result.get().score();
        bestEpoch = epoch;
        saveModel(RunFiles.BEST);
      }
      step = 0;
      lossSum = 0;
      correct = 0;
      seen = 0;
      save();
      RunReport.write(folder, description);
      listener.onEpoch(now);
    }

    private Judgement validate() throws IOException, InterruptedException {
      try {
        return session.judge(networks.judged());
      } catch (IOException e) {
        throw new TrainingException(
            "a validation picture could not be read: %s; %s".formatted(reason(e), intact()), e);
      }
    }

    private void finish() throws IOException {
      saveModel(RunFiles.MODEL);
      RunReport.write(folder, description);
    }

    private void saveModel(String name) throws IOException {
      SequencedMap<String, String> provenance = new LinkedHashMap<>();
      provenance.put("epochs", Integer.toString(epoch));
      provenance.put("weights", loop.averages() ? "moving average" : "last");
      provenance.put("software", "resnext4j " + ProjectVersion.text());
      provenance.put("java", System.getProperty("java.runtime.version"));
      provenance.put(
          "machine", System.getProperty("os.name") + " " + System.getProperty("os.arch"));
      Path file = folder.resolve(name);
      try {
        objective.saveModel(file, networks.judged(), provenance);
      } catch (IOException e) {
        throw new TrainingException(
            "the model could not be written to %s (%s); %s".formatted(file, reason(e), intact()),
            e);
      }
    }

    private void save() throws IOException {
      requireFinite();
      Path file = folder.resolve(RunFiles.CHECKPOINT);
      try {
        Checkpoint.State state =
            new Checkpoint.State(
                fingerprint(),
                epoch,
                step,
                updates,
                lossSum,
                correct,
                seen,
                bestScore,
                bestEpoch,
                metrics.force(),
                events.force(),
                seconds());
        new Checkpoint(state, networks.weights(), networks.momentum(), networks.average())
            .write(file);
      } catch (IOException e) {
        throw new TrainingException(
            "the checkpoint could not be written to %s (%s); %s"
                .formatted(file, reason(e), intact()),
            e);
      }
      lastCheckpoint = System.nanoTime();
      listener.onCheckpoint(file);
    }

    private void requireFinite() throws TrainingException {
      Optional<Map.Entry<String, Float>> found = networks.notFinite();
      if (found.isPresent()) {
        throw new TrainingException(
            ("the weight %s became %s in epoch %d, step %d: try a lower learning rate, a longer"
                    + " warmup or gradient clipping; %s")
                .formatted(
                    found.get().getKey(), found.get().getValue(), epoch + 1, step, intact()));
      }
    }

    /** What a failure leaves. */
    private String intact() {
      Path file = folder.resolve(RunFiles.CHECKPOINT);
      if (!Files.isDirectory(folder)) {
        return "the run's folder, " + folder + ", is gone, and its checkpoints with it";
      }
      return Files.exists(file)
          ? "the last good checkpoint, " + file + ", is intact"
          : "there is no checkpoint yet";
    }

    private void write(Metrics line, Map<String, Double> scalars) throws IOException {
      try {
        metrics.append((line.toJson() + "\n").getBytes(StandardCharsets.UTF_8));
        events.append(EventFile.scalars(System.currentTimeMillis() / 1e3, line.updates(), scalars));
      } catch (IOException e) {
        throw new TrainingException(
            "the metrics could not be written to %s (%s); %s"
                .formatted(folder.resolve(Metrics.FILE), reason(e), intact()),
            e);
      }
    }

    private double seconds() {
      return secondsBefore + (System.nanoTime() - startNanos) / NANOS;
    }

    @Override
    public void close() throws IOException {
      session.close();
      events.close();
      metrics.close();
    }
  }

  private static String reason(IOException e) {
    return switch (e) {
      case NoSuchFileException gone -> gone.getFile() + " is gone";
      default -> e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
    };
  }

  /** How a stretch of training ended. */
  public enum Outcome {
    /** All epochs are done. */
    FINISHED,
    /** It was asked to stop; the checkpoint holds everything. */
    STOPPED
  }

  /**
   * What does not change the result.
   *
   * @param threads of the engine
   * @param inputThreads that prepare pictures
   * @param cache whether decoded pictures are kept in memory
   * @param checkpointEvery time from one checkpoint to the next, besides those after each epoch
   * @param checkpointSteps steps from one checkpoint to the next, 0 for time alone
   * @param logEvery steps from one metrics line to the next
   */
  public record Options(
      int threads,
      int inputThreads,
      boolean cache,
      Duration checkpointEvery,
      int checkpointSteps,
      int logEvery) {}
}
