package org.resnext4j.training.optimiser;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.function.Predicate;
import org.resnext4j.engine.tensor.FlatTensors;
import org.resnext4j.engine.tensor.Tensor;

/**
 * Stochastic gradient descent with PyTorch's exact meaning. For a parameter {@code p} with gradient
 * {@code g}:
 *
 * <pre>
 *   d = g + weightDecay·p
 *   buffer = d                          in the first step,
 *   buffer = momentum·buffer + d        after it
 *   p = p - learningRate·(d + momentum·buffer)      with Nesterov's momentum
 *   p = p - learningRate·buffer                     without
 * </pre>
 *
 * <p>The learning rate multiplies the buffer, not what enters it, so a schedule acts at once.
 */
public final class Sgd {

  private final Options options;
  private final Predicate<String> decayed;
  private final FlatTensors momentum;

  /**
   * An optimiser.
   *
   * @param options how it steps
   * @param gradients whose layout the momentum takes; their values are not read
   * @param decayed whether the parameter of a name is decayed
   * @param start momentum buffers to go on from, by name, copied; a missing one is zero
   */
  public Sgd(
      Options options,
      FlatTensors gradients,
      Predicate<String> decayed,
      Map<String, Tensor> start) {
    this.options = options;
    this.decayed = decayed;
    SequencedMap<String, List<Integer>> shapes = new LinkedHashMap<>();
    if (options.momentum() != 0) {
      gradients.slices().forEach((name, slice) -> shapes.put(name, slice.shape()));
    }
    this.momentum = FlatTensors.zeros(shapes);
    start.forEach((name, tensor) -> {
      if (momentum.contains(name)) {
        momentum.set(name, tensor);
      }
    });
  }

  /**
   * One step: writes to the parameters that have a gradient.
   *
   * @param parameters every parameter, frozen ones too
   * @param gradients of the trained parameters, in the layout that the optimiser was made with
   * @param learningRate of this step
   * @param gradientScale what each gradient is multiplied by first, such as a clipping factor
   */
  public void step(
      FlatTensors parameters, FlatTensors gradients, double learningRate, double gradientScale) {
    gradients
        .slices()
        .forEach((name, slice) ->
            update(
                parameters.values(),
                parameters.slice(name).offset(),
                gradients.values(),
                slice,
                (float) learningRate,
                (float) gradientScale,
                decayed.test(name) ? (float) options.weightDecay() : 0));
  }

  /** The momentum buffers by parameter, live; empty where the optimiser has no momentum. */
  public FlatTensors momentum() {
    return momentum;
  }

  /** Hot: once a step over every parameter. Elementwise, so the compiler vectorises it. */
  private void update(
      float[] parameters,
      int at,
      float[] gradients,
      FlatTensors.Slice slice,
      float rate,
      float scale,
      float decay) {
    float mu = (float) options.momentum();
    float[] buffer = momentum.values();
    int from = slice.offset();
    int length = slice.length();
    if (mu == 0) {
      for (int i = 0; i < length; i++) {
        parameters[at + i] -= rate * (scale * gradients[from + i] + decay * parameters[at + i]);
      }
      return;
    }
    // The buffer starts as zeros, so momentum·0 + d is the gradient itself in the first step.
    if (options.nesterov()) {
      for (int i = 0; i < length; i++) {
        float d = scale * gradients[from + i] + decay * parameters[at + i];
        float b = mu * buffer[from + i] + d;
        buffer[from + i] = b;
        parameters[at + i] -= rate * (d + mu * b);
      }
    } else {
      for (int i = 0; i < length; i++) {
        float b = mu * buffer[from + i] + scale * gradients[from + i] + decay * parameters[at + i];
        buffer[from + i] = b;
        parameters[at + i] -= rate * b;
      }
    }
  }

  /**
   * The factor that shortens gradients to a norm, 1 if they are not longer (PyTorch's {@code
   * clip_grad_norm_}).
   *
   * @param gradients of one network or several
   * @param largest the longest norm allowed over all gradients together, 0 for any
   */
  public static double clippingFactor(List<FlatTensors> gradients, double largest) {
    if (largest == 0) {
      return 1;
    }
    return Math.min(1, largest / (norm(gradients) + 1e-6));
  }

  /** The Euclidean norm of all gradients together: a sum of the tensors' sums, in their order. */
  public static double norm(List<FlatTensors> gradients) {
    double squares = 0;
    for (FlatTensors network : gradients) {
      float[] values = network.values();
      for (FlatTensors.Slice slice : network.slices().values()) {
        double sum = 0;
        for (int i = slice.offset(); i < slice.end(); i++) {
          sum += (double) values[i] * values[i];
        }
        squares += sum;
      }
    }
    return Math.sqrt(squares);
  }

  /**
   * How the optimiser steps.
   *
   * @param momentum share of the buffer that a step keeps, 0 for none
   * @param nesterov whether Nesterov's form is used
   * @param weightDecay how strongly parameters are pulled to 0
   * @param decayNormsAndBiases whether batch norms and biases are decayed too, as in the paper's
   *     code
   */
  public record Options(
      double momentum, boolean nesterov, double weightDecay, boolean decayNormsAndBiases) {

    /** Checks the ranges. */
    public Options {
      if (!(momentum >= 0 && momentum < 1)) {
        throw new IllegalArgumentException(
            "momentum must be at least 0 and below 1, but was " + momentum);
      }
      if (nesterov && momentum == 0) {
        throw new IllegalArgumentException("Nesterov's form needs a momentum above 0");
      }
      if (!(weightDecay >= 0)) {
        throw new IllegalArgumentException(
            "weight decay must be at least 0, but was " + weightDecay);
      }
    }
  }
}
