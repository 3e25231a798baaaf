package org.resnext4j.engine.cpu.training;

import java.util.Optional;
import org.resnext4j.engine.cpu.kernel.PairedProduct;
import org.resnext4j.engine.graph.Op;
import org.resnext4j.engine.graph.Shape;

/**
 * A convolution and its gradients as matrix products over blocks of pixels (im2col, a block at a
 * time). A worker lays out the patches of a block in its own memory and applies batch norm and ReLU
 * on the way. A block takes a few hundred kilobytes, which stay in the worker's cache; no map is
 * ever unrolled as a whole.
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
   * @param inputOrder for each place in an input pixel, the channel that lies there; other than the
   *     identity for one group only
   * @param outputOrder the same for an output pixel
   * @param pairs whether products may be computed in {@link PairedProduct}
   */
  MatrixConvolution(
      Op.Conv2d op, Shape input, Shape output, int[] inputOrder, int[] outputOrder, boolean pairs) {
    MatrixGeometry geometry = MatrixGeometry.of(op, input, output, inputOrder, outputOrder, pairs);
    this.forward = new MatrixForward(geometry);
    this.weights = new MatrixWeightGradient(geometry);
    this.block = weights.chunks().block();
    // The pixels are divided in the same way whether the weights' gradient is computed beside the
    // input's or not: a listener's sums over a task's pixels then have the same bits.
    this.data =
        new MatrixDataGradient(
            geometry, weights.sharesBlocks() ? Optional.of(weights.chunks()) : Optional.empty());
  }

  @Override
  public int forwardTasks() {
    return forward.tasks();
  }

  @Override
  public int gradientTasks() {
    return data.reportingTasks();
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
   * Computes both gradients. Where they can share the layout of the output's gradient, it is read
   * through batch norm and laid out once for both.
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
