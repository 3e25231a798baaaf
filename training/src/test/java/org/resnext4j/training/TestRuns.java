package org.resnext4j.training;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import org.resnext4j.engine.tensor.Tensor;
import org.resnext4j.engine.tensor.Weights;
import org.resnext4j.models.Initialiser;
import org.resnext4j.models.ResNeXt;
import org.resnext4j.models.RunFiles;
import org.resnext4j.models.Stem;
import org.resnext4j.models.weights.ModelFile;
import org.resnext4j.training.classification.Classification;
import org.resnext4j.training.classification.RunDescription;
import org.resnext4j.training.recipe.Recipe;
import org.resnext4j.training.run.Checkpoint;
import org.resnext4j.training.run.Metrics;
import org.resnext4j.vision.data.Dataset;

/** Trainings small enough for tests: some steps of a tiny network on {@link TestPictures}. */
public final class TestRuns {

  public static final ResNeXt MODEL =
      ResNeXt.builder()
          .stem(Stem.CIFAR)
          .stages(1, 1)
          .stemChannels(4)
          .cardinality(4)
          .width(2)
          .classes(3)
          .build();

  public static final Dataset TRAINING = TestPictures.of(96, 12, 3);
  public static final Dataset VALIDATION = TestPictures.of(120, 12, 3).subset(range(96, 120));

  private TestRuns() {}

  /** A recipe of few epochs that uses every part of the state: momentum, average, augmentation. */
  public static Recipe recipe(Map<String, String> changes) {
    Map<String, String> all = new HashMap<>();
    all.put("epochs", "4");
    all.put("batch", "12");
    all.put("learningRate", "0.1");
    all.put("averageDecay", "0.9");
    all.put("size", "12");
    all.put("labelSmoothing", "0.1");
    all.put("mixing", "{\"mixup\": 0.1, \"cutmix\": 0}");
    all.put("growth", "[{\"until\": 0.5, \"size\": 8}]");
    all.putAll(changes);
    return Recipe.named("paper-cifar").with(all);
  }

  public static RunDescription description(Recipe recipe, Dataset training) {
    return new RunDescription(
        MODEL,
        recipe,
        5,
        "/somewhere/on/a/machine/pictures",
        "",
        0,
        1,
        training.classes(),
        training.size(),
        VALIDATION.size(),
        RunDescription.checksum(training, VALIDATION));
  }

  public static Trainer trainer(
      Recipe recipe, Dataset training, Path folder, int threads, TrainingListener listener) {
    return new Trainer(
        new Classification(description(recipe, training), training, Optional.of(VALIDATION)),
        folder,
        new Trainer.Options(threads, threads, true, Duration.ofHours(1), 3, 2),
        listener);
  }

  public static Weights firstWeights() {
    return Initialiser.PAPER.initialise(MODEL.graph(), 5);
  }

  /** Trains, fresh or resumed, until it has done some steps or is at the end. */
  public static Trainer.Outcome stopAfter(int steps, Recipe recipe, Path folder, boolean fresh)
      throws IOException, InterruptedException {
    return stopAfter(
        steps,
        listener -> trainer(recipe, TRAINING, folder, 2, listener),
        trainer -> fresh ? trainer.run(firstWeights()) : trainer.resume());
  }

  /** Starts a trainer of any task, and stops it when it has done some steps. */
  public static Trainer.Outcome stopAfter(
      int steps, Function<TrainingListener, Trainer> made, Start start)
      throws IOException, InterruptedException {
    AtomicReference<Trainer> itself = new AtomicReference<>();
    int[] done = new int[1];
    itself.set(
        made.apply(
            new TrainingListener() {
              @Override
              public void onStep(Metrics.Steps now, int epoch, int step, int stepsOfEpoch) {
                if (++done[0] == steps) {
                  itself.get().stop();
                }
              }
            }));
    return start.start(itself.get());
  }

  /** Runs or resumes a trainer. */
  public interface Start {
    Trainer.Outcome start(Trainer trainer) throws IOException, InterruptedException;
  }

  /** The trained weights, by name. */
  public static Map<String, List<Float>> model(Path folder) throws IOException {
    return values(ModelFile.load(folder.resolve(RunFiles.MODEL)).weights().tensors());
  }

  /** Everything in the last checkpoint: weights, momentum, average. */
  public static Map<String, List<Float>> checkpoint(Path folder) throws IOException {
    Checkpoint checkpoint = Checkpoint.read(folder.resolve(RunFiles.CHECKPOINT));
    Map<String, Tensor> all = new HashMap<>(checkpoint.weights());
    checkpoint.momentum().forEach((name, tensor) -> all.put("momentum " + name, tensor));
    checkpoint.average().forEach((name, tensor) -> all.put("average " + name, tensor));
    return values(all);
  }

  public static Map<String, List<Float>> values(Map<String, Tensor> tensors) {
    Map<String, List<Float>> values = new HashMap<>();
    tensors.forEach((name, tensor) -> {
      List<Float> list = new java.util.ArrayList<>();
      for (float value : tensor.values()) {
        list.add(value);
      }
      values.put(name, list);
    });
    return values;
  }

  public static int[] range(int from, int to) {
    return java.util.stream.IntStream.range(from, to).toArray();
  }
}
