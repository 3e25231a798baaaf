package org.resnext4j.engine.cpu.training;

import java.util.List;

/**
 * An operation that training computes alone, without fusing it with its neighbours. {@link
 * MapOperations} makes one for each node, and the two compilers turn it into steps.
 *
 * @param reads the maps that the forward pass reads
 * @param need memory that the forward pass needs
 * @param forward computes the output
 * @param contributions the contributions to gradients, in the order of their steps
 */
record MapOperation(
    List<PixelSource> reads,
    Workspace.Need need,
    Forward forward,
    List<Contribution> contributions) {

  /** Computes an output. */
  @FunctionalInterface
  interface Forward {
    /** Computes the output into a buffer, {@code [batch, height, width, channels]}. */
    void run(Buffer result, Workspace space);
  }

  /** A contribution to a gradient, which a step of the backward pass computes. */
  sealed interface Contribution {

    /** The maps that the step reads beside the gradient of the output. */
    List<PixelSource> reads();

    /** Memory that the step needs. */
    Workspace.Need need();
  }

  /**
   * A contribution to the gradient of an input.
   *
   * @param input position of the input
   */
  record ToInput(
      int input, List<PixelSource> reads, Workspace.Need need, GradientStep<MapTarget> step)
      implements Contribution {}

  /**
   * A contribution to the gradient of a parameter.
   *
   * @param parameter receives the gradient
   */
  record ToParameter(
      Span parameter, List<PixelSource> reads, Workspace.Need need, GradientStep<WeightTarget> step)
      implements Contribution {}

  /**
   * Computes a contribution to a gradient.
   *
   * @param <T> the kind of target, a map or a parameter
   */
  @FunctionalInterface
  interface GradientStep<T> {
    /**
     * Computes the contribution.
     *
     * @param gradient the gradient of the output
     */
    void run(PixelSource gradient, T target, Workspace space);
  }
}
