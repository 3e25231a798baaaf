package org.resnext4j.training;

import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.function.BooleanSupplier;
import org.resnext4j.models.RunFiles;
import org.resnext4j.training.input.EpochOrder;
import org.resnext4j.training.optimiser.GradientExchange;
import org.resnext4j.training.recipe.LoopOptions;
import org.resnext4j.training.run.Checkpoint;
import org.resnext4j.training.run.Judgement;
import org.resnext4j.training.run.Mean;
import org.resnext4j.training.run.Metrics;
import org.resnext4j.training.run.TrainingException;

/**
 * The steps and epochs of a training, from a checkpoint to the end or to a stop. It knows the order
 * of the examples, the schedule and the moments of validation, checkpoints and reports.
 */
final class TrainingLoop {

  private static final double NANOS = 1e9;

  private final Objective objective;
  private final LoopOptions loop;
  private final Objective.Session session;
  private final TrainedNetworks networks;
  private final int stepsPerEpoch;
  private final Trainer.Options options;
  private final GradientExchange exchange;
  private final TrainingListener listener;
  private final RunWriter writer;

  private String run = "";
  private int epoch;
  private int step;
  private long updates;
  private double lossSum;
  private SequencedMap<String, Mean> figures = new LinkedHashMap<>();
  private double bestScore;
  private int bestEpoch;
  private double secondsBefore;

  private final long startNanos = System.nanoTime();
  private long lastCheckpoint = System.nanoTime();
  private double learningRate;
  private long epochNanos;
  private long epochPictures;
  private long waitedBefore;

  TrainingLoop(
      Objective objective,
      Objective.Session session,
      TrainedNetworks networks,
      int stepsPerEpoch,
      Trainer.Options options,
      GradientExchange exchange,
      TrainingListener listener,
      RunWriter writer) {
    this.objective = objective;
    this.loop = objective.loop();
    this.session = session;
    this.networks = networks;
    this.stepsPerEpoch = stepsPerEpoch;
    this.options = options;
    this.exchange = exchange;
    this.listener = listener;
    this.writer = writer;
  }

  /**
   * Trains until all epochs are done or somebody stops the training.
   *
   * @param start state of the checkpoint
   * @param stopping asked before each step
   */
  Trainer.Outcome run(Checkpoint.State start, BooleanSupplier stopping)
      throws IOException, InterruptedException {
    run = start.run();
    epoch = start.epoch();
    step = start.step();
    updates = start.updates();
    lossSum = start.lossSum();
    figures = start.figures();
    bestScore = start.bestScore();
    bestEpoch = start.bestEpoch();
    secondsBefore = start.seconds();
    while (epoch < loop.epochs()) {
      beginEpoch();
      while (step < stepsPerEpoch) {
        if (stopping.getAsBoolean()) {
          save();
          writer.report();
          return Trainer.Outcome.STOPPED;
        }
        step();
        afterStep();
      }
      endEpoch();
    }
    writer.saveModel(RunFiles.MODEL, networks.judged(), epoch);
    writer.report();
    return Trainer.Outcome.FINISHED;
  }

  private void beginEpoch() {
    int[] order =
        EpochOrder.shard(
            EpochOrder.of(objective.size(), objective.run().seed(), epoch),
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
      throw diverged("the loss became " + batchLoss, updates);
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
    } catch (DivergenceException e) {
      throw diverged(e.getMessage(), updates);
    } catch (IOException e) {
      throw unreadable("a training picture", e);
    }
    figures = Mean.plus(figures, result.figures());
    epochPictures += result.pictures();
    return result.loss();
  }

  private void afterStep() throws IOException {
    Metrics.Steps now =
        new Metrics.Steps(
            updates,
            epoch + (double) step / stepsPerEpoch,
            lossSum / step,
            Mean.values(figures),
            learningRate,
            imagesPerSecond());
    listener.onStep(now, epoch, step, stepsPerEpoch);
    if (updates % options.logEvery() == 0) {
      SequencedMap<String, Double> scalars = new LinkedHashMap<>();
      scalars.put("train/loss", now.loss());
      now.figures().forEach((name, value) -> scalars.put("train/" + name, value));
      scalars.put("train/learning_rate", learningRate);
      scalars.put("train/images_per_second", now.imagesPerSecond());
      writer.append(now, scalars);
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
    requireFinite();
    Optional<Judgement> result = Optional.empty();
    if (objective.canJudge()
        && (epoch % objective.run().validateEvery() == 0 || epoch == loop.epochs())) {
      listener.onValidation(epoch);
      result = Optional.of(judge());
    }
    Metrics.Epoch now =
        new Metrics.Epoch(
            updates,
            epoch,
            lossSum / step,
            Mean.values(figures),
            learningRate,
            speed,
            waited,
            seconds(),
            result);
    Map<String, Double> scalars = new LinkedHashMap<>();
    scalars.put("epoch/train_loss", now.loss());
    now.figures().forEach((name, value) -> scalars.put("epoch/train_" + name, value));
    scalars.put("epoch/waited_share", waited);
    result.ifPresent(judgement ->
        judgement.curves().forEach((name, value) -> scalars.put("validation/" + name, value)));
    writer.append(now, scalars);
    if (result.isPresent() && (bestEpoch == 0 || result.get().score() > bestScore)) {
      bestScore = result.get().score();
      bestEpoch = epoch;
      writer.saveModel(RunFiles.BEST, networks.judged(), epoch);
    }
    step = 0;
    lossSum = 0;
    figures = new LinkedHashMap<>();
    save();
    writer.reportSometimes();
    listener.onEpoch(now);
  }

  private Judgement judge() throws IOException, InterruptedException {
    try {
      return session.judge(networks.judged());
    } catch (DivergenceException e) {
      throw diverged(e.getMessage(), updates - 1);
    } catch (IOException e) {
      throw unreadable("a validation picture", e);
    }
  }

  private void save() throws IOException {
    requireFinite();
    Path file =
        writer.save(
            networks,
            (metricsLength, eventsLength) ->
                new Checkpoint.State(
                    run,
                    epoch,
                    step,
                    updates,
                    lossSum,
                    figures,
                    bestScore,
                    bestEpoch,
                    metricsLength,
                    eventsLength,
                    seconds()));
    lastCheckpoint = System.nanoTime();
    listener.onCheckpoint(file);
  }

  private void requireFinite() throws TrainingException {
    Optional<Map.Entry<String, Float>> found = networks.notFinite();
    if (found.isPresent()) {
      throw diverged(
          "the weight %s became %s".formatted(found.get().getKey(), found.get().getValue()),
          updates - 1);
    }
  }

  private TrainingException unreadable(String what, IOException e) {
    return new TrainingException(
        "%s could not be read: %s; %s".formatted(what, RunWriter.reason(e), writer.intact()), e);
  }

  /** The failure at an update, which counts from 0 over all epochs. */
  private TrainingException diverged(String what, long update) {
    return new TrainingException(
        ("%s in epoch %d, step %d, at a learning rate of %.4g: try a lower rate, a longer warmup"
                + " or gradient clipping; %s")
            .formatted(
                what,
                update / stepsPerEpoch + 1,
                update % stepsPerEpoch + 1,
                learningRate,
                writer.intact()));
  }

  private double seconds() {
    return secondsBefore + (System.nanoTime() - startNanos) / NANOS;
  }
}
