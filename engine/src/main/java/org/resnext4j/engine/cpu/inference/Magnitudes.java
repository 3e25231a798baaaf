package org.resnext4j.engine.cpu.inference;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.resnext4j.engine.fusion.FoldedConvolution;
import org.resnext4j.engine.fusion.Fusion.Unit;
import org.resnext4j.engine.graph.Op;

/**
 * Estimates the mean square of each node's output, well enough to choose a power of two.
 *
 * <p>The estimate is the larger of two, within a bound. The first one treats inputs as independent:
 * their mean squares add up, times the squares of the filters. That is right for random filters and
 * too small for trained ones, whose inputs vary together. The second one reads the running
 * statistics of the batch norm behind the convolution. That is right for trained networks, but not
 * for statistics that still have their first values.
 */
final class Magnitudes {

  /** The most that the mean square may exceed the one that batch norm has seen. */
  private static final double MOST = 64;

  /** Mean square of a picture's values, after the usual normalisation. */
  private static final double PICTURE = 1;

  /** Filter values that are enough to know their mean square. */
  private static final int SAMPLES = 1 << 12;

  /**
   * An estimate of a node's values.
   *
   * @param signed whether they lie on both sides of zero
   */
  private record Magnitude(double meanSquare, boolean signed) {

    Magnitude plus(Magnitude other) {
      return new Magnitude(meanSquare + other.meanSquare, signed || other.signed);
    }

    /** The values behind a ReLU: half of those around zero. */
    Magnitude rectified() {
      return new Magnitude(signed ? meanSquare / 2 : meanSquare, false);
    }
  }

  private final Map<Integer, Magnitude> ofNodes = new HashMap<>();

  /** Root mean square of a node's values. */
  double size(int node) {
    return Math.sqrt(ofNodes.get(node).meanSquare());
  }

  /** Notes the pictures. */
  void addInput(Unit unit) {
    ofNodes.put(unit.output(), new Magnitude(PICTURE, true));
  }

  /** Notes the output of a convolution and of the nodes fused with it. */
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

  /** Notes the output of anything else that multiplies by a scale, if by any, and adds. */
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

  /** Notes an output that repeats values of the first input. */
  void addCopy(Unit unit) {
    ofNodes.put(unit.output(), ofNodes.get(unit.head().inputs().getFirst()));
  }

  /** The mean of the squares. */
  static double meanSquare(double[] values) {
    return Arrays.stream(values).map(value -> value * value).average().orElse(0);
  }

  /** Mean, over the filters, of the sum of a filter's squares. */
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
