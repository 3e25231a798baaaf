package org.resnext4j.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.resnext4j.engine.graph.Graph;
import org.resnext4j.engine.graph.Node;
import org.resnext4j.engine.graph.Op;
import org.resnext4j.engine.graph.Shape;
import org.resnext4j.engine.tensor.FlatTensors;
import org.resnext4j.engine.tensor.Weights;

/** What holds for every backend that trains: its gradients are the reference's. */
class TrainingBackendTest {

  /** Backends that are held to the reference. */
  static Stream<Named<Backend>> backends() {
    return Stream.of(
        Named.of("processor, one thread", Backend.cpu(1)),
        Named.of("processor, three threads", Backend.cpu(3)),
        Named.of("reference", Backend.reference()));
  }

  /** Relative to the largest value of a tensor; see {@code CpuTrainingModelTest}. */
  private static final double BOUND = 3e-5;

  private static final Shape INPUT = new Shape(2, 19, 22, 3);

  /**
   * A trunk with cardinality and a pyramid over it. Outputs lie behind a ReLU that others read, on
   * a batch norm in front of a ReLU, on a convolution in front of a batch norm, in the middle of a
   * sum, and twice on one node.
   */
  private static Graph pyramid() {
    Graph.Builder b = new Graph.Builder();
    Node x = b.add("input", new Op.Input(3));
    Node c1 = b.add("c1", new Op.Conv2d(3, 16, 3, 2, 1, 1), x);
    Node n1 = b.add("n1", new Op.BatchNorm(16), c1);
    Node r1 = b.add("r1", new Op.Relu(), n1);
    Node inner = b.add("b.conv1", new Op.Conv2d(16, 32, 1, 1, 0, 1), r1);
    inner = b.add("b.r1", new Op.Relu(), b.add("b.n1", new Op.BatchNorm(32), inner));
    Node grouped = b.add("b.conv2", new Op.Conv2d(32, 32, 3, 1, 1, 16), inner);
    Node norm = b.add("b.n2", new Op.BatchNorm(32), grouped);
    inner = b.add("b.r2", new Op.Relu(), norm);
    inner = b.add("b.n3", new Op.BatchNorm(16), b.add("b.conv3", conv1(32, 16), inner));
    Node sum = b.add("b.add", new Op.Add(), inner, r1);
    Node fine = b.add("b.relu", new Op.Relu(), sum);
    Node c2 = b.add("c2", new Op.Conv2d(16, 24, 3, 2, 1, 1), fine);
    Node coarse = b.add("r2", new Op.Relu(), b.add("n2", new Op.BatchNorm(24), c2));
    Node top = b.add("top", new Op.Conv2d(24, 8, 1, 1, 0, 1, true), coarse);
    Node lateral = b.add("lateral", new Op.Conv2d(16, 8, 1, 1, 0, 1, true), fine);
    Node up = b.add("up", new Op.UpsampleNearest(), top, lateral);
    Node merged = b.add("merged", new Op.Add(), lateral, up);
    Node smooth = b.add("smooth", new Op.Conv2d(8, 8, 3, 1, 1, 1, true), merged);
    b.output("p2", smooth);
    b.output("p3", top);
    b.output("p4", b.add("pool", new Op.MaxPool(1, 2, 0), top));
    b.output("again", top);
    b.output("before", c1);
    b.output("norm", norm);
    b.output("sum", sum);
    b.output("stem", r1);
    return b.build();
  }

  private static Op conv1(int in, int out) {
    return new Op.Conv2d(in, out, 1, 1, 0, 1);
  }

  /** A head of a detector: a shared convolution, or fully connected layers over a map. */
  private static Graph head() {
    Graph.Builder b = new Graph.Builder();
    Node hidden =
        b.add("conv", new Op.Conv2d(8, 8, 3, 1, 1, 1, true), b.add("in", new Op.Input(8)));
    hidden = b.add("relu", new Op.Relu(), hidden);
    b.output("scores", b.add("cls", new Op.Conv2d(8, 3, 1, 1, 0, 1, true), hidden));
    b.output("boxes", b.add("box", new Op.Conv2d(8, 12, 1, 1, 0, 1, true), hidden));
    return b.build();
  }

  private static Graph flattened() {
    Graph.Builder b = new Graph.Builder();
    Node hidden = b.add("fc6", new Op.Linear(6, 5, 40), b.add("in", new Op.Input(6)));
    hidden = b.add("fc6.relu", new Op.Relu(), hidden);
    b.output("classes", b.add("cls", new Op.Linear(40, 5), hidden));
    b.output("boxes", b.add("box", new Op.Linear(40, 20), hidden));
    return b.build();
  }

