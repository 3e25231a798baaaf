package org.resnext4j.benchmarks;

import java.util.Arrays;
import org.resnext4j.engine.graph.Graph;
import org.resnext4j.engine.graph.Node;
import org.resnext4j.engine.graph.Op;
import org.resnext4j.engine.graph.Shape;

/**
 * One kind of convolution, several in a row with ReLU behind each, so that what happens once
 * (packing the input's channels for the kernel, handing the output out) does not hide the kernel.
 *
 * @param map side of the map, in pixels
 * @param channels channels in and out
 * @param kernel height and width of a filter
 * @param groups number of groups
 */
record Layer(int map, int channels, int kernel, int groups) {

  /** Weights of a row of convolutions about: more of them where each has few. */
  private static final int WEIGHTS = 1 << 22;

  /** From {@code 56x56 128 3x3 32}: map, channels, kernel, groups. */
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

  /** Multiply-adds of all convolutions, counted as two operations each. */
  double operations() {
    return 2.0 * chain() * map * map * channels * channels * kernel * kernel / groups;
  }
}
