package org.resnext4j.engine;

import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.resnext4j.engine.graph.Graph;
import org.resnext4j.engine.graph.Shape;
import org.resnext4j.engine.tensor.Tensor;
import org.resnext4j.engine.tensor.Weights;

/**
 * The weights and inputs of the shared fixtures: every value a function of a name and an index
 * (their README gives it in words), so that no weights are shipped.
 */
public final class NamedValues {

  private NamedValues() {}

  /** Uniform values in [-1, 1): FNV-1a of the name seeds SplitMix64. */
  public static double[] unit(String name, int count) {
    long seed = 0xcbf29ce484222325L;
    for (byte b : name.getBytes(StandardCharsets.UTF_8)) {
      seed = (seed ^ (b & 0xff)) * 0x100000001b3L;
    }
    double[] values = new double[count];
    for (int i = 0; i < count; i++) {
      long z = seed + (i + 1) * 0x9e3779b97f4a7c15L;
      z = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
      z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
      z ^= z >>> 31;
      values[i] = (z >>> 40) / (double) (1 << 23) - 1;
    }
    return values;
  }

  /** The fixtures' weights for a graph. */
  public static Weights weights(Graph graph) {
    Map<String, Tensor> tensors = new HashMap<>();
    graph
        .parameters()
        .forEach((name, parameter) -> {
          List<Integer> shape = parameter.shape();
          double scale =
              switch (parameter.role()) {
                case CONVOLUTION_WEIGHT -> Math.sqrt(6.0 * shape.getFirst() / parameter.elements());
                case LINEAR_WEIGHT -> Math.sqrt(3.0 / shape.get(1));
                case CONVOLUTION_BIAS, LINEAR_BIAS -> 0.01;
                case NORM_WEIGHT -> 0.2;
                case NORM_BIAS, RUNNING_MEAN -> 0.1;
                case RUNNING_VARIANCE -> 0.5;
              };
          double offset =
              switch (parameter.role()) {
                case NORM_WEIGHT, RUNNING_VARIANCE -> 1;
                default -> 0;
              };
          double factor = name.contains(".bn3.") && name.endsWith(".weight") ? 0.25 : 1;
          Tensor tensor = Tensor.zeros(shape);
          double[] units = unit(name, tensor.values().length);
          for (int i = 0; i < units.length; i++) {
            tensor.values()[i] = (float) (factor * (offset + scale * units[i]));
          }
          tensors.put(name, tensor);
        });
    return Weights.of(graph, tensors);
  }

  /** Pictures of a name (the fixtures' {@code input}), {@code [batch, height, width, channels]}. */
  public static float[] images(String name, Shape shape) {
    double[] units = unit(name, Math.toIntExact(shape.elements()));
    float[] values = new float[units.length];
    int plane = shape.height() * shape.width();
    for (int picture = 0; picture < shape.batch(); picture++) {
      for (int pixel = 0; pixel < plane; pixel++) {
        for (int c = 0; c < shape.channels(); c++) {
          // The fixtures index in PyTorch's order: [batch, channels, height, width].
          values[(picture * plane + pixel) * shape.channels() + c] =
              (float) (2 * units[(picture * shape.channels() + c) * plane + pixel]);
        }
      }
    }
    return values;
  }
}
