package org.resnext4j.engine.cpu.training;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

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
import org.resnext4j.engine.TrainingPlan;
import org.resnext4j.engine.cpu.kernel.Processor;
import org.resnext4j.engine.cpu.kernel.StridedGemm;
import org.resnext4j.engine.cpu.parallel.WorkerPool;
import org.resnext4j.engine.graph.Graph;
import org.resnext4j.engine.graph.Shape;
import org.resnext4j.engine.reference.Activation;
import org.resnext4j.engine.reference.ReferenceGradient;
import org.resnext4j.engine.tensor.Weights;

class CpuTrainingModelTest {

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
                CpuTrainingModelTest.class.getName())
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

  /** For {@link #withoutTheVectorApiTheErrorSaysWhatToDo}: makes a model. */
  static final class WithoutVectors {
    private WithoutVectors() {}

    public static void main(String[] arguments) {
      try (WorkerPool pool = WorkerPool.create(1)) {
        model(TrainingGraphs.NORMS.graph(), TrainingOptions.defaults(), pool);
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
      CpuTrainingModel model = CpuTrainingModel.create(graph, weights, options, pool);
      TrainingPlan plan = model.plan(INPUT);
      float[] logits = new float[direction.length];
      // Twice, so that nothing left over from a step spoils the next.
      for (int step = 0; step < 2; step++) {
        plan.forward(images);
        plan.read("fc", logits);
        plan.backward(Map.of("fc", direction), false);
      }
      float[] input = new float[images.length];
      plan.readInputGradient(input);
      double worst =
          Math.max(
              difference(input, gradients.get("input")),
              difference(logits, gradients.get("logits")));
      for (String name : model.gradients().slices().keySet()) {
        double here = difference(model.gradients().get(name).values(), gradients.get(name));
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
      CpuTrainingModel model = model(graph, TrainingOptions.defaults(), pool);
      Map<String, float[]> bits = new LinkedHashMap<>();
      bits.put("logits", step(model.plan(input)));
      bits.put("gradients", model.gradients().values());
      bits.put("statistics", model.runningStatistics().values());
      return bits;
    }
  }

  private static CpuTrainingModel model(Graph graph, TrainingOptions options, WorkerPool pool) {
    return CpuTrainingModel.create(graph, NamedValues.weights(graph), options, pool);
  }

  private static float[] step(TrainingPlan plan) {
    Shape shape = plan.outputShape("fc");
    float[] logits = new float[Math.toIntExact(shape.elements())];
    plan.forward(NamedValues.images("input", plan.inputShape()));
    plan.read("fc", logits);
    plan.backward(Map.of("fc", direction(shape)), false);
    return logits;
  }

  @Test
  void frozenParametersGetNoGradientAndTheOthersTheSameBits() {
    Graph graph = TrainingGraphs.LANES.graph();
    try (WorkerPool pool = WorkerPool.create(2)) {
      CpuTrainingModel all = model(graph, TrainingOptions.defaults(), pool);
      CpuTrainingModel some =
          model(
              graph,
              TrainingOptions.defaults()
                  .withFrozen(name -> name.startsWith("stem") || name.contains("one.conv2")),
              pool);
      step(all.plan(INPUT));
      step(some.plan(INPUT));
      assertThat(some.gradients().slices()).doesNotContainKeys("stem.weight", "one.conv2.weight");
      assertThat(some.parameters().slices()).containsKeys("stem.weight", "one.conv2.weight");
      assertThat(some.gradients().slices()).containsKeys("one.conv1.weight", "fc.bias");
      for (String name : some.gradients().slices().keySet()) {
        float[] values = some.gradients().get(name).values();
        assertThat(values)
            .as(name)
            .isEqualTo(all.gradients().get(name).values())
            .isNotEqualTo(new float[values.length]);
      }
    }
  }

  @Test
  void nothingIsComputedBelowTheLowestParameterThatTrains() {
    Graph graph = TrainingGraphs.LANES.graph();
    try (WorkerPool pool = WorkerPool.create(1)) {
      TrainingOptions classifierOnly =
          TrainingOptions.defaults().withFrozen(name -> !name.startsWith("fc."));
      CpuTrainingModel model = model(graph, classifierOnly, pool);
      assertThat(model.gradients().slices().keySet()).containsExactly("fc.weight", "fc.bias");
      assertThat(model.plan(INPUT, new ActivationMemory()).program().backward())
          .extracting(TrainingProgram.NamedStep::name)
          .containsOnly("fc gradient");
    }
  }

  @Test
  void aSmallerPlanTakesTheMemoryOfTheLargerOne() {
    Shape large = new Shape(4, 24, 24, 3);
    try (WorkerPool pool = WorkerPool.create(1)) {
      CpuTrainingModel model =
          model(TrainingGraphs.LANES.graph(), TrainingOptions.defaults(), pool);
      ActivationMemory memory = new ActivationMemory();
      TrainingPlan plan = model.plan(large, memory);
      float[] first = memory.array(0, 0);
      plan.resized(new Shape(4, 12, 16, 3));
      assertThat(memory.array(0, 0)).isSameAs(first);
      plan.resized(new Shape(5, 30, 30, 3));
      assertThat(memory.array(0, 0)).isNotSameAs(first);
    }
  }
}
