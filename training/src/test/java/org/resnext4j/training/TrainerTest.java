package org.resnext4j.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.resnext4j.engine.tensor.Weights;
import org.resnext4j.models.ResNeXt;
import org.resnext4j.models.RunFiles;
import org.resnext4j.models.weights.ModelFile;
import org.resnext4j.training.classification.Classification;
import org.resnext4j.training.recipe.Freezing;
import org.resnext4j.training.recipe.Recipe;
import org.resnext4j.training.run.Checkpoint;
import org.resnext4j.training.run.Metrics;
import org.resnext4j.training.run.RunReport;
import org.resnext4j.training.run.TrainingException;
import org.resnext4j.vision.Image;
import org.resnext4j.vision.ImageException;
import org.resnext4j.vision.ImageReader;
import org.resnext4j.vision.Preprocessing;
import org.resnext4j.vision.data.Dataset;
import org.resnext4j.vision.data.ImageFolder;

class TrainerTest {

  @TempDir private Path folder;

  @Test
  void learnsAndLeavesModelMetricsCurvesAndReport() throws Exception {
    Recipe recipe = TestRuns.recipe(Map.of("epochs", "10", "growth", "[]"));
    List<Metrics.Epoch> epochs = new ArrayList<>();
    Trainer.Outcome outcome =
        TestRuns.trainer(
                recipe,
                TestRuns.TRAINING,
                folder,
                1,
                new TrainingListener() {
                  @Override
                  public void onEpoch(Metrics.Epoch now) {
                    epochs.add(now);
                  }
                })
            .run(TestRuns.firstWeights());
    assertThat(outcome).isEqualTo(Trainer.Outcome.FINISHED);
    assertThat(epochs).hasSize(10);
    assertThat(epochs.getLast().loss()).isLessThan(epochs.getFirst().loss());
    // Three classes: chance is a third.
    assertThat(epochs.getLast().validation().orElseThrow().figure("top1")).isGreaterThan(0.8);

    ModelFile model = ModelFile.load(folder.resolve(RunFiles.MODEL));
    assertThat(model.model()).isEqualTo(TestRuns.MODEL);
    assertThat(model.card().labels()).containsExactly("class0", "class1", "class2");
    assertThat(Preprocessing.fromJson(model.card().preprocessingJson().orElseThrow()))
        .isEqualTo(recipe.resolvedPreprocessing());
    assertThat(model.card().provenance())
        .containsEntry("seed", "5")
        .containsEntry("recipe", "paper-cifar")
        .containsEntry("epochs", "10")
        .containsEntry("data", "pictures");
    assertThat(Recipe.parse(model.card().provenance().get("resolved recipe"), "card"))
        .isEqualTo(recipe);
    assertThat(folder.resolve(RunFiles.BEST)).exists();

    assertThat(Recipe.read(folder.resolve(RunFiles.RECIPE))).isEqualTo(recipe);
    List<Metrics> metrics = Metrics.read(folder.resolve(Metrics.FILE));
    assertThat(metrics).filteredOn(Metrics.Epoch.class::isInstance).isEqualTo(epochs);
    assertThat(metrics).filteredOn(Metrics.Steps.class::isInstance).hasSize(10 * 8 / 2);
    assertThat(javax.imageio.ImageIO.read(folder.resolve(RunReport.CURVES).toFile()).getWidth())
        .isGreaterThan(500);
    assertThat(folder.resolve(RunReport.PAGE)).content().contains("data:image/png", "class0");
  }

  @Test
  void stoppedAndResumedEndsInTheSameBits() throws Exception {
    Path straight = folder.resolve("straight");
    Path interrupted = folder.resolve("interrupted");
    Recipe recipe = TestRuns.recipe(Map.of());
    TestRuns.trainer(recipe, TestRuns.TRAINING, straight, 1, TrainingListener.SILENT)
        .run(TestRuns.firstWeights());
    int stops = 0;
    Trainer.Outcome outcome = TestRuns.stopAfter(5, recipe, interrupted, true);
    while (outcome == Trainer.Outcome.STOPPED) {
      stops++;
      outcome = TestRuns.stopAfter(5 + stops, recipe, interrupted, false);
    }
    assertThat(stops).isGreaterThan(2);
    assertThat(TestRuns.model(interrupted)).isEqualTo(TestRuns.model(straight));
    assertThat(TestRuns.checkpoint(interrupted)).isEqualTo(TestRuns.checkpoint(straight));
    assertThat(results(interrupted)).isEqualTo(results(straight));
  }

