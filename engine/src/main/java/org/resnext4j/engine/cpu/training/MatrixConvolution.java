package org.resnext4j.engine.cpu.training;

import java.util.Optional;
import org.resnext4j.engine.cpu.kernel.PairedProduct;
import org.resnext4j.engine.graph.Op;
import org.resnext4j.engine.graph.Shape;

/**
 * A convolution and its gradients as matrix products over blocks of pixels (im2col by blocks). A
 * worker copies the patches of a block to its own memory, and applies batch norm and ReLU while it
 * copies. A block has a few hundred kilobytes and stays in the worker's cache. No map is unrolled
 * as a whole.
 *
 * <p>The three directions are {@link MatrixForward}, {@link MatrixDataGradient} and {@link
 * MatrixWeightGradient}.
 */
final class MatrixConvolution implements TrainableConvolution {

  private final MatrixForward forward;
  private final MatrixDataGradient data;
  private final MatrixWeightGradient weights;
  private final int block;

  /**
   * A convolution.
   *
   * @param inputOrder the channel at each place of an input pixel; it is the identity unless there
   *     is one group
   * @param outputOrder the channel at each place of an output pixel, likewise
   * @param pairs whether products may be computed in {@link PairedProduct}
   */
  MatrixConvolution(
      Op.Conv2d op, Shape input, Shape output, int[] inputOrder, int[] outputOrder, boolean pairs) {
    MatrixGeometry geometry = MatrixGeometry.of(op, input, output, inputOrder, outputOrder, pairs);
    this.forward = new MatrixForward(geometry);
    this.weights = new MatrixWeightGradient(geometry);
    this.block = weights.chunks().block();
    // The division of the pixels does not depend on whether both gradients are computed together,
    // so
    // a listener's sums over a task's pixels have the same bits in both cases.
    this.data =
        new MatrixDataGradient(
            geometry, weights.sharesBlocks() ? Optional.of(weights.chunks()) : Optional.empty());
  }

  @Override
  public Tasks tasks() {
    return new Tasks(forward.tasks(), data.reportingTasks());
  }

  @Override
  public Workspace.Need need() {
    int productValues = weights.sharesBlocks() ? data.productValues(block) : 0;
    return forward.need().or(data.need()).or(weights.need(productValues));
  }

  @Override
  public void forward(Forward pass, Workspace space) {
    forward.run(pass, space);
  }

  @Override
  public void backwardData(DataGradient pass, Workspace space) {
    data.run(pass, space);
  }

  @Override
  public void backwardWeights(
      PixelSource source, PixelSource gradient, WeightTarget target, Workspace space) {
    weights.run(source, gradient, (chunk, used) -> {}, target, space);
  }

  /**
   * Computes both gradients. If they can share a copy of the output's gradient, each block is
   * copied once for both, and batch norm's gradient is applied once.
   */
  @Override
  public void backward(
      PixelSource source, WeightTarget weightTarget, DataGradient pass, Workspace space) {
    if (!weights.sharesBlocks()) {
      TrainableConvolution.super.backward(source, weightTarget, pass, space);
      return;
    }
    data.packForBlocks(pass, space);
    weights.run(
        source,
        pass.gradient(),
        (chunk, used) -> data.useBlock(chunk, used, pass, space),
        weightTarget,
        space);
  }
}
