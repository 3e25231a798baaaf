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
import java.util.function.Predicate;
import org.resnext4j.engine.TrainingModel;
import org.resnext4j.engine.TrainingOptions;
import org.resnext4j.engine.TrainingPlan;
import org.resnext4j.engine.cpu.parallel.WorkerPool;
import org.resnext4j.engine.cpu.training.CpuTrainingModel;
import org.resnext4j.engine.graph.Graph;
import org.resnext4j.engine.graph.Parameter;
import org.resnext4j.engine.graph.Shape;
import org.resnext4j.engine.tensor.FlatTensors;
import org.resnext4j.engine.tensor.Tensor;
import org.resnext4j.engine.tensor.Weights;
import org.resnext4j.models.weights.ElementType;
import org.resnext4j.models.weights.ModelCard;
import org.resnext4j.models.weights.ModelFile;
import org.resnext4j.training.input.Batch;
import org.resnext4j.training.input.CachedDataset;
import org.resnext4j.training.input.EpochOrder;
import org.resnext4j.training.input.InputPipeline;
import org.resnext4j.training.input.ResizedDataset;
import org.resnext4j.training.optimiser.Sgd;
import org.resnext4j.training.optimiser.WeightAverage;
import org.resnext4j.training.recipe.Recipe;
import org.resnext4j.training.run.AppendedFile;
import org.resnext4j.training.run.Checkpoint;
import org.resnext4j.training.run.EventFile;
import org.resnext4j.training.run.FolderLock;
import org.resnext4j.training.run.Metrics;
import org.resnext4j.training.run.RunDescription;
import org.resnext4j.training.run.RunReport;
import org.resnext4j.training.run.TrainingException;
import org.resnext4j.vision.Preprocessing;
import org.resnext4j.vision.data.Dataset;

/**
 * Trains a network in a folder of its own, from its first step or from where a checkpoint left it.
 *
 * <p>A run that is interrupted at any moment, even killed, and resumed, ends in the same weights,
 * to the bit, as one that is not. {@link #stop} may be called from any thread; everything else
 * belongs to the thread that calls {@link #run}.
 */
public final class Trainer {

  /** The last whole state, in a run's folder. */
  public static final String CHECKPOINT = "checkpoint.safetensors";

  /** The model of the best validation. */
  public static final String BEST = "best.safetensors";

  /** The model at the end of the training. */
  public static final String MODEL = "model.safetensors";

  /** The whole recipe, as it was used. */
  public static final String RECIPE = "recipe.json";

  private static final String EVENTS = "events.out.tfevents.resnext4j";
  private static final double NANOS = 1e9;

  private final RunDescription description;
  private final Recipe recipe;
  private final Path folder;
  private final Options options;
  private final TrainingListener listener;
  private final Graph graph;
  private final Preprocessing preprocessing;
  private final Dataset training;
  private final Optional<Dataset> validation;
  private volatile boolean stopping;

  /**
   * A trainer.
   *
   * @param description what is trained, and how
   * @param training pictures to learn from
   * @param validation pictures to judge by, if there are any
   * @param folder of the run; made if it does not exist
   * @param options what does not change the result
   * @param listener told how it goes
   */
  public Trainer(
      RunDescription description,
      Dataset training,
      Optional<Dataset> validation,
      Path folder,
      Options options,
      TrainingListener listener) {
    this.description = description;
    this.recipe = description.recipe();
    this.folder = folder;
    this.options = options;
    this.listener = listener;
    this.graph = description.model().graph();
    this.preprocessing = recipe.resolvedPreprocessing();
    this.training = options.cache() ? new CachedDataset(training) : training;
    this.validation = validation.map(set -> options.cache() ? new CachedDataset(set) : set);
  }

  /** Asks the training to end after the step it is at, with a checkpoint; {@link #run} returns. */
  public void stop() {
    stopping = true;
  }

  /**
   * Trains from the first step.
   *
   * @param initial first weights
   * @return whether the training ended or was stopped
   * @throws TrainingException if the folder holds a run already, or the training cannot go on
   * @throws IOException if the folder cannot be written
   * @throws InterruptedException if this thread is interrupted
   */
  public Outcome run(Weights initial) throws IOException, InterruptedException {
    Files.createDirectories(folder);
    if (Files.exists(folder.resolve(CHECKPOINT))) {
      throw new TrainingException(
          folder + ": there is a run already; resume it, or give another folder");
    }
    Files.writeString(folder.resolve(RunDescription.FILE), description.toJson() + "\n");
    Files.writeString(folder.resolve(RECIPE), recipe.toJson() + "\n");
    return run(
        new Checkpoint(
            Checkpoint.State.start(description.fingerprint()),
            initial.tensors(),
            Map.of(),
            recipe.averageDecay() > 0 ? initial.tensors() : Map.of()));
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
    Path file = folder.resolve(CHECKPOINT);
    if (!Files.exists(file)) {
      throw new TrainingException(folder + ": there is no checkpoint to resume from");
    }
    Checkpoint checkpoint = Checkpoint.read(file);
    if (!checkpoint.state().run().equals(description.fingerprint())) {
      throw new TrainingException(
          file
              + ": the checkpoint is of another training (other model, recipe, seed or pictures),"
              + " it cannot be resumed with these");
    }
    return run(checkpoint);
  }

