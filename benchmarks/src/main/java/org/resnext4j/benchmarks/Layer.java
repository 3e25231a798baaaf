package org.resnext4j.benchmarks;

import java.util.Arrays;
import org.resnext4j.engine.graph.Graph;
import org.resnext4j.engine.graph.Node;
import org.resnext4j.engine.graph.Op;
import org.resnext4j.engine.graph.Shape;

/**
 * A row of equal convolutions, each followed by ReLU. The row is long enough that the work done
 * once (packing the input's channels for the kernel, returning the output) does not hide the
 * kernel's time.
 *
 * @param map height and width of the map, in pixels
 * @param channels number of input channels and of output channels
 * @param kernel height and width of a filter
 * @param groups number of groups
 */
record Layer(int map, int channels, int kernel, int groups) {

  /** Approximate number of weights of a row. Convolutions with few weights form a longer row. */
  private static final int WEIGHTS = 1 << 22;

  /** Parses a layer such as {@code 56x56 128 3x3 32}: map, channels, kernel, groups. */
  static Layer parse(String text) {
    int[] numbers = Arrays.stream(text.split("[x ]")).mapToInt(Integer::parseInt).toArray();
    return new Layer(numbers[0], numbers[2], numbers[3], numbers[5]);
  }

  private int chain() {
    return Math.clamp(WEIGHTS / (channels * channels * kernel * kernel / groups), 8, 32);
  }

  Graph graph() {
    Graph.Builder builder = new Graph.Builder();
    Node node = builder.add("input", new Op.Input(channels));
    Op.Conv2d convolution = new Op.Conv2d(channels, channels, kernel, 1, kernel / 2, groups, true);
    for (int i = 0; i < chain(); i++) {
      node = builder.add("relu" + i, new Op.Relu(), builder.add("conv" + i, convolution, node));
    }
    return builder.build();
  }

  Shape shape() {
    return new Shape(1, map, map, channels);
  }

  /** Operations of all convolutions; a multiply-add counts as two. */
  double operations() {
    return 2.0 * chain() * map * map * channels * channels * kernel * kernel / groups;
  }
}
