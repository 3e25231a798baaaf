package org.resnext4j.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.SequencedMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.resnext4j.engine.Backend;
import org.resnext4j.engine.TrainingModel;
import org.resnext4j.engine.TrainingOptions;
import org.resnext4j.engine.TrainingPlan;
import org.resnext4j.engine.graph.Graph;
import org.resnext4j.engine.graph.Node;
import org.resnext4j.engine.graph.Op;
import org.resnext4j.engine.graph.Shape;
import org.resnext4j.engine.tensor.Tensor;
import org.resnext4j.engine.tensor.Weights;
import org.resnext4j.models.Initialiser;
import org.resnext4j.models.weights.WeightFiles;
import org.resnext4j.models.weights.storage.ElementType;
import org.resnext4j.training.classification.CrossEntropy;
import org.resnext4j.training.optimiser.GradientExchange;
import org.resnext4j.training.optimiser.Schedule;
import org.resnext4j.training.optimiser.Sgd;
import org.resnext4j.training.recipe.LoopOptions;
import org.resnext4j.training.run.Charts;
import org.resnext4j.training.run.Checkpoint;
import org.resnext4j.training.run.Judgement;
import org.resnext4j.training.run.Mean;
import org.resnext4j.training.run.Metrics;
import org.resnext4j.training.run.TrainingRun;
import org.resnext4j.vision.metrics.Logits;

/**
 * An objective of two graphs, as a detector's trunk and head: one's output is the other's input.
 */
class SeveralNetworksTest {

  private static final int SIDE = 6;
  private static final int BATCH = 8;
  private static final int EXAMPLES = 64;
  private static final CrossEntropy LOSS = new CrossEntropy(0);

  @TempDir private Path folder;

  private static Graph trunk(String prefix) {
    Graph.Builder builder = new Graph.Builder();
    Node input = builder.add("input", new Op.Input(3));
    Node conv = builder.add(prefix + ".conv", new Op.Conv2d(3, 8, 3, 1, 1, 1), input);
    Node norm = builder.add(prefix + ".norm", new Op.BatchNorm(8), conv);
    builder.output("features", builder.add("relu", new Op.Relu(), norm));
    return builder.build();
  }

  private static Graph head() {
    Graph.Builder builder = new Graph.Builder();
    Node input = builder.add("input", new Op.Input(8));
    builder.output("logits", builder.add("head.fc", new Op.Linear(8, SIDE, 2), input));
    return builder.build();
  }

  private static Map<String, Tensor> firstWeights() {
    Map<String, Tensor> first = new LinkedHashMap<>();
    first.putAll(Initialiser.PAPER.initialise(trunk("trunk"), 1).tensors());
    first.putAll(Initialiser.PAPER.initialise(head(), 2).tensors());
    return first;
  }

  /** Tells noisy pictures that are brighter on the left from those brighter on the right. */
  private record Sides(List<Graph> graphs) implements Objective {

    @Override
    public TrainingRun run() {
      return new TestRun(
          "trunk and head", new Charts("cross-entropy", "Accuracy", "% right", true));
    }

    @Override
    public LoopOptions loop() {
      return new LoopOptions(
          3,
          BATCH,
          1,
          2,
          0.05,
          new Schedule.Cosine(0, 0, 0),
          new Sgd.Options(0.9, true, 1e-4, false),
          2,
          0.9,
          1);
    }

    @Override
    public int size() {
      return EXAMPLES;
    }

    @Override
    public boolean canJudge() {
      return true;
    }

    @Override
    public Session open(Trainer.Options options, Map<String, Tensor> weights, int epoch) {
      return new TwoGraphs(graphs, weights);
    }

    @Override
    public void saveModel(Path file, List<Weights> weights, SequencedMap<String, String> provenance)
        throws IOException {
      Map<String, Tensor> all = new LinkedHashMap<>();
      weights.forEach(one -> all.putAll(one.tensors()));
      WeightFiles.write(file, all, Map.of(), ElementType.F32);
    }
  }

  private static final class TwoGraphs implements Objective.Session {

    private final Backend backend = Backend.cpu(2);
    private final List<TrainingModel> models = new ArrayList<>();
    private final TrainingPlan trunk;
    private final TrainingPlan head;
    private final float[] features = new float[BATCH * SIDE * SIDE * 8];
    private int[] order = new int[0];
    private int next;

    TwoGraphs(List<Graph> graphs, Map<String, Tensor> weights) {
      for (Graph graph : graphs) {
        Map<String, Tensor> own = new LinkedHashMap<>(weights);
        own.keySet().retainAll(graph.parameters().keySet());
        models.add(
            backend.train(
                graph, Weights.of(graph, own), TrainingOptions.defaults().withInputGradient(true)));
      }
      trunk = models.getFirst().plan(new Shape(BATCH, SIDE, SIDE, 3));
      head = models.getLast().plan(new Shape(BATCH, SIDE, SIDE, 8));
    }

    @Override
    public List<TrainingModel> models() {
      return models;
    }

    @Override
    public void beginEpoch(int epoch, int[] newOrder, int firstBatch) {
      order = newOrder;
      next = firstBatch * BATCH;
    }