  private Outcome run(Checkpoint start) throws IOException, InterruptedException {
    int stepsPerEpoch = training.size() / recipe.batch() / recipe.accumulation();
    if (stepsPerEpoch == 0) {
      throw new TrainingException(
          "a step needs %d pictures (batch %d, accumulation %d), but there are %d to train on"
              .formatted(
                  recipe.batch() * recipe.accumulation(),
                  recipe.batch(),
                  recipe.accumulation(),
                  training.size()));
    }
    try (FolderLock _ = FolderLock.take(folder);
        Session session = new Session(start, stepsPerEpoch)) {
      return session.run();
    }
  }

  /** One stretch of training, from a checkpoint to the end or to a stop. */
  private final class Session implements AutoCloseable {

    private final int stepsPerEpoch;
    private final WorkerPool pool;
    private final SequencedMap<String, Tensor> weights = new LinkedHashMap<>();
    private final Optional<Validation> judge;
    private final Sgd optimiser;
    private final Optional<WeightAverage> average;
    private final CrossEntropy loss;
    private final SequencedMap<String, Tensor> accumulated = new LinkedHashMap<>();
    private final AppendedFile metrics;
    private final AppendedFile events;
    private final float[] logits;
    private final float[] gradient;
    private final double secondsBefore;
    private final long startNanos = System.nanoTime();

    private int size;
    private TrainingModel model;
    private TrainingPlan plan;
    private InputPipeline pipeline;

    private int epoch;
    private int step;
    private long updates;
    private double lossSum;
    private long correct;
    private long seen;
    private double bestAccuracy;
    private int bestEpoch;

    private double learningRate;
    private long epochNanos;
    private long epochPictures;
    private long waitedBefore;
    private long lastCheckpoint = System.nanoTime();

    Session(Checkpoint start, int stepsPerEpoch) throws IOException {
      this.stepsPerEpoch = stepsPerEpoch;
      Checkpoint.State state = start.state();
      epoch = state.epoch();
      step = state.step();
      updates = state.updates();
      lossSum = state.lossSum();
      correct = state.correct();
      seen = state.seen();
      bestAccuracy = state.bestAccuracy();
      bestEpoch = state.bestEpoch();
      secondsBefore = state.seconds();
      metrics = new AppendedFile(folder.resolve(Metrics.FILE), state.metricsLength());
      events = new AppendedFile(folder.resolve(EVENTS), state.eventsLength());
      if (state.eventsLength() == 0) {
        events.append(EventFile.header(System.currentTimeMillis() / 1e3));
      }
      pool = WorkerPool.create(options.threads());
      build(recipe.trainingSize(epoch), start.weights());
      int classes = training.classes().size();
      logits = new float[recipe.batch() * classes];
      gradient = new float[recipe.batch() * classes];
      loss = new CrossEntropy(recipe.labelSmoothing());
      optimiser = new Sgd(recipe.optimiser(), this::decayed, start.momentum());
      average =
          recipe.averageDecay() > 0
              ? Optional.of(
                  new WeightAverage(
                      recipe.averageDecay(), start.average(), updates / recipe.averageEvery()))
              : Optional.empty();
      judge =
          validation.map(set ->
              new Validation(
                  graph, set, preprocessing, recipe.batch(), pool, options.inputThreads()));
    }

    /** Makes plan and pipeline for a size of pictures, with these weights. */
    private void build(int newSize, Map<String, Tensor> initial) {
      if (pipeline != null) {
        pipeline.close();
      }
      size = newSize;
      Predicate<String> frozen = recipe.frozen();
      model =
          CpuTrainingModel.create(
              graph,
              Weights.of(graph, initial),
              TrainingOptions.defaults()
                  .withFrozen(frozen)
                  .withFixedStatistics(
                      norm -> frozen.test(norm + ".weight") && frozen.test(norm + ".bias")),
              pool);
      plan = model.plan(new Shape(recipe.batch(), size, size, 3));
      weights.clear();
      weights.putAll(model.weights().tensors());
      boolean whole = size == preprocessing.crop();
      pipeline =
          new InputPipeline(
              whole || recipe.cropsToAnySize() ? training : shrunk(size),
              new InputPipeline.Options(
                  recipe.batch(),
                  whole ? preprocessing : preprocessing.withSizes(size, size),
                  description.seed(),
                  options.inputThreads(),
                  false),
              recipe.augmentationsAt((double) size / preprocessing.crop()),
              recipe.mixing());
    }