  @Test
  void theNumberOfThreadsChangesNoBit() throws Exception {
    Recipe recipe = TestRuns.recipe(Map.of("epochs", "2", "accumulation", "2", "clipNorm", "1"));
    for (int threads : new int[] {1, 3}) {
      TestRuns.trainer(
              recipe,
              TestRuns.TRAINING,
              folder.resolve("threads" + threads),
              threads,
              TrainingListener.SILENT)
          .run(TestRuns.firstWeights());
    }
    assertThat(TestRuns.checkpoint(folder.resolve("threads3")))
        .isEqualTo(TestRuns.checkpoint(folder.resolve("threads1")));
  }

  @Test
  void aLossThatIsNoNumberEndsWithAMessageAndAnIntactCheckpoint() throws Exception {
    Recipe recipe =
        TestRuns.recipe(
            Map.of(
                "learningRate",
                "1e38",
                "schedule",
                "{\"kind\":\"steps\",\"milestones\":[2],\"of\":4,\"factor\":1e-39,\"warmupEpochs\":4}"));
    assertThatThrownBy(() ->
            TestRuns.trainer(recipe, TestRuns.TRAINING, folder, 1, TrainingListener.SILENT)
                .run(TestRuns.firstWeights()))
        .isInstanceOf(TrainingException.class)
        .hasMessageMatching("the network's answer for \\S+ became \\S+ in epoch \\d, step \\d, .*")
        .hasMessageContaining("learning rate")
        .hasMessageContaining("checkpoint");
    assertThat(folder.resolve(RunFiles.MODEL)).doesNotExist();
  }

  @Test
  void aCorruptPictureIsNamedAndTheLastCheckpointStaysGood() throws Exception {
    AtomicReference<String> broken = new AtomicReference<>("");
    Dataset pictures = new BreakableDataset(TestRuns.TRAINING, broken);
    Recipe recipe = TestRuns.recipe(Map.of("growth", "[]"));
    Trainer trainer =
        new Trainer(
            new Classification(
                TestRuns.description(recipe, pictures), pictures, Optional.of(TestRuns.VALIDATION)),
            folder,
            new Trainer.Options(1, 1, false, java.time.Duration.ofHours(1), 3, 2),
            new TrainingListener() {
              @Override
              public void onEpoch(Metrics.Epoch now) {
                broken.set("pictures/17");
              }
            });
    assertThatThrownBy(() -> trainer.run(TestRuns.firstWeights()))
        .isInstanceOf(TrainingException.class)
        .hasMessageContaining("pictures/17")
        .hasMessageContaining("is intact");
    assertThat(Checkpoint.read(folder.resolve(RunFiles.CHECKPOINT)).state().epoch()).isEqualTo(1);
    broken.set("");
    assertThat(
            TestRuns.trainer(recipe, TestRuns.TRAINING, folder, 1, TrainingListener.SILENT)
                .resume())
        .isEqualTo(Trainer.Outcome.FINISHED);
  }

  @Test
  void aFolderOfPicturesThatVanishesIsNamedAndTheTrainingGoesOnWhenItIsBack() throws Exception {
    Dataset pictures = written(TestRuns.TRAINING, 48, folder.resolve("pictures"));
    vanishesAndComesBack(
        pictures,
        TestRuns.VALIDATION,
        folder.resolve("pictures"),
        vanish ->
            new TrainingListener() {
              @Override
              public void onEpoch(Metrics.Epoch now) {
                vanish.run();
              }
            },
        "a training picture could not be read: " + folder.resolve("pictures"));
  }

  @Test
  void aFolderThatVanishesBeforeAllItsPicturesWereReadOnceIsNamed() throws Exception {
    Path data = folder.resolve("pictures");
    Dataset pictures = written(TestRuns.TRAINING, 48, data);
    Trainer trainer =
        TestRuns.trainer(
            TestRuns.recipe(Map.of("growth", "[]")),
            pictures,
            folder.resolve("run"),
            1,
            TrainingListener.SILENT);
    Files.move(data, folder.resolve("elsewhere"));
    assertThatThrownBy(() -> trainer.run(TestRuns.firstWeights()))
        .isInstanceOf(TrainingException.class)
        .hasMessageContaining(data.toString())
        .hasMessageContaining("is gone")
        .hasMessageEndingWith("there is no checkpoint yet");
  }