  /** What a user sees of some steps. */
  private record Seen(Map<String, float[]> values) {

    Seen() {
      this(new LinkedHashMap<>());
    }

    void put(String name, FlatTensors tensors) {
      tensors.slices().keySet().forEach(n -> values.put(name + " " + n, tensors.get(n).values()));
    }

    void assertClose(Seen expected) {
      assertThat(values.keySet()).isEqualTo(expected.values.keySet());
      values.forEach((name, actual) -> {
        float[] wanted = expected.values.get(name);
        double largest = 1e-2;
        double worst = 0;
        for (int i = 0; i < wanted.length; i++) {
          largest = Math.max(largest, Math.abs(wanted[i]));
          worst = Math.max(worst, Math.abs(actual[i] - wanted[i]));
        }
        assertThat(worst / largest).as(name).isLessThan(BOUND);
      });
    }
  }

  private static void forward(TrainingPlan plan, String seed) {
    plan.forward(NamedValues.images("input" + seed, plan.inputShape()));
  }

  private static float[] direction(TrainingPlan plan, String output, String seed) {
    double[] unit =
        NamedValues.unit(output + seed, Math.toIntExact(plan.outputShape(output).elements()));
    float[] direction = new float[unit.length];
    for (int i = 0; i < unit.length; i++) {
      direction[i] = (float) unit[i];
    }
    return direction;
  }

  private static Map<String, float[]> directions(TrainingPlan plan, List<String> of, String seed) {
    Map<String, float[]> directions = new LinkedHashMap<>();
    of.forEach(output -> directions.put(output, direction(plan, output, seed)));
    return directions;
  }

  private static float[] read(TrainingPlan plan, String output) {
    float[] values = new float[Math.toIntExact(plan.outputShape(output).elements())];
    plan.read(output, values);
    return values;
  }

  private static TrainingModel train(
      Backend backend, Graph graph, UnaryOperator<TrainingOptions> options) {
    return backend.train(
        graph, NamedValues.weights(graph), options.apply(TrainingOptions.defaults()));
  }

  /** Two steps with all outputs: outputs, gradients, statistics, the pictures' gradient. */
  private static Seen steps(
      Backend backend, Graph graph, Shape input, UnaryOperator<TrainingOptions> options) {
    Seen seen = new Seen();
    List<String> outputs = new ArrayList<>(graph.outputs().keySet());
    try (TrainingModel model =
        train(backend, graph, o -> options.apply(o).withInputGradient(true))) {
      TrainingPlan plan = model.plan(input);
      for (String step : List.of("a", "b")) {
        forward(plan, step);
        outputs.forEach(output -> seen.values().put(step + output, read(plan, output)));
        plan.backward(directions(plan, outputs, step), step.equals("b"));
        float[] pictures = new float[Math.toIntExact(input.elements())];
        plan.readInputGradient(pictures);
        seen.values().put(step + " pictures", pictures);
        seen.put(step, model.gradients());
        seen.put(step, model.runningStatistics());
      }
    }
    return seen;
  }

  private static void check(
      Backend backend, Graph graph, Shape input, UnaryOperator<TrainingOptions> options) {
    Seen expected = steps(Backend.reference(), graph, input, options);
    steps(backend, graph, input, options).assertClose(expected);
  }

  @ParameterizedTest
  @MethodSource("backends")
  void gradientsOfSeveralOutputsAreTheReferences(Backend backend) {
    try (backend) {
      check(backend, pyramid(), INPUT, o -> o);
      check(backend, flattened(), new Shape(7, 5, 5, 6), o -> o);
    }
  }

  @ParameterizedTest
  @MethodSource("backends")
  void batchNormsMayKeepTheirStatisticsWhetherTheyTrainOrNot(Backend backend) {
    try (backend) {
      check(backend, pyramid(), INPUT, o -> o.withFixedStatistics(norm -> true));
      check(backend, pyramid(), INPUT, o -> o.withFixedStatistics(norm -> norm.startsWith("b.")));
      check(
          backend,
          pyramid(),
          INPUT,
          o ->
              o.withFixedStatistics(norm -> true)
                  .withFrozen(name -> name.matches("(n|b\\.n).*|c1.weight")));
    }
  }

