package org.resnext4j.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.resnext4j.engine.graph.Graph;
import org.resnext4j.engine.graph.Node;
import org.resnext4j.engine.graph.Op;
import org.resnext4j.engine.graph.Shape;
import org.resnext4j.engine.reference.Activation;
import org.resnext4j.engine.reference.ReferenceExecutor;

/** What holds for every backend: its outputs are those of the definitions in float64. */
class BackendTest {

  /** Backends, each with the error that it may make, relative to an output's largest value. */
  static Stream<Named<Backend>> backends() {
    return Stream.of(
        Named.of("processor, one thread", Backend.cpu(1)),
        Named.of("processor, three threads", Backend.cpu(3)),
        Named.of("reference", Backend.reference()));
  }

  /** A trunk of two stages with a small feature pyramid over it, and a fully connected head. */
  private static Graph pyramid() {
    Graph.Builder builder = new Graph.Builder();
    Node input = builder.add("input", new Op.Input(3));
    Node fine = convolution(builder, "fine", new Op.Conv2d(3, 20, 3, 2, 1, 1, true), input);
    Node coarse = convolution(builder, "coarse", new Op.Conv2d(20, 32, 3, 2, 1, 1, true), fine);
    Node top = builder.add("top", new Op.Conv2d(32, 16, 1, 1, 0, 1, true), coarse);
    Node lateral = builder.add("lateral", new Op.Conv2d(20, 16, 1, 1, 0, 1, true), fine);
    Node up = builder.add("up", new Op.UpsampleNearest(), top, lateral);
    Node merged = builder.add("merged", new Op.Add(), lateral, up);
    Node smooth = builder.add("smooth", new Op.Conv2d(16, 16, 3, 1, 1, 1, true), merged);
    builder.output("p3", smooth);
    builder.output("p4", top);
    builder.output("p5", builder.add("pool", new Op.MaxPool(1, 2, 0), top));
    return builder.build();
  }

  private static Graph head() {
    Graph.Builder builder = new Graph.Builder();
    Node input = builder.add("input", new Op.Input(16));
    Node hidden = builder.add("fc6", new Op.Linear(16, 7, 40), input);
    Node relu = builder.add("fc6.relu", new Op.Relu(), hidden);
    builder.output("classes", builder.add("cls_score", new Op.Linear(40, 5), relu));
    builder.output("boxes", builder.add("bbox_pred", new Op.Linear(40, 20), relu));
    return builder.build();
  }

  private static Node convolution(Graph.Builder builder, String name, Op.Conv2d op, Node input) {
    return builder.add(name + ".relu", new Op.Relu(), builder.add(name, op, input));
  }

  @ParameterizedTest
  @MethodSource("backends")
  void severalNamedOutputsAreThoseOfTheDefinitions(Backend backend) {
    try (backend) {
      check(backend, pyramid(), new Shape(1, 32, 48, 3));
      // Sides that no power of two divides: upsampling then repeats unevenly.
      check(backend, pyramid(), new Shape(2, 37, 29, 3));
      check(backend, head(), new Shape(9, 7, 7, 16));
    }
  }

  private static void check(Backend backend, Graph graph, Shape shape) {
    try (InferenceModel model = backend.compile(graph, NamedValues.weights(graph))) {
      checkPlan(graph, model.plan(shape));
    }
  }

  private static void checkPlan(Graph graph, InferencePlan plan) {
    float[] images = NamedValues.images("input", plan.inputShape());
    Map<String, Activation> expected =
        new ReferenceExecutor(graph, NamedValues.weights(graph))
            .runAll(Activation.of(plan.inputShape(), images));
    plan.run(images);
    graph
        .outputs()
        .forEach((name, node) -> {
          Activation wanted = expected.get(node.name());
          assertThat(plan.outputShape(name)).isEqualTo(wanted.shape());
          float[] actual = new float[wanted.values().length];
          plan.read(name, actual);
          double largest = 1e-3;
          for (double value : wanted.values()) {
            largest = Math.max(largest, Math.abs(value));
          }
          for (int i = 0; i < actual.length; i++) {
            if (!(Math.abs(actual[i] - wanted.values()[i]) <= 3e-5 * largest)) {
              assertThat((double) actual[i]).as("%s[%d]", name, i).isEqualTo(wanted.values()[i]);
            }
          }
        });
  }

  @ParameterizedTest
  @MethodSource("backends")
  void plansOfSeveralShapesTakeTurnsInTheSameMemory(Backend backend) {
    Graph graph = pyramid();
    try (backend;
        InferenceModel model = backend.compile(graph, NamedValues.weights(graph))) {
      InferencePlan large = model.plan(new Shape(1, 48, 64, 3));
      InferencePlan small = large.resized(new Shape(1, 21, 35, 3));
      InferencePlan larger = small.resized(new Shape(2, 64, 64, 3));
      for (int turn = 0; turn < 2; turn++) {
        checkPlan(graph, large);
        checkPlan(graph, small);
        checkPlan(graph, larger);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("backends")
  void mistakesAreNamed(Backend backend) {
    Graph graph = pyramid();
    try (backend;
        InferenceModel model = backend.compile(graph, NamedValues.weights(graph))) {
      InferencePlan plan = model.plan(new Shape(1, 8, 8, 3));
      assertThatThrownBy(() -> plan.run(new float[191]))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("192")
          .hasMessageContaining("191");
      plan.run(new float[192]);
      assertThatThrownBy(() -> plan.read("p3", new float[1]))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("256");
      assertThatThrownBy(() -> plan.read("p9", new float[9999]))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("'p9'")
          .hasMessageContaining("p3");
      assertThatThrownBy(() -> model.plan(new Shape(1, 8, 8, 4)))
          .hasMessageContaining("3 channels");
      InferenceOptions unknown = new InferenceOptions(false, List.of("conv9"));
      assertThatThrownBy(() -> backend.compile(graph, NamedValues.weights(graph), unknown))
          .hasMessageContaining("'conv9'");
    }
  }

  @Test
  void aGraphWithSeveralOutputsHasNoOnlyOne() {
    assertThat(pyramid().outputs().sequencedKeySet()).containsExactly("p3", "p4", "p5");
    assertThatThrownBy(() -> pyramid().output())
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("p4");
    assertThatThrownBy(() -> pyramid().output("p6")).hasMessageContaining("[p3, p4, p5]");
  }

  @Test
  void anUpsamplingRepeatsTheNearestPixelAsPyTorchDoes() {
    // torch.nn.functional.interpolate(torch.arange(3.).view(1, 1, 1, 3), size=(1, 7)): 0 0 0 1 1 2
    // 2
    int[] sources = new int[7];
    for (int i = 0; i < 7; i++) {
      sources[i] = Op.UpsampleNearest.source(i, 3, 7);
    }
    assertThat(sources).containsExactly(0, 0, 0, 1, 1, 2, 2);
  }
}
