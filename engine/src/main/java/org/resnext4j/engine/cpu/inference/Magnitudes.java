package org.resnext4j.engine.cpu.inference;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.resnext4j.engine.fusion.FoldedConvolution;
import org.resnext4j.engine.fusion.Fusion.Unit;
import org.resnext4j.engine.graph.Op;

/**
 * Estimates the mean square of each node's output. The estimate is good enough to choose a power of
 * two.
 *
 * <p>The result is the larger of two estimates, within a bound. The first estimate treats inputs as
 * independent and adds their mean squares times the squares of the filters. It is right for random
 * filters, and too small for trained filters, whose inputs are correlated. The second estimate uses
 * the running statistics of the batch norm after the convolution. It is right for trained networks,
 * and wrong for statistics that still have their initial values.
 */
final class Magnitudes {

  /** The largest ratio between the two estimates. */
  private static final double MOST = 64;

  /** The mean square of a picture's values after the usual normalisation. */
  private static final double PICTURE = 1;

  /** The number of filter values that suffice for an estimate of their mean square. */
  private static final int SAMPLES = 1 << 12;

  /**
   * The estimate for a node's output.
   *
   * @param signed whether the values lie on both sides of zero
   */
  private record Magnitude(double meanSquare, boolean signed) {

    Magnitude plus(Magnitude other) {
      return new Magnitude(meanSquare + other.meanSquare, signed || other.signed);
    }

    /** The estimate after a ReLU, which sets half of the signed values to zero. */
    Magnitude rectified() {
      return new Magnitude(signed ? meanSquare / 2 : meanSquare, false);
    }
  }

  private final Map<Integer, Magnitude> ofNodes = new HashMap<>();

  /** The root mean square of a node's output. */
  double size(int node) {
    return Math.sqrt(ofNodes.get(node).meanSquare());
  }

  /** Records the pictures. */
  void addInput(Unit unit) {
    ofNodes.put(unit.output(), new Magnitude(PICTURE, true));
  }

  /** Records the output of a convolution and of the nodes that are fused with it. */
  void addConvolution(Unit unit, FoldedConvolution folded) {
    double input = ofNodes.get(unit.head().inputs().getFirst()).meanSquare();
    double expected = input * squaresOfFilter(folded);
    double seen = folded.outputSquare();
    double product = seen > 0 ? Math.clamp(expected, seen, seen * MOST) : expected;
    Magnitude sum = new Magnitude(product + meanSquare(folded.shift()), true);
    if (unit.residual().isPresent()) {
      Magnitude residual = ofNodes.get(unit.residual().getAsInt());
      // The ReLU sets half of the convolution's values to zero.
      sum = unit.relu() ? sum.rectified().plus(residual.rectified()) : sum.plus(residual);
    }
    ofNodes.put(unit.output(), unit.relu() ? sum.rectified() : sum);
  }

  /** Records the output of another operation that scales and adds. */
  void addOther(Unit unit, double scale, double shift) {
    Magnitude sum =
        unit.head().inputs().stream()
            .map(input -> unit.scale(input).map(node -> node.inputs().getFirst()).orElse(input))
            .map(ofNodes::get)
            .reduce(Magnitude::plus)
            .orElseThrow();
    Magnitude result = new Magnitude(sum.meanSquare() * scale + shift, sum.signed());
    boolean relu = unit.relu() || unit.head().op() instanceof Op.Relu;
    ofNodes.put(unit.output(), relu ? result.rectified() : result);
  }

  /** Records an output that copies values of the first input. */
  void addCopy(Unit unit) {
    ofNodes.put(unit.output(), ofNodes.get(unit.head().inputs().getFirst()));
  }

  /** The mean square of some values. */
  static double meanSquare(double[] values) {
    return Arrays.stream(values).map(value -> value * value).average().orElse(0);
  }

  /** The sum of a filter's squares, averaged over the filters. */
  private static double squaresOfFilter(FoldedConvolution folded) {
    float[] filters = folded.filters();
    int perFilter = filters.length / folded.scale().length;
    int step = filters.length / SAMPLES | 1;
    double squares = 0;
    int samples = 0;
    for (int i = 0; i < filters.length; i += step) {
      double filter = filters[i] * folded.scale()[i / perFilter];
      squares += filter * filter;
      samples++;
    }
    return squares / samples * perFilter;
  }
}
