package org.resnext4j.training;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.SequencedMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.resnext4j.engine.Backend;
import org.resnext4j.engine.InferencePlan;
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
import org.resnext4j.models.RunFiles;
import org.resnext4j.models.weights.WeightFiles;
import org.resnext4j.models.weights.storage.ElementType;
import org.resnext4j.training.optimiser.Schedule;
import org.resnext4j.training.optimiser.Sgd;
import org.resnext4j.training.recipe.LoopOptions;
import org.resnext4j.training.run.Charts;
import org.resnext4j.training.run.Judgement;
import org.resnext4j.training.run.Mean;
import org.resnext4j.training.run.Metrics;
import org.resnext4j.training.run.TrainingRun;

/**
 * A task without classes and labels: a network with two outputs learns two numbers of a picture,
 * and is judged by the share of their variance that it explains.
 */
class RegressionTest {

  private static final int SIDE = 6;
  private static final int BATCH = 8;
  private static final int EXAMPLES = 64;
  private static final List<String> OUTPUTS = List.of("left", "right");

  @TempDir private Path folder;

  private static Graph graph() {
    Graph.Builder builder = new Graph.Builder();
    Node input = builder.add("input", new Op.Input(1));
    Node conv = builder.add("conv", new Op.Conv2d(1, 4, 3, 1, 1, 1), input);
    Node norm = builder.add("norm", new Op.BatchNorm(4), conv);
    Node relu = builder.add("relu", new Op.Relu(), norm);
    for (String output : OUTPUTS) {
      builder.output(output, builder.add(output + ".fc", new Op.Linear(4, SIDE, 1), relu));
    }
    return builder.build();
  }

  /** The example of a number: a picture of noise, and the brightness of its two halves. */
  private static float[] example(int number, float[] picture, int offset) {
    Random random = new Random(number);
    float[] brightness = {(float) random.nextGaussian(), (float) random.nextGaussian()};
    for (int i = 0; i < SIDE * SIDE; i++) {
      boolean left = i % SIDE < SIDE / 2;
      picture[offset + i] = brightness[left ? 0 : 1] + 0.3f * (float) random.nextGaussian();
    }
    return brightness;
  }

  /** Learns the brightness of both halves by the mean squared error. */
  private static final class Brightness implements Objective {

    @Override
    public TrainingRun run() {
      return new TestRun(
          "brightness", new Charts("mean squared error", "Error", "mean absolute error", false));
    }

    @Override
    public LoopOptions loop() {
      return new LoopOptions(
          6,
          BATCH,
          1,
          1,
          0.02,
          new Schedule.Cosine(0, 0, 0),
          new Sgd.Options(0.9, true, 1e-4, false),
          0,
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
      return new BrightnessSession(weights);
    }

    @Override
    public void saveModel(Path file, List<Weights> weights, SequencedMap<String, String> provenance)
        throws IOException {
      WeightFiles.write(file, weights.getFirst().tensors(), Map.of(), ElementType.F32);
    }
  }

  private static final class BrightnessSession implements Objective.Session {

    private final Backend backend = Backend.cpu(1);
    private final TrainingModel model;
    private final TrainingPlan plan;
    private int[] order = new int[0];
    private int next;

    BrightnessSession(Map<String, Tensor> weights) {
      Graph graph = graph();
      model = backend.train(graph, Weights.of(graph, weights), TrainingOptions.defaults());
      plan = model.plan(new Shape(BATCH, SIDE, SIDE, 1));
    }

    @Override
    public List<TrainingModel> models() {
      return List.of(model);
    }

    @Override
    public void beginEpoch(int epoch, int[] newOrder, int firstBatch) {
      order = newOrder;
      next = firstBatch * BATCH;
    }