  @ParameterizedTest
  @MethodSource("backends")
  void fixedStatisticsStayAsTheyAre(Backend backend) {
    Graph graph = pyramid();
    Weights weights = NamedValues.weights(graph);
    try (backend;
        TrainingModel model = train(backend, graph, o -> o.withFixedStatistics(norm -> true))) {
      forward(model.plan(INPUT), "a");
      for (String name : model.runningStatistics().slices().keySet()) {
        assertThat(model.runningStatistics().get(name).values())
            .isEqualTo(weights.get(name).values());
      }
    }
  }

  @ParameterizedTest
  @MethodSource("backends")
  void anOutputWithoutAGradientCountsAsZero(Backend backend) {
    try (backend;
        TrainingModel some = train(backend, pyramid(), o -> o);
        TrainingModel zeros = train(backend, pyramid(), o -> o)) {
      TrainingPlan plan = some.plan(INPUT);
      TrainingPlan other = zeros.plan(INPUT);
      // First a step with all gradients, which must not come back.
      forward(plan, "a");
      plan.backward(directions(plan, List.of("p2", "p3", "p4", "again", "stem"), "a"), false);
      forward(plan, "a");
      plan.backward(directions(plan, List.of("p3"), "b"), false);
      Map<String, float[]> all = directions(other, List.of("p3"), "b");
      for (String output : pyramid().outputs().keySet()) {
        all.computeIfAbsent(
            output, name -> new float[Math.toIntExact(other.outputShape(name).elements())]);
      }
      forward(other, "a");
      other.backward(all, false);
      Seen seen = new Seen();
      seen.put("", some.gradients());
      Seen expected = new Seen();
      expected.put("", zeros.gradients());
      seen.assertClose(expected);
    }
  }

  /** As a detector's head is run on the levels of a pyramid: all forward, then all backward. */
  @SuppressWarnings(
      "ReferenceEquality") // The first plan itself replaces the gradients, the others add.
  private static Seen levels(Backend backend) {
    Seen seen = new Seen();
    try (TrainingModel model = train(backend, head(), o -> o.withInputGradient(true))) {
      List<TrainingPlan> plans = new ArrayList<>();
      for (int side : List.of(17, 9, 5, 3, 2)) {
        plans.add(model.plan(new Shape(1, side, side + 1, 8)));
      }
      plans.forEach(plan -> forward(plan, ""));
      boolean accumulate = false;
      for (TrainingPlan plan : plans) {
        String level = plan.inputShape().toString();
        seen.values().put("scores " + level, read(plan, "scores"));
        plan.backward(directions(plan, List.of("scores", "boxes"), ""), accumulate);
        accumulate = true;
        float[] pictures = new float[Math.toIntExact(plan.inputShape().elements())];
        plan.readInputGradient(pictures);
        seen.values().put("map " + level, pictures);
      }
      seen.put("", model.gradients());
    }
    return seen;
  }

  @ParameterizedTest
  @MethodSource("backends")
  void severalPlansOfOneModelAddToTheSameGradients(Backend backend) {
    try (backend) {
      levels(backend).assertClose(levels(Backend.reference()));
    }
  }

  @ParameterizedTest
  @MethodSource("backends")
  void anotherSizeGoesOnWithTheSameParameters(Backend backend) {
    try (backend;
        TrainingModel model = train(backend, head(), o -> o)) {
      TrainingPlan large = model.plan(new Shape(2, 9, 9, 8));
      TrainingPlan small = large.resized(new Shape(2, 6, 6, 8));
      for (float value : List.of(0.5f, 0f)) {
        Arrays.fill(model.parameters().values(), value);
        model.parametersChanged();
        for (TrainingPlan plan : List.of(large, small)) {
          plan.forward(new float[2 * 9 * 9 * 8]);
          // All weights and biases are one value: 8 channels of it, times it, plus it.
          assertThat(read(plan, "scores")).containsOnly(8 * value * value + value);
        }
      }
    }
  }

  @Test
  void aPlanThatSharesMemoryEndsWhatTheOtherCouldRead() {
    try (Backend backend = Backend.cpu(1);
        TrainingModel model = train(backend, head(), o -> o)) {
      TrainingPlan large = model.plan(new Shape(1, 9, 9, 8));
      TrainingPlan small = large.resized(new Shape(1, 6, 6, 8));
      forward(large, "");
      forward(small, "");
      read(small, "scores");
      assertThatThrownBy(() -> read(large, "scores"))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("another plan that shares this plan's memory ran since");
      assertThatThrownBy(() -> large.backward(Map.of(), false))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("another plan");
    }
  }

