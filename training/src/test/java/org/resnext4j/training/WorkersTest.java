package org.resnext4j.training;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.resnext4j.engine.tensor.Tensor;
import org.resnext4j.models.RunFiles;
import org.resnext4j.training.classification.Classification;
import org.resnext4j.training.optimiser.GradientExchange;
import org.resnext4j.training.recipe.Recipe;
import org.resnext4j.training.run.Checkpoint;

/** Data-parallel trainings, two workers in one process. */
class WorkersTest {

  @TempDir private Path folder;

  /** Workers that meet in this process; sums are taken in the order of their numbers. */
  private static final class Meeting {

    private final float[][] given;
    private final CyclicBarrier barrier;

    Meeting(int workers) {
      given = new float[workers][];
      barrier = new CyclicBarrier(workers);
    }

    GradientExchange worker(int number) {
      return new GradientExchange() {
        @Override
        public int worker() {
          return number;
        }

        @Override
        public int workers() {
          return given.length;
        }

        @Override
        public void sum(float[] gradients) {
          try {
            given[number] = gradients.clone();
            barrier.await();
            for (int i = 0; i < gradients.length; i++) {
              gradients[i] = 0;
              for (float[] one : given) {
                gradients[i] += one[i];
              }
            }
            barrier.await();
          } catch (Exception e) {
            throw new IllegalStateException(e);
          }
        }
      };
    }
  }

  private List<Checkpoint> train(Recipe recipe, Path where) throws Exception {
    Meeting meeting = new Meeting(2);
    List<Checkpoint> checkpoints = new ArrayList<>();
    try (ExecutorService threads = Executors.newFixedThreadPool(2)) {
      List<Future<Trainer.Outcome>> outcomes = new ArrayList<>();
      for (int worker = 0; worker < 2; worker++) {
        Trainer trainer =
            new Trainer(
                new Classification(
                    TestRuns.description(recipe, TestRuns.TRAINING),
                    TestRuns.TRAINING,
                    Optional.of(TestRuns.VALIDATION)),
                where.resolve("worker" + worker),
                new Trainer.Options(1, 1, true, Duration.ofHours(1), 0, 2),
                meeting.worker(worker),
                TrainingListener.SILENT);
        outcomes.add(threads.submit(() -> trainer.run(TestRuns.firstWeights())));
      }
      for (Future<Trainer.Outcome> outcome : outcomes) {
        assertThat(outcome.get()).isEqualTo(Trainer.Outcome.FINISHED);
      }
    }
    for (int worker = 0; worker < 2; worker++) {
      checkpoints.add(
          Checkpoint.read(where.resolve("worker" + worker).resolve(RunFiles.CHECKPOINT)));
    }
    return checkpoints;
  }

  @Test
  void allWorkersHoldTheSameParametersAndARepeatedRunTheSameBits() throws Exception {
    Recipe recipe = TestRuns.recipe(Map.of("epochs", "2", "batch", "6", "clipNorm", "1"));
    List<Checkpoint> both = train(recipe, folder.resolve("first"));
    assertThat(trained(both.get(1))).isEqualTo(trained(both.get(0)));
    // 96 pictures over two workers in batches of 6: the steps of one worker with batches of 12.
    assertThat(both.get(0).state().updates()).isEqualTo(2 * 96 / 12);
    List<Checkpoint> again = train(recipe, folder.resolve("again"));
    assertThat(trained(again.get(0))).isEqualTo(trained(both.get(0)));
    assertThat(both.get(0).state().run()).endsWith(", 2 workers");
  }

  /** Parameters and momentum; running statistics are each worker's own. */
  private static Map<String, List<Float>> trained(Checkpoint checkpoint) {
    Map<String, Tensor> tensors = new HashMap<>(checkpoint.weights());
    tensors.keySet().removeIf(name -> name.contains("running"));
    checkpoint.momentum().forEach((name, tensor) -> tensors.put("momentum " + name, tensor));
    return TestRuns.values(tensors);
  }
}
