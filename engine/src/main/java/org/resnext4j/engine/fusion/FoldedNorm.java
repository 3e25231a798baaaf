package org.resnext4j.engine.fusion;

import org.resnext4j.engine.graph.Node;
import org.resnext4j.engine.graph.Op;
import org.resnext4j.engine.tensor.Weights;

/**
 * A batch norm in evaluation mode: {@code scale · x + shift}, channel by channel.
 *
 * @param scale {@code weight / √(running variance + epsilon)}, for each channel
 * @param shift {@code bias − running mean · scale}, for each channel
 */
@SuppressWarnings("ArrayRecordComponent") // Handed from one step of compilation to the next.
public record FoldedNorm(double[] scale, double[] shift) {

  /**
   * Folds the running statistics and the affine parameters of a batch norm.
   *
   * @param node a node whose operation is a {@link Op.BatchNorm}
   */
  public static FoldedNorm of(Node node, Weights weights) {
    Op.BatchNorm norm = (Op.BatchNorm) node.op();
    float[] weight = weights.get(node.parameterName("weight")).values();
    float[] bias = weights.get(node.parameterName("bias")).values();
    float[] mean = weights.get(node.parameterName("running_mean")).values();
    float[] variance = weights.get(node.parameterName("running_var")).values();
    double[] scale = new double[norm.channels()];
    double[] shift = new double[norm.channels()];
    for (int c = 0; c < norm.channels(); c++) {
      scale[c] = weight[c] / Math.sqrt(variance[c] + norm.epsilon());
      shift[c] = bias[c] - mean[c] * scale[c];
    }
    return new FoldedNorm(scale, shift);
  }
}
