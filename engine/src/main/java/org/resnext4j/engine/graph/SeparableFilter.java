package org.resnext4j.engine.graph;

import static org.resnext4j.engine.graph.ShapeRules.only;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * A fixed linear filter, such as an average pool. It treats every channel alike, and its rows and
 * columns are independent: the filter is the product of one {@link AxisFilter} along the height and
 * one along the width.
 */
public sealed interface SeparableFilter extends Op {

  /**
   * The filter along one side.
   *
   * @param size length of the input's side, in pixels
   */
  AxisFilter along(int size);

  /**
   * The number of outputs along one side.
   *
   * @param size length of the input's side, in pixels
   */
  int places(int size);

  @Override
  default Shape infer(List<Shape> inputs) {
    Shape input = only(inputs, "pool");
    return new Shape(
        input.batch(), places(input.height()), places(input.width()), input.channels());
  }

  /**
   * Average pooling: the mean of each window of pixels. Pixels outside the picture do not count
   * (PyTorch's {@code count_include_pad=False}).
   *
   * @param kernel height and width of the window, in pixels
   * @param stride distance between neighbouring outputs, in input pixels
   * @param partial whether the last window may extend past the picture (PyTorch's {@code
   *     ceil_mode})
   */
  record AveragePool(int kernel, int stride, boolean partial) implements SeparableFilter {
    @Override
    public int places(int size) {
      return ShapeRules.places(size, kernel, stride, 0, partial, "average pool");
    }

    @Override
    public AxisFilter along(int size) {
      int[][] sources = new int[places(size)][];
      double[][] weights = new double[sources.length][];
      for (int place = 0; place < sources.length; place++) {
        int first = place * stride;
        int count = Math.min(kernel, size - first);
        sources[place] = IntStream.range(first, first + count).toArray();
        weights[place] = new double[count];
        Arrays.fill(weights[place], 1.0 / count);
      }
      return new AxisFilter(sources, weights);
    }
  }

  /**
   * Anti-aliased subsampling (Zhang 2019): the binomial filter 1, 2, 1 along rows and columns, with
   * a stride. The padding reflects the picture at its border and does not repeat the border pixel.
   *
   * @param stride distance between neighbouring outputs, in input pixels
   */
  record BlurPool(int stride) implements SeparableFilter {
    @Override
    public int places(int size) {
      return ShapeRules.places(size, 3, stride, 1, false, "blur pool");
    }

    @Override
    public AxisFilter along(int size) {
      int[][] sources = new int[places(size)][];
      double[][] weights = new double[sources.length][];
      for (int place = 0; place < sources.length; place++) {
        int middle = place * stride;
        int before = size == 1 ? 0 : Math.abs(middle - 1);
        int after = size == 1 ? 0 : middle + 1 < size ? middle + 1 : size - 2;
        sources[place] = new int[] {before, middle, after};
        weights[place] = new double[] {0.25, 0.5, 0.25};
      }
      return new AxisFilter(sources, weights);
    }
  }
}
