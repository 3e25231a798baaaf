package org.resnext4j.training.classification;

import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.function.Predicate;
import org.resnext4j.engine.Backend;
import org.resnext4j.engine.TrainingModel;
import org.resnext4j.engine.TrainingOptions;
import org.resnext4j.engine.TrainingPlan;
import org.resnext4j.engine.graph.Graph;
import org.resnext4j.engine.graph.Shape;
import org.resnext4j.engine.tensor.Tensor;
import org.resnext4j.engine.tensor.Weights;
import org.resnext4j.models.weights.ModelCard;
import org.resnext4j.models.weights.ModelFile;
import org.resnext4j.models.weights.storage.ElementType;
import org.resnext4j.training.DivergenceException;
import org.resnext4j.training.Objective;
import org.resnext4j.training.Trainer;
import org.resnext4j.training.input.Batch;
import org.resnext4j.training.input.CachedDataset;
import org.resnext4j.training.input.InputPipeline;
import org.resnext4j.training.input.ResizedDataset;
import org.resnext4j.training.recipe.LoopOptions;
import org.resnext4j.training.recipe.Recipe;
import org.resnext4j.training.run.Judgement;
import org.resnext4j.training.run.Mean;
import org.resnext4j.training.run.TrainingRun;
import org.resnext4j.vision.Preprocessing;
import org.resnext4j.vision.data.Dataset;
import org.resnext4j.vision.metrics.Logits;

/**
 * The paper's task: a network assigns one class to one square picture. The loss is the
 * cross-entropy; a validation measures top-1 and top-5 accuracy.
 */
public final class Classification implements Objective {

  private final RunDescription run;
  private final Recipe recipe;
  private final Dataset training;
  private final Optional<Dataset> validation;
  private final Graph graph;
  private final Preprocessing preprocessing;

  /**
   * An objective.
   *
   * @param run network, recipe and seed
   * @param training training pictures
   * @param validation validation pictures, if there are any
   */
  public Classification(RunDescription run, Dataset training, Optional<Dataset> validation) {
    this.run = run;
    this.recipe = run.recipe();
    this.training = training;
    this.validation = validation;
    this.graph = run.model().graph();
    this.preprocessing = recipe.resolvedPreprocessing();
  }

  @Override
  public TrainingRun run() {
    return run;
  }

  @Override
  public LoopOptions loop() {
    return recipe.loop();
  }

  @Override
  public int size() {
    return training.size();
  }

  @Override
  public boolean canJudge() {
    return validation.isPresent();
  }

  @Override
  public Session open(Trainer.Options options, Map<String, Tensor> weights, int epoch) {
    return new ClassificationSession(options, weights, epoch);
  }

  @Override
  public void saveModel(Path file, List<Weights> weights, SequencedMap<String, String> provenance)
      throws IOException {
    ModelCard card =
        new ModelCard(
            run.model().name(), run.classes(), Optional.of(preprocessing.toJson()), provenance);
    ModelFile.save(file, new ModelFile(run.model(), weights.getFirst(), card), ElementType.F32);
  }

  /** The network under training, with a plan and a pipeline for the epoch's picture size. */
  private final class ClassificationSession implements Session {

    private final Trainer.Options options;
    private final Backend backend;
    private final TrainingModel model;
    private final String output = graph.outputs().firstEntry().getKey();
    private final Dataset pictures;
    private final Optional<Validation> judge;
    private final CrossEntropy loss = new CrossEntropy(recipe.labelSmoothing());
    private final float[] logits;
    private final float[] gradient;
    private int size;
    private TrainingPlan plan;
    private InputPipeline pipeline;
    private long waitedBefore;

    ClassificationSession(Trainer.Options options, Map<String, Tensor> initial, int epoch) {
      this.options = options;
      pictures = cached(training);
      int classes = training.classes().size();
      logits = new float[recipe.batch() * classes];
      gradient = new float[recipe.batch() * classes];
      backend = Backend.cpu(options.threads());
      Predicate<String> frozen = recipe.frozen();
      model =
          backend.train(
              graph,
              Weights.of(graph, initial),
              TrainingOptions.defaults()
                  .withFrozen(frozen)
                  .withFixedStatistics(
                      norm -> frozen.test(norm + ".weight") && frozen.test(norm + ".bias")));
      build(recipe.trainingSize(epoch));
      judge =
          validation.map(set ->
              new Validation(
                  graph,
                  cached(set),
                  preprocessing,
                  recipe.batch(),
                  backend,
                  options.inputThreads()));
    }

    private Dataset cached(Dataset set) {
      return options.cache() ? new CachedDataset(set) : set;
    }

    /** Replaces plan and pipeline by those of another picture size; the model stays. */
    private void build(int newSize) {
      if (pipeline != null) {
        waitedBefore += pipeline.waitedNanos();
        pipeline.close();
      }
      size = newSize;
      plan = model.plan(new Shape(recipe.batch(), size, size, preprocessing.channels()));
      boolean whole = size == preprocessing.crop();
      pipeline =
          new InputPipeline(
              whole || recipe.cropsToAnySize() ? pictures : shrunk(size),
              new InputPipeline.Options(
                  recipe.batch(),
                  whole ? preprocessing : preprocessing.withSizes(size, size),
                  run.seed(),
                  options.inputThreads(),
                  false),
              recipe.augmentationsAt((double) size / preprocessing.crop()),
              recipe.mixing());
    }

    private Dataset shrunk(int newSize) {
      return cached(
          new ResizedDataset(
              pictures, (double) newSize / preprocessing.crop(), preprocessing.interpolation()));
    }

    @Override
    public List<TrainingModel> models() {
      return List.of(model);
    }

    @Override
    public void beginEpoch(int epoch, int[] order, int firstBatch) {
      if (size != recipe.trainingSize(epoch)) {
        build(recipe.trainingSize(epoch));
      }
      pipeline.start(epoch, order, firstBatch);
    }

    @Override
    public BatchResult batch() throws IOException, InterruptedException {
      Batch batch = pipeline.take();
      plan.forward(batch.images());
      plan.read(output, logits);
      int classes = training.classes().size();
      int right = 0;
      for (int i = 0; i < batch.size(); i++) {
        DivergenceException.requireFinite(
            training.name(batch.pictures()[i]), logits, i * classes, classes);
        right += Logits.rank(logits, i * classes, classes, batch.labels()[i]) == 0 ? 1 : 0;
      }
      double mean = loss.apply(logits, batch.targets(), classes, gradient);
      plan.backward(Map.of(output, gradient), false);
      pipeline.recycle(batch);
      SequencedMap<String, Mean> figures = new LinkedHashMap<>();
      figures.put("accuracy", new Mean(right, batch.size()));
      return new BatchResult(mean, batch.size(), figures);
    }

    @Override
    public Judgement judge(List<Weights> weights) throws IOException, InterruptedException {
      return judge
          .orElseThrow(() -> new IllegalStateException("there are no pictures to judge by"))
          .measure(weights.getFirst());
    }

    @Override
    public long waitedNanos() {
      return waitedBefore + pipeline.waitedNanos();
    }

    @Override
    public void close() {
      judge.ifPresent(Validation::close);
      pipeline.close();
      model.close();
      backend.close();
    }
  }
}
