package org.resnext4j.engine.fusion;

import java.util.Arrays;
import java.util.Optional;
import org.resnext4j.engine.graph.Node;
import org.resnext4j.engine.graph.Op;
import org.resnext4j.engine.tensor.Weights;

/**
 * A convolution or linear layer with the bias and the batch norm after it: output channel c is
 * {@code scale[c] · (filters[c] ∗ x) + shift[c]}.
 *
 * @param filters {@code [out, in / groups, height, width]}; the array belongs to the weights
 * @param scale the factor of each output channel
 * @param shift the summand of each output channel
 * @param outputSquare mean square of {@code scale[c] · (filters[c] ∗ x)}, estimated from the batch
 *     norm's running statistics; 0 if unknown
 */
@SuppressWarnings("ArrayRecordComponent") // Handed from one step of compilation to the next.
public record FoldedConvolution(
    float[] filters, double[] scale, double[] shift, double outputSquare) {

  /**
   * Folds the batch norm of a unit into its convolution.
   *
   * @param unit a unit whose head is a {@link Op.Conv2d} or a {@link Op.Linear}
   */
  public static FoldedConvolution of(Fusion.Unit unit, Weights weights) {
    return of(unit.head(), unit.norm(), weights);
  }

  /**
   * Folds a batch norm into the convolution before it.
   *
   * @param norm the batch norm, or empty if no batch norm follows
   */
  public static FoldedConvolution of(Node convolution, Optional<Node> norm, Weights weights) {
    Op.Conv2d op =
        switch (convolution.op()) {
          case Op.Conv2d conv -> conv;
          case Op.Linear linear -> linear.asConvolution();
          default ->
              throw new IllegalArgumentException(
                  "'%s' is no convolution and no linear layer".formatted(convolution.name()));
        };
    double[] scale = new double[op.outputChannels()];
    double[] shift = new double[op.outputChannels()];
    Arrays.fill(scale, 1);
    if (norm.isPresent()) {
      FoldedNorm folded = FoldedNorm.of(norm.get(), weights);
      scale = folded.scale();
      shift = folded.shift();
    }
    double[] factors = scale;
    double outputSquare = norm.map(node -> meanSquare(node, factors, weights)).orElse(0.0);
    if (op.bias()) {
      float[] bias = weights.get(convolution.parameterName("bias")).values();
      for (int c = 0; c < shift.length; c++) {
        shift[c] += scale[c] * bias[c];
      }
    }
    float[] filters = weights.get(convolution.parameterName("weight")).values();
    return new FoldedConvolution(filters, scale, shift, outputSquare);
  }

  /** The mean square of {@code scale · x}, where x are the batch norm's inputs during training. */
  private static double meanSquare(Node norm, double[] scale, Weights weights) {
    float[] mean = weights.get(norm.parameterName("running_mean")).values();
    float[] variance = weights.get(norm.parameterName("running_var")).values();
    double sum = 0;
    for (int c = 0; c < scale.length; c++) {
      sum += scale[c] * scale[c] * (variance[c] + (double) mean[c] * mean[c]);
    }
    return sum / scale.length;
  }
}
