package org.resnext4j.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.resnext4j.engine.graph.Graph;
import org.resnext4j.engine.graph.Shape;
import org.resnext4j.engine.reference.Activation;
import org.resnext4j.engine.reference.ReferenceExecutor;

/** Inference of every training graph is that of the definitions, at even and odd sizes. */
class AttentionInferenceTest {

  @ParameterizedTest
  @EnumSource(TrainingGraphs.class)
  void outputsAreThoseOfTheDefinitions(TrainingGraphs which) {
    Graph graph = which.graph();
    try (Backend backend = Backend.cpu(2);
        InferenceModel model = backend.compile(graph, NamedValues.weights(graph))) {
      for (Shape shape : List.of(new Shape(2, 16, 16, 3), new Shape(1, 13, 11, 3))) {
        float[] images = NamedValues.images("input", shape);
        double[] wanted =
            new ReferenceExecutor(graph, NamedValues.weights(graph))
                .run(Activation.of(shape, images))
                .values();
        InferencePlan plan = model.plan(shape);
        float[] actual = new float[wanted.length];
        plan.run(images);
        plan.read("fc", actual);
        double largest = 1e-3;
        for (double value : wanted) {
          largest = Math.max(largest, Math.abs(value));
        }
        for (int i = 0; i < wanted.length; i++) {
          assertThat(Math.abs(actual[i] - wanted[i])).as("fc[%d]", i).isLessThan(5e-5 * largest);
        }
      }
    }
  }
}
