package org.resnext4j.engine.reference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.SequencedMap;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.resnext4j.engine.NamedValues;
import org.resnext4j.engine.TrainingGraphs;
import org.resnext4j.engine.graph.Graph;
import org.resnext4j.engine.graph.Shape;

class ReferenceGradientTest {

  private static final double STEP = 1e-6;

  // Wide groups are the same loops as narrow ones here, only longer.
  @ParameterizedTest
  @EnumSource(
      value = TrainingGraphs.class,
      mode = EnumSource.Mode.EXCLUDE,
      names = {"WIDE_GROUPS", "MANY_WEIGHTS"})
  void everyGradientIsTheLimitOfFiniteDifferences(TrainingGraphs which) {
    Graph graph = which.graph();
    Shape shape = new Shape(2, 7, 6, 3);
    ReferenceGradient reference = new ReferenceGradient(graph, NamedValues.weights(graph));
    Activation images = Activation.of(shape, NamedValues.images("input", shape));
    Shape out = reference.forward(images).shape();
    double[] direction = NamedValues.unit("direction", Math.toIntExact(out.elements()));
    SequencedMap<String, double[]> gradients = reference.backward(new Activation(out, direction));
    double[] inputGradient = reference.inputGradient().values().clone();
    gradients.forEach((name, gradient) ->
        compare(name, reference, images, direction, reference.parameters().get(name), gradient));
    compare("input", reference, images, direction, images.values(), inputGradient);
  }

  private static void compare(
      String name,
      ReferenceGradient reference,
      Activation images,
      double[] direction,
      double[] values,
      double[] gradient) {
    // All small tensors in full; of large ones, values spread over the whole.
    int stride = Math.max(1, values.length / 40);
    for (int i = 0; i < values.length; i += stride) {
      double before = values[i];
      values[i] = before + STEP;
      double above = dot(reference.forward(images).values(), direction);
      values[i] = before - STEP;
      double below = dot(reference.forward(images).values(), direction);
      values[i] = before;
      assertThat((above - below) / (2 * STEP))
          .as("%s[%d]", name, i)
          .isCloseTo(gradient[i], within(1e-6 * (1 + largest(gradient))));
    }
  }

  private static double largest(double[] values) {
    return Arrays.stream(values).map(Math::abs).max().orElseThrow();
  }

  private static double dot(double[] a, double[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += a[i] * b[i];
    }
    return sum;
  }
}