    @Override
    public Objective.BatchResult batch() {
      float[] pictures = new float[BATCH * SIDE * SIDE * 3];
      float[] targets = new float[BATCH * 2];
      int[] labels = new int[BATCH];
      for (int i = 0; i < BATCH; i++) {
        int example = order[next++];
        labels[i] = example % 2;
        targets[i * 2 + labels[i]] = 1;
        Random random = new Random(example);
        for (int k = 0; k < SIDE * SIDE * 3; k++) {
          boolean bright = k / 3 % SIDE < SIDE / 2 == (labels[i] == 0);
          pictures[i * SIDE * SIDE * 3 + k] = (float) random.nextGaussian() + (bright ? 1 : 0);
        }
      }
      trunk.forward(pictures);
      trunk.read("features", features);
      head.forward(features);
      float[] logits = new float[BATCH * 2];
      head.read("logits", logits);
      int right = 0;
      for (int i = 0; i < BATCH; i++) {
        right += Logits.rank(logits, i * 2, 2, labels[i]) == 0 ? 1 : 0;
      }
      double mean = LOSS.apply(logits, targets, 2, logits);
      head.backward(Map.of("logits", logits), false);
      head.readInputGradient(features);
      trunk.backward(Map.of("features", features), false);
      return new Objective.BatchResult(
          mean, BATCH, new LinkedHashMap<>(Map.of("accuracy", new Mean(right, BATCH))));
    }

    @Override
    public Judgement judge(List<Weights> weights) {
      double sum = 0;
      for (Weights one : weights) {
        for (Tensor tensor : one.tensors().values()) {
          sum += tensor.values()[0];
        }
      }
      return Judgement.of("sum", sum, Judgement.PICTURES, 0);
    }

    @Override
    public long waitedNanos() {
      return 0;
    }

    @Override
    public void close() {
      models.forEach(TrainingModel::close);
      backend.close();
    }
  }

  private static Trainer trainer(Path where, List<Graph> graphs, TrainingListener listener) {
    return new Trainer(
        new Sides(graphs),
        where,
        new Trainer.Options(2, 1, false, Duration.ofHours(1), 0, 2),
        listener);
  }

  private static List<Graph> graphs() {
    return List.of(trunk("trunk"), head());
  }

  @Test
  void bothNetworksLearn() throws Exception {
    Map<String, Tensor> first = firstWeights();
    List<Double> losses = new ArrayList<>();
    TrainingListener listener =
        new TrainingListener() {
          @Override
          public void onEpoch(Metrics.Epoch now) {
            losses.add(now.loss());
          }
        };
    assertThat(trainer(folder, graphs(), listener).run(first)).isEqualTo(Trainer.Outcome.FINISHED);
    assertThat(losses).hasSize(3);
    assertThat(losses.getLast()).isLessThan(0.7 * losses.getFirst());
    Map<String, List<Float>> last = TestRuns.checkpoint(folder);
    for (String name : first.keySet()) {
      assertThat(last).containsKey("average " + name);
      assertThat(last.get(name)).as(name).isNotEqualTo(TestRuns.values(first).get(name));
    }
    assertThat(last).containsKeys("momentum trunk.conv.weight", "momentum head.fc.bias");
  }

  @Test
  void aStoppedTrainingOfSeveralNetworksEndsInTheSameBits() throws Exception {
    trainer(folder.resolve("straight"), graphs(), TrainingListener.SILENT).run(firstWeights());
    TestRuns.stopAfter(
        6,
        listener -> trainer(folder.resolve("resumed"), graphs(), listener),
        trainer -> trainer.run(firstWeights()));
    trainer(folder.resolve("resumed"), graphs(), TrainingListener.SILENT).resume();
    assertThat(TestRuns.checkpoint(folder.resolve("resumed")))
        .isEqualTo(TestRuns.checkpoint(folder.resolve("straight")));
  }

  @Test
  void parametersOfOneNameAreRefused() {
    Graph twice = trunk("trunk");
    Map<String, Tensor> first = firstWeights();
    Weights weights = Initialiser.PAPER.initialise(twice, 1);
    try (Backend backend = Backend.cpu(1);
        TrainingModel one = backend.train(twice, weights, TrainingOptions.defaults());
        TrainingModel other = backend.train(twice, weights, TrainingOptions.defaults())) {
      Checkpoint start = new Checkpoint(Checkpoint.State.start(""), first, Map.of(), first);
      LoopOptions loop = new Sides(List.of()).loop();
      assertThatThrownBy(() -> new TrainedNetworks(List.of(one, other), loop, start))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("different names");
    }
  }

  @Test
  void oneSumAStepHoldsTheGradientsOfAllNetworks() throws Exception {
    List<float[]> summed = new ArrayList<>();
    GradientExchange twice =
        new GradientExchange() {
          @Override
          public int worker() {
            return 0;
          }

          @Override
          public int workers() {
            return 2;
          }

          @Override
          public void sum(float[] gradients) {
            summed.add(gradients.clone());
            for (int i = 0; i < gradients.length; i++) {
              gradients[i] *= 2;
            }
          }
        };
    LoopOptions plain =
        new LoopOptions(
            1,
            BATCH,
            1,
            1,
            0.5,
            new Schedule.Cosine(0, 0, 0),
            new Sgd.Options(0, false, 0, true),
            0,
            0,
            1);
    Map<String, Tensor> first = firstWeights();
    Checkpoint start = new Checkpoint(Checkpoint.State.start(""), first, Map.of(), Map.of());
    try (TwoGraphs session = new TwoGraphs(graphs(), first)) {
      TrainedNetworks networks = new TrainedNetworks(session.models(), plain, start);
      int next = 0;
      for (TrainingModel model : session.models()) {
        for (int i = 0; i < model.gradients().values().length; i++) {
          model.gradients().values()[i] = next++;
        }
      }
      networks.step(twice, 0.5);
      assertThat(summed).hasSize(1);
      assertThat(summed.getFirst()).hasSize(next).startsWith(0, 1, 2).endsWith(next - 1);
      int last = next - 1;
      float before = first.get("head.fc.bias").values()[1];
      assertThat(networks.weights().get("head.fc.bias").values()[1])
          .isEqualTo(before - 0.5f * last);
    }
  }
}