    private Dataset shrunk(int newSize) {
      Dataset small =
          new ResizedDataset(
              training, (double) newSize / preprocessing.crop(), preprocessing.interpolation());
      return options.cache() ? new CachedDataset(small) : small;
    }

    /** Weight decay spares what is not a matrix or a filter, unless the recipe says otherwise. */
    private boolean decayed(String name) {
      Parameter.Role role = graph.parameters().get(name).role();
      return recipe.optimiser().decayNormsAndBiases()
          || role == Parameter.Role.CONVOLUTION_WEIGHT
          || role == Parameter.Role.LINEAR_WEIGHT;
    }

    Outcome run() throws IOException, InterruptedException {
      while (epoch < recipe.epochs()) {
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
      if (size != recipe.trainingSize(epoch)) {
        build(recipe.trainingSize(epoch), weights);
      }
      int[] order =
          EpochOrder.repeated(
              EpochOrder.of(training.size(), description.seed(), epoch), recipe.repetitions());
      pipeline.start(epoch, order, step * recipe.accumulation());
      epochNanos = System.nanoTime();
      epochPictures = 0;
      waitedBefore = pipeline.waitedNanos();
    }

    private void step() throws IOException, InterruptedException {
      double progress = epoch + (double) step / stepsPerEpoch;
      learningRate = recipe.learningRate() * recipe.schedule().factor(progress, recipe.epochs());
      double batchLoss = 0;
      for (int part = 0; part < recipe.accumulation(); part++) {
        batchLoss += forwardAndBackward() / recipe.accumulation();
        accumulate(part);
      }
      if (!Double.isFinite(batchLoss)) {
        throw new TrainingException(
            ("the loss became %s in epoch %d, step %d, at a learning rate of %.4g: try a lower rate,"
                    + " a longer warmup or gradient clipping; %s")
                .formatted(batchLoss, epoch + 1, step + 1, learningRate, intact()));
      }
      Map<String, Tensor> gradients =
          recipe.accumulation() == 1 ? tensors(model.gradients()) : accumulated;
      double scale = 1.0 / recipe.accumulation();
      if (recipe.clipNorm() > 0) {
        scale *= Sgd.clippingFactor(gradients, recipe.clipNorm() * recipe.accumulation());
      }
      Map<String, Tensor> parameters = tensors(model.parameters());
      optimiser.step(parameters, gradients, learningRate, scale);
      parameters.forEach(model.parameters()::set);
      model.parametersChanged();
      weights.putAll(model.weights().tensors());
      step++;
      updates++;
      lossSum += batchLoss;
      if (updates % recipe.averageEvery() == 0) {
        average.ifPresent(a -> a.update(weights));
      }
    }

    private double forwardAndBackward() throws IOException, InterruptedException {
      Batch batch = nextBatch();
      plan.forward(batch.images());
      plan.read(output(), logits);
      int classes = training.classes().size();
      for (int i = 0; i < batch.size(); i++) {
        int label = batch.labels()[i];
        correct += Validation.rank(logits, i * classes, classes, label) == 0 ? 1 : 0;
      }
      double batchLoss = loss.apply(logits, batch.targets(), classes, gradient);
      plan.backward(Map.of(output(), gradient), false);
      seen += batch.size();
      epochPictures += batch.size();
      pipeline.recycle(batch);
      return batchLoss;
    }

    private Batch nextBatch() throws IOException, InterruptedException {
      try {
        return pipeline.take();
      } catch (IOException e) {
        throw new TrainingException(
            "a training picture could not be read: %s; %s".formatted(reason(e), intact()), e);
      }
    }

    private String output() {
      return graph.outputs().firstEntry().getKey();
    }

    private static Map<String, Tensor> tensors(FlatTensors flat) {
      Map<String, Tensor> tensors = new LinkedHashMap<>();
      flat.slices().keySet().forEach(name -> tensors.put(name, flat.get(name)));
      return tensors;
    }

    private void accumulate(int part) {
      if (recipe.accumulation() == 1) {
        return;
      }
      tensors(model.gradients())
          .forEach((name, tensor) -> {
            float[] sum =
                accumulated.computeIfAbsent(name, n -> Tensor.zeros(tensor.shape())).values();
            float[] added = tensor.values();
            for (int i = 0; i < sum.length; i++) {
              sum[i] = part == 0 ? added[i] : sum[i] + added[i];
            }
          });
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
        write(
            now,
            Map.of(
                "train/loss", now.loss(),
                "train/accuracy", now.accuracy(),
                "train/learning_rate", learningRate,
                "train/images_per_second", now.imagesPerSecond()));
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
          (pipeline.waitedNanos() - waitedBefore)
              / (double) Math.max(1, System.nanoTime() - epochNanos);
      epoch++;
      Optional<Validation.Result> result = Optional.empty();
      if (judge.isPresent()
          && (epoch % description.validateEvery() == 0 || epoch == recipe.epochs())) {
        listener.onValidation(epoch);
        result = Optional.of(validate(judge.get()));
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
      result.ifPresent(r -> {
        scalars.put("validation/loss", r.loss());
        scalars.put("validation/top1", r.top1());
        scalars.put("validation/top5", r.top5());
      });
      write(now, scalars);
      if (result.isPresent() && result.get().top1() > bestAccuracy) {
        bestAccuracy = result.get().top1();
        bestEpoch = epoch;
        saveModel(BEST);
      }
      step = 0;
      lossSum = 0;
      correct = 0;
      seen = 0;
      save();
      RunReport.write(folder);
      listener.onEpoch(now);
    }

    private Validation.Result validate(Validation validation)
        throws IOException, InterruptedException {
      try {
        return validation.measure(Weights.of(graph, judged()));
      } catch (IOException e) {
        throw new TrainingException(
            "a validation picture could not be read: %s; %s".formatted(reason(e), intact()), e);
      }
    }

    private void finish() throws IOException {
      saveModel(MODEL);
      RunReport.write(folder);
    }

    /** The weights that are validated and shipped: the average where there is one. */
    private Map<String, Tensor> judged() {
      return average.map(a -> (Map<String, Tensor>) a.values()).orElse(weights);
    }

    private void saveModel(String name) throws IOException {
      SequencedMap<String, String> provenance = new LinkedHashMap<>();
      // A model is meant to be shared: where things lay on this machine is nobody's business.
      provenance.put("data", lastName(description.data()));
      provenance.put("training pictures", Integer.toString(description.trainingPictures()));
      provenance.put("pictures checksum", description.pictures());
      provenance.put("recipe", recipe.name());
      provenance.put("resolved recipe", recipe.toJson());
      provenance.put("seed", Long.toString(description.seed()));
      provenance.put("start weights", lastName(description.startWeights()));
      provenance.put("epochs", Integer.toString(epoch));
      provenance.put("weights", average.isPresent() ? "moving average" : "last");
      provenance.put("software", "resnext4j " + version());
      provenance.put("java", System.getProperty("java.runtime.version"));
      provenance.put(
          "machine", System.getProperty("os.name") + " " + System.getProperty("os.arch"));
      ModelCard card =
          new ModelCard(
              description.model().name(),
              description.classes(),
              Optional.of(preprocessing.toJson()),
              provenance);
      Map<String, Tensor> values = judged();
      Path file = folder.resolve(name);
      try {
        ModelFile.save(
            file,
            new ModelFile(description.model(), Weights.of(graph, values), card),
            ElementType.F32);
      } catch (IOException e) {
        throw new TrainingException(
            "the model could not be written to %s (%s); %s".formatted(file, reason(e), intact()),
            e);
      }
    }

    private void save() throws IOException {
      for (Map.Entry<String, Tensor> entry : weights.entrySet()) {
        requireFinite(entry.getKey(), entry.getValue());
      }
      Path file = folder.resolve(CHECKPOINT);
      try {
        Checkpoint.State state =
            new Checkpoint.State(
                description.fingerprint(),
                epoch,
                step,
                updates,
                lossSum,
                correct,
                seen,
                bestAccuracy,
                bestEpoch,
                metrics.force(),
                events.force(),
                seconds());
        new Checkpoint(
                state,
                weights,
                optimiser.momentum(),
                average.map(a -> (Map<String, Tensor>) a.values()).orElse(Map.of()))
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

    private void requireFinite(String name, Tensor tensor) throws TrainingException {
      for (float value : tensor.values()) {
        if (!Float.isFinite(value)) {
          throw new TrainingException(
              ("the weight %s became %s in epoch %d, step %d: try a lower learning rate, a longer"
                      + " warmup or gradient clipping; %s")
                  .formatted(name, value, epoch + 1, step, intact()));
        }
      }
    }

    /** What a failure leaves. */
    private String intact() {
      Path file = folder.resolve(CHECKPOINT);
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
      judge.ifPresent(Validation::close);
      pipeline.close();
      pool.close();
      events.close();
      metrics.close();
    }
  }

  private static String lastName(String path) {
    Path last = Path.of(path).getFileName();
    return last == null ? "" : last.toString();
  }

  private static String reason(IOException e) {
    return switch (e) {
      case NoSuchFileException gone -> gone.getFile() + " is gone";
      default -> e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
    };
  }

  private static String version() {
    return Optional.ofNullable(Trainer.class.getPackage().getImplementationVersion())
        .orElse("0.1.0-SNAPSHOT");
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