  @Test
  void aFolderOfValidationPicturesThatVanishesIsNamedToo() throws Exception {
    Dataset pictures = written(TestRuns.VALIDATION, 24, folder.resolve("pictures"));
    vanishesAndComesBack(
        TestRuns.TRAINING,
        pictures,
        folder.resolve("pictures"),
        vanish ->
            new TrainingListener() {
              @Override
              public void onValidation(int epoch) {
                if (epoch == 2) {
                  vanish.run();
                }
              }
            },
        "a validation picture could not be read: " + folder.resolve("pictures"));
  }

  @Test
  void aRunsOwnFolderThatVanishesEndsTheTrainingAndHoldsItsLastCheckpointWhenItIsBack()
      throws Exception {
    vanishesAndComesBack(
        TestRuns.TRAINING,
        TestRuns.VALIDATION,
        folder.resolve("run"),
        vanish ->
            new TrainingListener() {
              @Override
              public void onStep(Metrics.Steps now, int epoch, int step, int steps) {
                if (now.updates() == 11) {
                  vanish.run();
                }
              }
            },
        "the run's folder, " + folder.resolve("run") + ", is gone");
  }

  /**
   * Takes a folder away during a training that keeps no picture in memory, puts it back, and ends
   * the training: in the bits of one that nothing happened to.
   */
  private void vanishesAndComesBack(
      Dataset training,
      Dataset validation,
      Path vanishing,
      Function<Runnable, TrainingListener> listener,
      String message)
      throws Exception {
    Recipe recipe = TestRuns.recipe(Map.of("growth", "[]"));
    Path straight = folder.resolve("straight");
    uncached(recipe, training, validation, straight, TrainingListener.SILENT)
        .run(TestRuns.firstWeights());
    Path run = folder.resolve("run");
    Path elsewhere = folder.resolve("elsewhere");
    Trainer interrupted =
        uncached(
            recipe, training, validation, run, listener.apply(() -> move(vanishing, elsewhere)));
    assertThatThrownBy(() -> interrupted.run(TestRuns.firstWeights()))
        .isInstanceOf(TrainingException.class)
        .hasMessageContaining(message)
        .hasMessageContaining(" gone");
    move(elsewhere, vanishing);
    assertThat(Checkpoint.read(run.resolve(RunFiles.CHECKPOINT)).state().epoch()).isEqualTo(1);
    assertThat(uncached(recipe, training, validation, run, TrainingListener.SILENT).resume())
        .isEqualTo(Trainer.Outcome.FINISHED);
    assertThat(TestRuns.model(run)).isEqualTo(TestRuns.model(straight));
    assertThat(TestRuns.checkpoint(run)).isEqualTo(TestRuns.checkpoint(straight));
  }

  private static Trainer uncached(
      Recipe recipe, Dataset training, Dataset validation, Path run, TrainingListener listener) {
    return new Trainer(
        new Classification(
            TestRuns.description(recipe, training), training, Optional.of(validation)),
        run,
        new Trainer.Options(1, 1, false, Duration.ofHours(1), 3, 2),
        listener);
  }

  /** The first pictures of a data set as files, a folder a class. */
  private static Dataset written(Dataset source, int count, Path root) throws IOException {
    for (int i = 0; i < count; i++) {
      Path file = root.resolve(source.classes().get(source.label(i))).resolve(i + ".png");
      Files.createDirectories(file.getParent());
      ImageIO.write(source.read(i).toBufferedImage(), "png", file.toFile());
    }
    return ImageFolder.open(root, ImageReader.defaults());
  }