  @ParameterizedTest
  @MethodSource("backends")
  void accumulatingABatchTwiceDoublesEveryGradient(Backend backend) {
    try (backend;
        TrainingModel model = train(backend, pyramid(), o -> o.withFixedStatistics(n -> true))) {
      TrainingPlan plan = model.plan(INPUT);
      forward(plan, "");
      plan.backward(directions(plan, List.of("p2", "norm"), ""), false);
      float[] once = model.gradients().values().clone();
      forward(plan, "");
      plan.backward(directions(plan, List.of("p2", "norm"), ""), true);
      float[] twice = model.gradients().values();
      for (int i = 0; i < once.length; i++) {
        assertThat(twice[i]).isEqualTo(2 * once[i]);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("backends")
  void aBackwardPassNeedsItsForwardPass(Backend backend) {
    try (backend;
        TrainingModel model = train(backend, head(), o -> o)) {
      TrainingPlan plan = model.plan(new Shape(1, 4, 4, 8));
      Map<String, float[]> gradients = directions(plan, List.of("scores"), "");
      assertThatThrownBy(() -> plan.backward(gradients, false))
          .isInstanceOf(IllegalStateException.class);
      assertThatThrownBy(() -> read(plan, "scores")).isInstanceOf(IllegalStateException.class);
      forward(plan, "");
      plan.backward(gradients, false);
      assertThatThrownBy(() -> plan.backward(gradients, false))
          .isInstanceOf(IllegalStateException.class);
      forward(plan, "");
      model.parametersChanged();
      assertThatThrownBy(() -> plan.backward(gradients, false))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("forward pass with the present parameters");
    }
  }

  @ParameterizedTest
  @MethodSource("backends")
  void whatDoesNotFitIsRefusedByName(Backend backend) {
    try (backend;
        TrainingModel model = train(backend, head(), o -> o)) {
      TrainingPlan plan = model.plan(new Shape(1, 4, 4, 8));
      assertThatThrownBy(() -> plan.forward(new float[5]))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("the pictures need 128 values for [1, 4, 4, 8], but there are 5");
      forward(plan, "");
      assertThatThrownBy(() -> plan.read("scores", new float[5]))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("output 'scores' need 48 values");
      assertThatThrownBy(() -> plan.read("masks", new float[5]))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("no output named 'masks'; it has [scores, boxes]");
      assertThatThrownBy(() -> plan.backward(Map.of("boxes", new float[5]), false))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("output 'boxes' need 192 values");
      assertThatThrownBy(() -> plan.readInputGradient(new float[128]))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("not asked for");
    }
  }

  @Test
  void aBatchWithoutVarianceIsRefusedUnlessStatisticsAreFixed() {
    Graph.Builder b = new Graph.Builder();
    b.add("norm", new Op.BatchNorm(3), b.add("in", new Op.Input(3)));
    Graph graph = b.build();
    try (Backend backend = Backend.cpu(1);
        TrainingModel model = train(backend, graph, o -> o);
        TrainingModel fixed = train(backend, graph, o -> o.withFixedStatistics(n -> true))) {
      assertThatThrownBy(() -> model.plan(new Shape(1, 1, 1, 3)))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("'norm' sees one value a channel");
      fixed.plan(new Shape(1, 1, 1, 3)).forward(new float[3]);
      assertThatThrownBy(() -> TrainingOptions.defaults().withBatchNormMomentum(1.5))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("1.5");
    }
  }

  @Test
  void flatTensorsLieOneBehindAnother() {
    Graph graph = head();
    try (Backend backend = Backend.reference();
        TrainingModel model = train(backend, graph, o -> o)) {
      FlatTensors flat = model.parameters();
      int end = 0;
      for (Map.Entry<String, FlatTensors.Slice> entry : flat.slices().entrySet()) {
        assertThat(entry.getValue().offset()).isEqualTo(end);
        assertThat(entry.getValue().shape())
            .isEqualTo(graph.parameters().get(entry.getKey()).shape());
        end = entry.getValue().end();
      }
      assertThat(flat.values()).hasSize(end);
      flat.values()[flat.slice("cls.bias").offset() + 1] = 7;
      assertThat(flat.get("cls.bias").values()[1]).isEqualTo(7);
      assertThat(model.weights().get("cls.bias").values()[1]).isEqualTo(7);
      assertThatThrownBy(() -> flat.set("cls.bias", flat.get("box.bias")))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("cls.bias: expected shape [3], found [12]");
      assertThatThrownBy(() -> flat.get("fc"))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("there is no tensor named 'fc'");
    }
  }
}
