package org.resnext4j.engine.cpu.training;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.resnext4j.engine.NamedValues;
import org.resnext4j.engine.TrainingGraphs;
import org.resnext4j.engine.TrainingOptions;
import org.resnext4j.engine.cpu.kernel.Processor;
import org.resnext4j.engine.cpu.kernel.StridedGemm;
import org.resnext4j.engine.cpu.parallel.WorkerPool;
import org.resnext4j.engine.graph.Graph;
import org.resnext4j.engine.graph.Shape;
import org.resnext4j.engine.reference.Activation;
import org.resnext4j.engine.reference.ReferenceExecutor;
import org.resnext4j.engine.reference.ReferenceGradient;
import org.resnext4j.engine.tensor.Tensor;
import org.resnext4j.engine.tensor.Weights;

class TrainingPlanTest {

  private static final Shape INPUT = new Shape(3, 9, 7, 3);

  @ParameterizedTest
  @EnumSource(TrainingGraphs.class)
  void gradientsAreTheReferences(TrainingGraphs which) {
    assertThat(worstDifference(which)).isLessThan(BOUND);
  }

  /** The machines of users: the same source must be right for 128 and 256 bits, and in pairs. */
  @ParameterizedTest
  @ValueSource(ints = {16, 32})
  void gradientsAreTheReferencesOnNarrowerVectors(int bytes) throws Exception {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--add-modules=jdk.incubator.vector",
                "-XX:MaxVectorSize=" + bytes,
                "-D%s=true".formatted(Processor.PAIRS_PROPERTY),
                "-Xmx512m",
                "-cp",
                System.getProperty("java.class.path"),
                TrainingPlanTest.class.getName())
            .redirectErrorStream(true)
            .start();
    String output = new String(process.getInputStream().readAllBytes(), UTF_8);
    assertThat(process.waitFor()).as(output).isZero();
    assertThat(output).contains("lanes " + bytes / Float.BYTES);
  }

  /** For {@link #gradientsAreTheReferencesOnNarrowerVectors}: checks every graph in this JVM. */
  public static void main(String[] arguments) {
    System.out.println("lanes " + StridedGemm.LANES);
    for (TrainingGraphs which : TrainingGraphs.values()) {
      double worst = worstDifference(which);
      System.out.println(which + " " + worst);
      if (!(worst < BOUND)) {
        System.exit(1);
      }
    }
  }

  @Test
  void withoutTheVectorApiTheErrorSaysWhatToDo() throws Exception {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                WithoutVectors.class.getName())
            .redirectErrorStream(true)
            .start();
    String output = new String(process.getInputStream().readAllBytes(), UTF_8);
    process.waitFor();
    assertThat(output)
        .contains("IllegalStateException: training needs the Vector API")
        .contains("--add-modules jdk.incubator.vector")
        .doesNotContain("NoClassDefFoundError");
  }

  /** For {@link #withoutTheVectorApiTheErrorSaysWhatToDo}: makes a plan. */
  static final class WithoutVectors {
    private WithoutVectors() {}

    public static void main(String[] arguments) {
      try (WorkerPool pool = WorkerPool.create(1)) {
        plan(TrainingGraphs.NORMS.graph(), INPUT, TrainingOptions.defaults(), pool);
      }
    }
  }

  /**
   * Float32 keeps about 7 digits; sums of a few hundred terms and the cancellation in the gradient
   * of batch norm cost one or two.
   */
  private static final double BOUND = 2e-5;

  /** The largest difference of any gradient or logit, relative to its tensor's largest value. */
  private static double worstDifference(TrainingGraphs which) {
    Graph graph = which.graph();
    Weights weights = NamedValues.weights(graph);
    float[] images = NamedValues.images("input", INPUT);
    ReferenceGradient reference = new ReferenceGradient(graph, weights);
    Activation expected = reference.forward(Activation.of(INPUT, images));
    float[] direction = direction(expected.shape());
    Map<String, double[]> gradients =
        new HashMap<>(reference.backward(Activation.of(expected.shape(), direction)));
    gradients.put("input", reference.inputGradient().values());
    gradients.put("logits", expected.values());
    try (WorkerPool pool = WorkerPool.create(2)) {
      TrainingOptions options = TrainingOptions.defaults().withInputGradient(true);
      CpuTrainingPlan plan = CpuTrainingPlan.create(graph, weights, INPUT, options, pool);
      float[] logits = new float[direction.length];
      // Twice, so that nothing left over from a step spoils the next.
      for (int step = 0; step < 2; step++) {
        plan.forward(images, logits);
        plan.backward(direction);
      }
      float[] input = new float[images.length];
      plan.readInputGradient(input);
      double worst =
          Math.max(
              difference(input, gradients.get("input")),
              difference(logits, gradients.get("logits")));
      for (Map.Entry<String, Tensor> entry : plan.gradients().entrySet()) {
        double here = difference(entry.getValue().values(), gradients.get(entry.getKey()));
        worst = Math.max(worst, here);
      }
      return worst;
    }
  }

  private static double difference(float[] actual, double[] expected) {
    double largest = Arrays.stream(expected).map(Math::abs).max().orElseThrow();
    double worst = 0;
    for (int i = 0; i < expected.length; i++) {
      worst = Math.max(worst, Math.abs(actual[i] - expected[i]));
    }
    // A bias before a batch norm has no gradient but rounding.
    return worst / Math.max(largest, 1e-2);
  }

  private static float[] direction(Shape shape) {
    double[] unit = NamedValues.unit("direction", Math.toIntExact(shape.elements()));
    float[] direction = new float[unit.length];
    for (int i = 0; i < unit.length; i++) {
      direction[i] = (float) unit[i];
    }
    return direction;
  }

  @ParameterizedTest
  @EnumSource(TrainingGraphs.class)
  void anyNumberOfThreadsGivesTheSameBits(TrainingGraphs which) {
    Shape input = new Shape(5, 19, 17, 3);
    Map<String, float[]> one = bitsOfAStep(which.graph(), input, 1);
    for (int threads : List.of(2, 3, 5)) {
      bitsOfAStep(which.graph(), input, threads)
          .forEach((name, values) -> assertThat(values).as(name).isEqualTo(one.get(name)));
    }
  }

  private static Map<String, float[]> bitsOfAStep(Graph graph, Shape input, int threads) {
    try (WorkerPool pool = WorkerPool.create(threads)) {
      CpuTrainingPlan plan = plan(graph, input, TrainingOptions.defaults(), pool);
      Map<String, float[]> bits = new LinkedHashMap<>();
      bits.put("logits", step(plan, false));
      plan.gradients().forEach((name, tensor) -> bits.put(name, tensor.values()));
      plan.runningStatistics().forEach((name, tensor) -> bits.put(name, tensor.values()));
      return bits;
    }
  }

  private static CpuTrainingPlan plan(
      Graph graph, Shape input, TrainingOptions options, WorkerPool pool) {
    return CpuTrainingPlan.create(graph, NamedValues.weights(graph), input, options, pool);
  }

  private static float[] step(CpuTrainingPlan plan, boolean accumulate) {
    float[] logits = new float[Math.toIntExact(plan.outputShape().elements())];
    plan.forward(NamedValues.images("input", plan.inputShape()), logits);
    plan.backward(direction(plan.outputShape()), accumulate);
    return logits;
  }

  @Test
  void accumulatingABatchTwiceDoublesEveryGradient() {
    try (WorkerPool pool = WorkerPool.create(2)) {
      CpuTrainingPlan plan =
          plan(TrainingGraphs.LANES.graph(), INPUT, TrainingOptions.defaults(), pool);
      step(plan, false);
      Map<String, float[]> once = new HashMap<>();
      plan.gradients().forEach((name, tensor) -> once.put(name, tensor.values().clone()));
      step(plan, true);
      plan.gradients()
          .forEach((name, tensor) -> {
            for (int i = 0; i < tensor.values().length; i++) {
              assertThat(tensor.values()[i]).as(name).isEqualTo(2 * once.get(name)[i]);
            }
          });
    }
  }

  @Test
  void frozenParametersGetNoGradientAndTheOthersTheSameBits() {
    Graph graph = TrainingGraphs.LANES.graph();
    try (WorkerPool pool = WorkerPool.create(2)) {
      CpuTrainingPlan all = plan(graph, INPUT, TrainingOptions.defaults(), pool);
      CpuTrainingPlan some =
          plan(
              graph,
              INPUT,
              TrainingOptions.defaults()
                  .withFrozen(name -> name.startsWith("stem") || name.contains("one.conv2")),
              pool);
      step(all, false);
      step(some, false);
      assertThat(some.gradients()).doesNotContainKeys("stem.weight", "one.conv2.weight");
      assertThat(some.parameters()).containsKeys("stem.weight", "one.conv2.weight");
      assertThat(some.gradients()).containsKeys("one.conv1.weight", "fc.bias");
      some.gradients()
          .forEach((name, tensor) ->
              assertThat(tensor.values())
                  .as(name)
                  .isEqualTo(all.gradients().get(name).values())
                  .isNotEqualTo(new float[tensor.values().length]));
    }
  }

  @Test
  void nothingIsComputedBelowTheLowestParameterThatTrains() {
    Graph graph = TrainingGraphs.LANES.graph();
    try (WorkerPool pool = WorkerPool.create(1)) {
      TrainingOptions classifierOnly =
          TrainingOptions.defaults().withFrozen(name -> !name.startsWith("fc."));
      CpuTrainingPlan plan = plan(graph, INPUT, classifierOnly, pool);
      assertThat(plan.gradients().keySet()).containsExactly("fc.weight", "fc.bias");
      assertThat(plan.program().backward())
          .extracting(TrainingCompiler.NamedStep::name)
          .containsOnly("fc gradient");
    }
  }

  @Test
  void frozenBatchNormsMayRunAsInEvaluation() {
    Graph graph = TrainingGraphs.LANES.graph();
    Weights weights = NamedValues.weights(graph);
    TrainingOptions options =
        TrainingOptions.defaults()
            .withFrozen(
                name -> name.contains(".n.") || name.contains("bn") || name.contains("down.1"))
            .withFrozenBatchNormUsingRunningStatistics(true);
    Activation images = Activation.of(INPUT, NamedValues.images("input", INPUT));
    try (WorkerPool pool = WorkerPool.create(2)) {
      CpuTrainingPlan plan = CpuTrainingPlan.create(graph, weights, INPUT, options, pool);
      float[] logits = step(plan, false);
      double[] expected = new ReferenceExecutor(graph, weights).run(images).values();
      assertThat(difference(logits, expected)).isLessThan(1e-5);
      plan.runningStatistics()
          .forEach(
              (name, tensor) -> assertThat(tensor.values()).isEqualTo(weights.get(name).values()));
      float[] direction = direction(plan.outputShape());
      for (String name : List.of("stem.weight", "one.conv2.weight", "two.down.0.weight")) {
        float[] values = weights.get(name).values();
        float before = values[5];
        values[5] = before + 0x1p-12f;
        double above = dot(new ReferenceExecutor(graph, weights).run(images).values(), direction);
        values[5] = before - 0x1p-12f;
        double below = dot(new ReferenceExecutor(graph, weights).run(images).values(), direction);
        values[5] = before;
        assertThat((double) plan.gradients().get(name).values()[5])
            .as(name)
            .isCloseTo((above - below) / 0x1p-11, within(1e-3));
      }
    }
  }

  private static double dot(double[] a, float[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += a[i] * b[i];
    }
    return sum;
  }

  @Test
  void aBackwardPassNeedsItsForwardPass() {
    try (WorkerPool pool = WorkerPool.create(1)) {
      CpuTrainingPlan plan =
          plan(TrainingGraphs.NORMS.graph(), INPUT, TrainingOptions.defaults(), pool);
      float[] direction = direction(plan.outputShape());
      assertThatThrownBy(() -> plan.backward(direction)).isInstanceOf(IllegalStateException.class);
      step(plan, false);
      assertThatThrownBy(() -> plan.backward(direction)).isInstanceOf(IllegalStateException.class);
      plan.forward(NamedValues.images("input", INPUT), new float[direction.length]);
      plan.parametersChanged();
      assertThatThrownBy(() -> plan.backward(direction))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("forward pass with the present parameters");
    }
  }

  @Test
  void shortArraysAndBatchesWithoutVarianceAreRefused() {
    Graph graph = TrainingGraphs.NORMS.graph();
    try (WorkerPool pool = WorkerPool.create(1)) {
      CpuTrainingPlan plan = plan(graph, INPUT, TrainingOptions.defaults(), pool);
      assertThatThrownBy(() -> plan.forward(new float[5], new float[15]))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("the images need 567 values for [3, 9, 7, 3], but there are 5");
      assertThatThrownBy(() -> plan(graph, new Shape(1, 1, 1, 3), TrainingOptions.defaults(), pool))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("'n1' sees one value a channel");
      assertThatThrownBy(() -> TrainingOptions.defaults().withBatchNormMomentum(1.5))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("1.5");
    }
  }
}
