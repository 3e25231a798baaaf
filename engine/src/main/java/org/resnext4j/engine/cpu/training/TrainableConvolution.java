package org.resnext4j.engine.cpu.training;

import java.util.Optional;

/** A convolution and its gradients. Every implementation is an algorithm. */
sealed interface TrainableConvolution
    permits MatrixConvolution, LaneConvolution, WinogradConvolution, DilatedConvolution {

  /**
   * The operands of a forward pass.
   *
   * @param source the input, {@code [batch, height, width, input channels]}
   * @param result receives the output, {@code [batch, height, width, output channels]}
   * @param weight {@code [output channel, input channel of the group, row, column]}, as in PyTorch
   * @param bias one value for each output channel
   * @param moments whether each task writes the moments of its channels to {@link Workspace#sums}
   *     for a batch norm: {@code [task][sum, sum of squares][channel]}
   */
  record Forward(
      PixelSource source, Buffer result, Span weight, Optional<Span> bias, boolean moments) {}

  /**
   * The operands of the input's gradient.
   *
   * @param gradient the output's gradient, {@code [batch, height, width, output channels]}
   * @param target receives the input's gradient, {@code [batch, height, width, input channels]}
   * @param weight the weight of the forward pass
   * @param listener the callback for completed rows; it is not called if {@link Tasks#gradient} is
   *     0
   */
  record DataGradient(
      PixelSource gradient, MapTarget target, Span weight, GradientRowsListener listener) {}

  /**
   * The numbers of tasks of a convolution.
   *
   * @param forward tasks that write moments in a forward pass
   * @param gradient largest number of tasks that report completed rows of the input's gradient to a
   *     {@link GradientRowsListener}; 0 if rows are completed in an order that does not suit a
   *     listener
   */
  record Tasks(int forward, int gradient) {}

  /** The memory that the steps of this convolution need. */
  Workspace.Need need();

  /** The numbers of tasks. */
  Tasks tasks();

  /** Computes the output. */
  void forward(Forward pass, Workspace space);

  /** Computes the gradient of the input. */
  void backwardData(DataGradient pass, Workspace space);

  /**
   * Computes the gradient of the weights.
   *
   * @param source the input
   * @param gradient the output's gradient
   */
  void backwardWeights(
      PixelSource source, PixelSource gradient, WeightTarget target, Workspace space);

  /** Computes the gradients of the weights and of the input. */
  default void backward(
      PixelSource source, WeightTarget weightTarget, DataGradient pass, Workspace space) {
    backwardWeights(source, pass.gradient(), weightTarget, space);
    backwardData(pass, space);
  }
}
