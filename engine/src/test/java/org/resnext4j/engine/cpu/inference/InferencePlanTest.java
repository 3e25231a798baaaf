package org.resnext4j.engine.cpu.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.resnext4j.engine.Backend;
import org.resnext4j.engine.InferenceModel;
import org.resnext4j.engine.InferenceOptions;
import org.resnext4j.engine.InferencePlan;
import org.resnext4j.engine.NamedValues;
import org.resnext4j.engine.cpu.kernel.Kernels;
import org.resnext4j.engine.cpu.kernel.ScalarKernels;
import org.resnext4j.engine.cpu.kernel.VectorKernels;
import org.resnext4j.engine.cpu.parallel.WorkerPool;
import org.resnext4j.engine.graph.Graph;
import org.resnext4j.engine.graph.Node;
import org.resnext4j.engine.graph.Op;
import org.resnext4j.engine.graph.Shape;
import org.resnext4j.engine.reference.Activation;
import org.resnext4j.engine.reference.ReferenceExecutor;

/** Compiled networks against the plain executor in float64. */
class InferencePlanTest {

  /**
   * Bottlenecks of any cardinality and width, on pictures of odd sizes, on every kind of kernel.
   */
  @Property(tries = 60)
  void anyBottleneckIsWhatTheGraphSays(
      @ForAll @IntRange(min = 0, max = 12) int which,
      @ForAll @IntRange(min = 1, max = 2) int stride,
      @ForAll @IntRange(min = 1, max = 2) int batch,
      @ForAll @IntRange(min = 3, max = 9) int height,
      @ForAll @IntRange(min = 3, max = 9) int width,
      @ForAll boolean exact,
      @ForAll boolean pairs) {
    int[][] forms = {
      {1, 5}, {1, 32}, {2, 40}, {3, 7}, {4, 4}, {4, 24}, {8, 14}, {32, 4}, {20, 3}, {2, 64},
      {64, 1}, {16, 16}, {2, 160}
    };
    Graph graph = bottleneck(forms[which][0], forms[which][1], stride);
    check(graph, new Shape(batch, height, width, 3), exact, new VectorKernels(pairs));
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void wideLayersAreWhatTheGraphSays(boolean pairs) {
    check(wide(), new Shape(2, 7, 9, 3), false, new VectorKernels(pairs));
    check(wide(), new Shape(1, 16, 16, 3), false, new VectorKernels(pairs));
  }

  @Test
  void thePlainKernelsRunTheSameNetworks() {
    check(bottleneck(32, 4, 2), new Shape(1, 7, 8, 3), false, new ScalarKernels(8));
    check(bottleneck(2, 64, 1), new Shape(2, 5, 5, 3), false, new ScalarKernels(8));
  }

  /** What the family seldom needs: sums of many, lone norms, concatenation, odd readers. */
  @Test
  void everyLegalGraphRuns() {
    Graph.Builder builder = new Graph.Builder();
    Node input = builder.add("input", new Op.Input(3));
    Node norm = builder.add("norm", new Op.BatchNorm(3), input);
    Node relu = builder.add("relu", new Op.Relu(), norm);
    Node left = builder.add("left", new Op.Conv2d(3, 6, 3, 1, 1, 3, true), relu);
    Node middle = builder.add("middle", new Op.Conv2d(3, 6, 1, 1, 0, 1, true), relu);
    Node right = builder.add("right", new Op.Conv2d(3, 6, 5, 1, 2, 1), input);
    Node sum = builder.add("sum", new Op.Add(), left, middle, right);
    Node twice = builder.add("twice", new Op.Add(), sum, sum);
    Node both = builder.add("both", new Op.Concat(), twice, relu, left);
    Node norm2 = builder.add("norm2", new Op.BatchNorm(15), both);
    Node relu2 = builder.add("relu2", new Op.Relu(), norm2);
    Node chained = builder.add("chained", new Op.Conv2d(15, 30, 3, 2, 1, 15), relu2);
    Node again = builder.add("again", new Op.Conv2d(30, 15, 2, 1, 1, 5), chained);
    Node pool = builder.add("pool", new Op.MaxPool(3, 2, 1), again);
    Node kept = builder.add("subsample", new Op.Subsample(2, 2, 3), pool);
    Node mean = builder.add("mean", new Op.GlobalAveragePool(), kept);
    builder.add("fc", new Op.Linear(20, 7), mean);
    Graph graph = builder.build();
    check(graph, new Shape(2, 11, 13, 3), false, new VectorKernels(false));
    check(graph, new Shape(1, 8, 8, 3), true, new ScalarKernels(4));
  }

  @Test
  void aWarmPassAllocatesNothing() {
    Graph graph = bottleneck(32, 4, 1);
    Shape shape = new Shape(1, 16, 16, 3);
    float[] images = NamedValues.images("input", shape);
    try (Backend backend = Backend.cpu(1)) {
      InferencePlan plan = backend.compile(graph, NamedValues.weights(graph)).plan(shape);
      float[] logits = new float[Math.toIntExact(plan.outputShape("fc").elements())];
      ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
      // Vectors are objects until C2 has compiled the kernels.
      long least = Long.MAX_VALUE;
      for (int i = 0; i < 3000 && least > 0; i++) {
        long before = threads.getCurrentThreadAllocatedBytes();
        plan.run(images);
        plan.read("fc", logits);
        least = Math.min(least, threads.getCurrentThreadAllocatedBytes() - before);
      }
      assertThat(least).isZero();
    }
  }

  /** Batches whose activations outgrow the cache go through the network part by part. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aPictureGetsTheSameBitsAloneAndInAnyBatch(boolean pairs) {
    comparePicturesWithTheirBatch(bottleneck(32, 4, 1), 96, pairs);
    comparePicturesWithTheirBatch(bottleneck(2, 160, 1), 10, pairs);
    comparePicturesWithTheirBatch(wide(), 7, pairs);
    comparePicturesWithTheirBatch(wide(), 96, pairs);
  }

  private static void comparePicturesWithTheirBatch(Graph graph, int side, boolean pairs) {
    String kept = graph.nodes().get(graph.nodes().size() / 2).name();
    int length = side * side * 3;
    float[] pictures = new float[6 * length];
    for (int i = 0; i < pictures.length; i++) {
      pictures[i] = (i * 31 % 201 - 100) / 100f;
    }
    try (WorkerPool pool = WorkerPool.create(1)) {
      CpuInferenceModel model =
          CpuInferenceModel.compile(
              graph,
              NamedValues.weights(graph),
              new InferenceOptions(false, List.of(kept)),
              pool,
              new VectorKernels(pairs));
      InferencePlan one = model.plan(new Shape(1, side, side, 3));
      InferencePlan six = model.plan(new Shape(6, side, side, 3));
      six.run(pictures);
      float[] logits = outputOf(six, graph.output().name());
      float[] maps = outputOf(six, kept);
      for (int i = 0; i < 6; i++) {
        one.run(Arrays.copyOfRange(pictures, i * length, (i + 1) * length));
        assertThat(part(logits, i, 6)).isEqualTo(outputOf(one, graph.output().name()));
        assertThat(part(maps, i, 6)).isEqualTo(outputOf(one, kept));
      }
    }
  }

  private static float[] outputOf(InferencePlan plan, String name) {
    float[] output = new float[Math.toIntExact(plan.outputShape(name).elements())];
    plan.read(name, output);
    return output;
  }

  private static float[] part(float[] values, int part, int parts) {
    int length = values.length / parts;
    return Arrays.copyOfRange(values, part * length, (part + 1) * length);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void theNumberOfThreadsDoesNotChangeABit(boolean pairs) {
    compareNumbersOfThreads(bottleneck(2, 64, 1), pairs);
    compareNumbersOfThreads(wide(), pairs);
  }

  private static void compareNumbersOfThreads(Graph graph, boolean pairs) {
    Kernels kernels = new VectorKernels(pairs);
    Shape shape = new Shape(2, 17, 19, 3);
    float[] one = run(graph, shape, 1, kernels);
    assertThat(run(graph, shape, 2, kernels)).isEqualTo(one);
    assertThat(run(graph, shape, 5, kernels)).isEqualTo(one);
  }

  @Test
  void manyThreadsShareOneModelAndOnePool() throws Exception {
    Graph graph = bottleneck(8, 4, 2);
    Shape shape = new Shape(1, 9, 9, 3);
    float[] expected = run(graph, shape, 1, Kernels.best());
    try (Backend backend = Backend.cpu(2);
        InferenceModel model = backend.compile(graph, NamedValues.weights(graph));
        var executor = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<float[]>> results = new ArrayList<>();
      for (int user = 0; user < 8; user++) {
        results.add(
            executor.submit(() -> {
              InferencePlan plan = model.plan(shape);
              for (int i = 0; i < 10; i++) {
                plan.run(NamedValues.images("input", shape));
              }
              return outputOf(plan, "fc");
            }));
      }
      for (Future<float[]> result : results) {
        assertThat(result.get()).isEqualTo(expected);
      }
    }
  }

  @Test
  void mistakesAreNamed() {
    Graph graph = bottleneck(2, 4, 1);
    InferenceOptions unknown = new InferenceOptions(false, List.of("conv9"));
    try (Backend backend = Backend.cpu(1)) {
      assertThatThrownBy(() -> backend.compile(graph, NamedValues.weights(graph), unknown))
          .hasMessageContaining("'conv9'");
      InferenceModel model = backend.compile(graph, NamedValues.weights(graph));
      InferencePlan plan = model.plan(new Shape(1, 8, 8, 3));
      assertThatThrownBy(() -> plan.run(new float[191]))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("192")
          .hasMessageContaining("191");
      assertThatThrownBy(() -> plan.read("block0.2.conv", new float[9999]))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("keptOutputs");
      assertThatThrownBy(() -> model.plan(new Shape(1, 8, 8, 4)))
          .hasMessageContaining("3 channels");
      assertThatThrownBy(() -> model.plan(new Shape(1 << 20, 64, 64, 3)))
          .hasMessageContaining("smaller batch");
    }
  }

  /** In a virtual machine of its own: without the Vector API the plain kernels run, and say so. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void withoutTheVectorApiThePlainKernelsRunAndWarnOnce(boolean vectors)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    if (vectors) {
      command.add("--add-modules=jdk.incubator.vector");
    }
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), Probe.class.getName()));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(output).isZero();
    assertThat(output).contains("logits agree");
    assertThat(output.split("many times slower", -1)).hasSize(vectors ? 1 : 2);
    assertThat(output).contains("bounds checks " + (vectors ? "0" : "null"));
  }

  /** Run by the test above. */
  static final class Probe {

    private Probe() {}

    public static void main(String[] arguments) {
      check(bottleneck(4, 4, 1), new Shape(1, 5, 6, 3), false, Kernels.best());
      check(bottleneck(2, 4, 1), new Shape(1, 5, 6, 3), false, Kernels.best());
      System.out.println("logits agree");
      System.out.println(
          "bounds checks " + System.getProperty("jdk.incubator.vector.VECTOR_ACCESS_OOB_CHECK"));
    }
  }

  private static float[] run(Graph graph, Shape shape, int threads, Kernels kernels) {
    try (WorkerPool pool = WorkerPool.create(threads)) {
      InferenceOptions options = InferenceOptions.defaults();
      InferencePlan plan =
          CpuInferenceModel.compile(graph, NamedValues.weights(graph), options, pool, kernels)
              .plan(shape);
      plan.run(NamedValues.images("input", shape));
      return outputOf(plan, graph.output().name());
    }
  }

  /** A network of one block, with both kinds of shortcut. */
  private static Graph bottleneck(int cardinality, int width, int stride) {
    int inner = cardinality * width;
    Graph.Builder builder = new Graph.Builder();
    Node input = builder.add("input", new Op.Input(3));
    Node x = relu(builder, "stem", norm(builder, "stem", new Op.Conv2d(3, 12, 3, 1, 1, 1), input));
    for (int block = 0; block < 2; block++) {
      String name = "block" + block;
      int channels = block == 0 ? 12 : 24;
      int step = block == 0 ? stride : 1;
      Node y = norm(builder, name + ".1", new Op.Conv2d(channels, inner, 1, 1, 0, 1), x);
      y = relu(builder, name + ".1", y);
      y = norm(builder, name + ".2", new Op.Conv2d(inner, inner, 3, step, 1, cardinality), y);
      y = relu(builder, name + ".2", y);
      y = norm(builder, name + ".3", new Op.Conv2d(inner, 24, 1, 1, 0, 1), y);
      Node shortcut =
          block == 0 ? norm(builder, name + ".down", new Op.Conv2d(12, 24, 1, step, 0, 1), x) : x;
      x = relu(builder, name, builder.add(name + ".add", new Op.Add(), y, shortcut));
    }
    Node mean = builder.add("avgpool", new Op.GlobalAveragePool(), x);
    builder.add("fc", new Op.Linear(24, 10), mean);
    return builder.build();
  }

  /** A network whose layers are large enough to be computed in pairs. */
  private static Graph wide() {
    Graph.Builder builder = new Graph.Builder();
    Node input = builder.add("input", new Op.Input(3));
    Node x = relu(builder, "stem", norm(builder, "stem", new Op.Conv2d(3, 64, 3, 1, 1, 1), input));
    Node wide = norm(builder, "wide", new Op.Conv2d(64, 256, 1, 1, 0, 1), x);
    Node y = relu(builder, "deep", norm(builder, "deep", new Op.Conv2d(64, 64, 3, 2, 1, 1), x));
    y = norm(builder, "again", new Op.Conv2d(64, 256, 1, 1, 0, 1), y);
    Node smaller = builder.add("smaller", new Op.Subsample(2, 0, 0), wide);
    x = relu(builder, "sum", builder.add("sum.add", new Op.Add(), y, smaller));
    Node mean = builder.add("avgpool", new Op.GlobalAveragePool(), x);
    builder.add("fc", new Op.Linear(256, 10), mean);
    return builder.build();
  }

  private static Node norm(Graph.Builder builder, String name, Op.Conv2d op, Node input) {
    Node convolution = builder.add(name + ".conv", op, input);
    return builder.add(name + ".bn", new Op.BatchNorm(op.outputChannels()), convolution);
  }

  private static Node relu(Graph.Builder builder, String name, Node input) {
    return builder.add(name + ".relu", new Op.Relu(), input);
  }

  /** Compares the output and, in a second compilation that keeps them, that of every node. */
  private static void check(Graph graph, Shape shape, boolean exact, Kernels kernels) {
    float[] images = NamedValues.images("input", shape);
    var expected =
        new ReferenceExecutor(graph, NamedValues.weights(graph))
            .runAll(Activation.of(shape, images));
    List<String> every = graph.nodes().stream().skip(1).map(Node::name).toList();
    for (List<String> kept : List.of(List.<String>of(), every)) {
      try (WorkerPool pool = WorkerPool.create(2)) {
        InferenceOptions options = new InferenceOptions(exact, kept);
        InferencePlan plan =
            CpuInferenceModel.compile(graph, NamedValues.weights(graph), options, pool, kernels)
                .plan(shape);
        // Twice: what the first run left behind must not show in the second.
        plan.run(images);
        plan.run(images);
        String last = graph.output().name();
        assertClose(last, outputOf(plan, last), expected.get(last));
        for (String name : kept) {
          assertClose(name, outputOf(plan, name), expected.get(name));
        }
      }
    }
  }

  private static void assertClose(String name, float[] actual, Activation expected) {
    double largest = 1;
    for (double value : expected.values()) {
      largest = Math.max(largest, Math.abs(value));
    }
    for (int i = 0; i < actual.length; i++) {
      if (!(Math.abs(actual[i] - expected.values()[i]) <= 2e-5 * largest)) {
        assertThat((double) actual[i]).as("%s[%d]", name, i).isEqualTo(expected.values()[i]);
      }
    }
  }
}
