package org.resnext4j.detection.network;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.resnext4j.engine.Backend;
import org.resnext4j.engine.InferenceModel;
import org.resnext4j.engine.InferencePlan;
import org.resnext4j.engine.graph.Graph;
import org.resnext4j.engine.graph.Op;
import org.resnext4j.engine.graph.Shape;
import org.resnext4j.engine.tensor.Tensor;
import org.resnext4j.engine.tensor.Weights;

/** Plans are kept for the shapes used last, and give what a plan made for the shape gives. */
class PlansTest {

  private static InferenceModel doubling(Backend backend) {
    Graph.Builder builder = new Graph.Builder();
    Op.Conv2d filter = new Op.Conv2d(1, 1, 1, 1, 0, 1);
    builder.output("twice", builder.add("filter", filter, builder.add("input", new Op.Input(1))));
    Graph graph = builder.build();
    Tensor two = new Tensor(List.of(1, 1, 1, 1), new float[] {2});
    return backend.compile(graph, Weights.of(graph, Map.of("filter.weight", two)));
  }

  private static float[] run(InferencePlan plan, float... values) {
    plan.run(values);
    float[] read = new float[values.length];
    plan.read("twice", read);
    return read;
  }

  @Test
  void aShapeHasOnePlanWhileItIsAmongTheLastUsed() {
    try (Backend backend = Backend.cpu(1);
        InferenceModel model = doubling(backend)) {
      Plans<InferencePlan> plans = Plans.of(model, 2);
      InferencePlan large = plans.of(new Shape(1, 1, 4, 1));
      InferencePlan small = plans.of(new Shape(1, 1, 2, 1));
      assertThat(plans.of(new Shape(1, 1, 4, 1))).isSameAs(large);
      assertThat(plans.of(new Shape(1, 1, 2, 1))).isSameAs(small);
      plans.of(new Shape(1, 1, 3, 1));
      assertThat(plans.count()).isEqualTo(2);
      assertThat(plans.of(new Shape(1, 1, 2, 1))).isSameAs(small);
    }
  }

  @Test
  void plansOfAnySizeAndOrderComputeTheirOwnShape() {
    try (Backend backend = Backend.cpu(1);
        InferenceModel model = doubling(backend)) {
      Plans<InferencePlan> plans = Plans.of(model, 4);
      assertThat(run(plans.of(new Shape(1, 1, 2, 1)), 1, 2)).containsExactly(2, 4);
      assertThat(run(plans.of(new Shape(1, 1, 4, 1)), 1, 2, 3, 4)).containsExactly(2, 4, 6, 8);
      assertThat(run(plans.of(new Shape(1, 2, 1, 1)), 5, 6)).containsExactly(10, 12);
      assertThat(run(plans.of(new Shape(1, 1, 2, 1)), 7, 8)).containsExactly(14, 16);
      assertThat(plans.count()).isEqualTo(3);
    }
  }
}