  private static void move(Path from, Path to) {
    try {
      Files.move(from, to);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void anotherTrainingsCheckpointIsRefused() throws Exception {
    TestRuns.stopAfter(4, TestRuns.recipe(Map.of()), folder, true);
    assertThatThrownBy(() ->
            TestRuns.stopAfter(4, TestRuns.recipe(Map.of("learningRate", "0.2")), folder, false))
        .hasMessageContaining("another training");
    assertThatThrownBy(() -> TestRuns.stopAfter(4, TestRuns.recipe(Map.of()), folder, true))
        .hasMessageContaining("there is a run already");
    assertThatThrownBy(
            () -> TestRuns.stopAfter(4, TestRuns.recipe(Map.of()), folder.resolve("none"), false))
        .hasMessageContaining("no checkpoint");
  }

  @Test
  void frozenPartsKeepEveryBitAndTheRestLearns() throws Exception {
    Recipe recipe =
        TestRuns.recipe(
            Map.of("epochs", "1", "averageDecay", "0", "freeze", "[\"stem\",\"layer1\"]"));
    Weights first = TestRuns.firstWeights();
    TestRuns.trainer(recipe, TestRuns.TRAINING, folder, 1, TrainingListener.SILENT).run(first);
    Map<String, List<Float>> before = TestRuns.values(first.tensors());
    Map<String, List<Float>> after = TestRuns.model(folder);
    for (String name : before.keySet()) {
      if (recipe.frozen().test(name)) {
        assertThat(after.get(name)).as(name).isEqualTo(before.get(name));
      } else {
        assertThat(after.get(name)).as(name).isNotEqualTo(before.get(name));
      }
    }
  }

  @Test
  void aNewClassifierSitsOnTheOldWeights() {
    Weights trained = TestRuns.firstWeights();
    ResNeXt other = TestRuns.MODEL.withClasses(7);
    Weights fresh = org.resnext4j.models.Initialiser.PAPER.initialise(other.graph(), 9);
    Weights transferred = Freezing.transfer(trained.tensors(), other.graph(), fresh);
    assertThat(transferred.get("fc.weight").values()).isEqualTo(fresh.get("fc.weight").values());
    assertThat(transferred.get("layer2.0.conv2.weight").values())
        .isEqualTo(trained.get("layer2.0.conv2.weight").values());
    Weights same = Freezing.transfer(trained.tensors(), TestRuns.MODEL.graph(), trained);
    assertThat(same.get("fc.weight").values()).isEqualTo(trained.get("fc.weight").values());
  }

  @Test
  void twoTrainingsNeverShareAFolder() throws Exception {
    TestRuns.stopAfter(4, TestRuns.recipe(Map.of()), folder, true);
    Trainer second =
        TestRuns.trainer(
            TestRuns.recipe(Map.of()), TestRuns.TRAINING, folder, 1, TrainingListener.SILENT);
    TestRuns.trainer(
            TestRuns.recipe(Map.of()),
            TestRuns.TRAINING,
            folder,
            1,
            new TrainingListener() {
              @Override
              public void onStep(Metrics.Steps now, int epoch, int step, int steps) {
                assertThatThrownBy(second::resume).hasMessageContaining("another training");
              }
            })
        .resume();
  }

  @Test
  void resumingClearsWhatKilledRunsLeftBehind() throws Exception {
    TestRuns.stopAfter(4, TestRuns.recipe(Map.of()), folder, true);
    Path stray = folder.resolve(".checkpoint.safetensors.0f8fad5b-d9cb-469f-a165-70867728950e.tmp");
    Files.writeString(stray, "half");
    TestRuns.trainer(
            TestRuns.recipe(Map.of()),
            TestRuns.TRAINING,
            folder,
            1,
            new TrainingListener() {
              @Override
              public void onStep(Metrics.Steps now, int epoch, int step, int steps) {
                assertThat(stray).doesNotExist();
              }
            })
        .resume();
    assertThat(stray).doesNotExist();
  }

  @Test
  void tooFewPicturesForAStepAreSaid() {
    assertThatThrownBy(() ->
            TestRuns.trainer(
                    TestRuns.recipe(Map.of("batch", "100")),
                    TestRuns.TRAINING,
                    folder,
                    1,
                    TrainingListener.SILENT)
                .run(TestRuns.firstWeights()))
        .hasMessageContaining("a step needs 100 pictures")
        .hasMessageContaining("there are 96");
  }

  /** Losses and accuracies of a metrics file, without what a clock measured. */
  private static List<List<Object>> results(Path folder) throws IOException {
    return Metrics.read(folder.resolve(Metrics.FILE)).stream()
        .map(line ->
            switch (line) {
              case Metrics.Steps s -> List.<Object>of(s.updates(), s.loss(), s.figures());
              case Metrics.Epoch e ->
                  List.<Object>of(e.epoch(), e.loss(), e.figures(), e.validation());
            })
        .toList();
  }

  /** Pictures of which one can be made unreadable. */
  private record BreakableDataset(Dataset source, AtomicReference<String> broken)
      implements Dataset {

    @Override
    public List<String> classes() {
      return source.classes();
    }

    @Override
    public int size() {
      return source.size();
    }

    @Override
    public int label(int index) {
      return source.label(index);
    }

    @Override
    public String name(int index) {
      return source.name(index);
    }

    @Override
    public Image read(int index) throws IOException {
      if (name(index).equals(broken.get())) {
        throw new ImageException(name(index) + ": expected a picture, found 12 bytes of something");
      }
      return source.read(index);
    }
  }
}