    @Override
    public Objective.BatchResult batch() {
      float[] pictures = new float[BATCH * SIDE * SIDE];
      float[][] targets = new float[BATCH][];
      for (int i = 0; i < BATCH; i++) {
        targets[i] = example(order[next++], pictures, i * SIDE * SIDE);
      }
      plan.forward(pictures);
      double squares = 0;
      double absolute = 0;
      Map<String, float[]> gradients = new LinkedHashMap<>();
      for (int output = 0; output < OUTPUTS.size(); output++) {
        float[] values = new float[BATCH];
        plan.read(OUTPUTS.get(output), values);
        for (int i = 0; i < BATCH; i++) {
          float error = values[i] - targets[i][output];
          squares += error * error;
          absolute += Math.abs(error);
          values[i] = 2 * error / (BATCH * OUTPUTS.size());
        }
        gradients.put(OUTPUTS.get(output), values);
      }
      plan.backward(gradients, false);
      SequencedMap<String, Mean> figures = new LinkedHashMap<>();
      figures.put("error", new Mean(absolute, (long) BATCH * OUTPUTS.size()));
      return new Objective.BatchResult(squares / (BATCH * OUTPUTS.size()), BATCH, figures);
    }

    @Override
    public Judgement judge(List<Weights> weights) {
      float[] pictures = new float[BATCH * SIDE * SIDE];
      float[][] targets = new float[BATCH][];
      for (int i = 0; i < BATCH; i++) {
        targets[i] = example(EXAMPLES + i, pictures, i * SIDE * SIDE);
      }
      InferencePlan judged =
          backend.compile(model.graph(), weights.getFirst()).plan(new Shape(BATCH, SIDE, SIDE, 1));
      judged.run(pictures);
      double errors = 0;
      double squares = 0;
      for (int output = 0; output < OUTPUTS.size(); output++) {
        float[] values = new float[BATCH];
        judged.read(OUTPUTS.get(output), values);
        for (int i = 0; i < BATCH; i++) {
          errors += Math.pow(values[i] - targets[i][output], 2);
          squares += Math.pow(targets[i][output], 2);
        }
      }
      return Judgement.of("explained", 1 - errors / squares, Judgement.PICTURES, BATCH);
    }

    @Override
    public long waitedNanos() {
      return 0;
    }

    @Override
    public void close() {
      model.close();
      backend.close();
    }
  }

  private static Trainer trainer(Path where, TrainingListener listener) {
    Trainer.Options options = new Trainer.Options(1, 1, false, Duration.ofHours(1), 0, 2);
    return new Trainer(new Brightness(), where, options, listener);
  }

  @Test
  void aTaskWithoutClassesLearnsReportsAndResumesToTheSameBits() throws Exception {
    Weights first = Initialiser.PAPER.initialise(graph(), 1);
    Path straight = folder.resolve("straight");
    trainer(straight, TrainingListener.SILENT).run(first);

    List<Metrics.Epoch> epochs =
        Metrics.read(straight.resolve(Metrics.FILE)).stream()
            .filter(Metrics.Epoch.class::isInstance)
            .map(Metrics.Epoch.class::cast)
            .toList();
    assertThat(epochs).hasSize(6);
    assertThat(epochs.getLast().loss()).isLessThan(0.3 * epochs.getFirst().loss());
    assertThat(epochs.getLast().figures()).containsOnlyKeys("error");
    assertThat(epochs.getLast().validation().orElseThrow().score()).isGreaterThan(0.5);
    assertThat(Files.readString(straight.resolve(RunFiles.PAGE)))
        .contains("<th>training error<th>validation explained<th>learning rate")
        .doesNotContainIgnoringCase("accuracy")
        .doesNotContain("cross-entropy");

    Path resumed = folder.resolve("resumed");
    TestRuns.stopAfter(13, listener -> trainer(resumed, listener), trainer -> trainer.run(first));
    trainer(resumed, TrainingListener.SILENT).resume();
    assertThat(TestRuns.checkpoint(resumed)).isEqualTo(TestRuns.checkpoint(straight));
    assertThat(Files.readAllBytes(resumed.resolve(RunFiles.MODEL)))
        .isEqualTo(Files.readAllBytes(straight.resolve(RunFiles.MODEL)));
  }
}
