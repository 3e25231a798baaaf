package org.resnext4j.engine.cpu.training;

import org.resnext4j.engine.cpu.parallel.WorkerPool;

/** A way to do a convolution and its gradients for training. */
sealed interface TrainableConvolution
    permits MatrixConvolution, LaneConvolution, WinogradConvolution {

  /** Notes what the steps of this convolution need. */
  void plan(TrainingScratch scratch);

  /** Number of tasks whose sums {@link #forward} leaves behind. */
  int forwardTasks();

  /**
   * Most tasks that complete pixels of the input's gradient, for whoever sums what they hand to a
   * {@link GradientRowsListener}; 0 if pixels are completed in an order that serves no such use.
   */
  int gradientTasks();

  /**
   * Computes the output, and per task the moments of its channels for the batch norm behind, if
   * wanted.
   *
   * @param weight in PyTorch's layout
   * @param bias one value a channel, or none
   */
  void forward(
      PixelSource source,
      Buffer result,
      float[] weight,
      float[] bias,
      boolean moments,
      TrainingScratch scratch,
      WorkerPool pool);

  /**
   * Computes the gradient of the input.
   *
   * @param accumulate whether to add to what the result holds
   * @param use what else is done with it; none where there are no {@link #gradientTasks}
   */
  void backwardData(
      PixelSource gradient,
      Buffer result,
      float[] weight,
      boolean accumulate,
      GradientRowsListener use,
      TrainingScratch scratch,
      WorkerPool pool);

  /**
   * Computes the gradient of the weights, in PyTorch's layout.
   *
   * @param accumulate whether to add to what the result holds
   */
  void backwardWeights(
      PixelSource source,
      PixelSource gradient,
      float[] result,
      boolean accumulate,
      TrainingScratch scratch,
      WorkerPool pool);

  /**
   * Computes both gradients, the weights' and the input's.
   *
   * @param accumulateWeights whether to add to what the weights' gradient holds
   * @param accumulateData whether to add to what the input's gradient holds
   * @param use what else is done with the input's gradient; none where there are no {@link
   *     #gradientTasks}
   */
  default void backward(
      PixelSource source,
      PixelSource gradient,
      float[] weight,
      float[] weightGradient,
      boolean accumulateWeights,
      Buffer inputGradient,
      boolean accumulateData,
      GradientRowsListener use,
      TrainingScratch scratch,
      WorkerPool pool) {
    backwardWeights(source, gradient, weightGradient, accumulateWeights, scratch, pool);
    backwardData(gradient, inputGradient, weight, accumulateData, use, scratch, pool);
  }
}
