package org.resnext4j.engine.cpu.training;

import java.util.Optional;

/** A way to do a convolution and its gradients for training. */
sealed interface TrainableConvolution
    permits MatrixConvolution, LaneConvolution, WinogradConvolution, DilatedConvolution {

  /** What the steps of this convolution need. */
  Workspace.Need need();

  /** Number of tasks whose sums {@link #forward} leaves behind. */
  int forwardTasks();

  /**
   * Most tasks that complete pixels of the input's gradient, for whoever sums what they hand to a
   * {@link GradientRowsListener}; 0 if pixels are completed in an order that serves no such use.
   */
  int gradientTasks();

  /**
   * Computes the output.
   *
   * @param weight in PyTorch's layout
   * @param bias one value a channel
   * @param moments whether each task leaves the moments of its channels for a batch norm, in {@link
   *     Workspace#sums}: {@code [task][sum, sum of squares][channel]}
   */
  void forward(
      PixelSource source,
      Buffer result,
      Span weight,
      Optional<Span> bias,
      boolean moments,
      Workspace space);

  /**
   * Computes the gradient of the input.
   *
   * @param listener what else is done with it; not called where there are no {@link #gradientTasks}
   */
  void backwardData(
      PixelSource gradient,
      MapTarget target,
      Span weight,
      GradientRowsListener listener,
      Workspace space);

  /** Computes the gradient of the weights. */
  void backwardWeights(
      PixelSource source, PixelSource gradient, WeightTarget target, Workspace space);

  /**
   * Computes both gradients, the weights' and the input's.
   *
   * @param listener what else is done with the input's gradient; not called where there are no
   *     {@link #gradientTasks}
   */
  default void backward(
      PixelSource source,
      PixelSource gradient,
      Span weight,
      WeightTarget weightTarget,
      MapTarget inputTarget,
      GradientRowsListener listener,
      Workspace space) {
    backwardWeights(source, gradient, weightTarget, space);
    backwardData(gradient, inputTarget, weight, listener, space);
  }
}
