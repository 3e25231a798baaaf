package org.resnext4j.training.optimiser;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SequencedMap;
import java.util.function.Predicate;
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
  private final SequencedMap<String, Tensor> momentum;

  /**
   * An optimiser that has taken no step.
   *
   * @param options how it steps
   * @param decayed whether the parameter of a name is decayed
   */
  public Sgd(Options options, Predicate<String> decayed) {
    this(options, decayed, Map.of());
  }

  /** An optimiser that goes on from momentum buffers, which are copied. */
  public Sgd(Options options, Predicate<String> decayed, Map<String, Tensor> momentum) {
    this.options = options;
    this.decayed = decayed;
    this.momentum = new LinkedHashMap<>();
    momentum.forEach((name, tensor) -> this.momentum.put(name, tensor.copy()));
  }

  /**
   * One step: writes to the parameters that have a gradient.
   *
   * @param learningRate of this step
   * @param gradientScale what each gradient is multiplied by first, such as a clipping factor
   */
  public void step(
      Map<String, Tensor> parameters,
      Map<String, Tensor> gradients,
      double learningRate,
      double gradientScale) {
    for (Map.Entry<String, Tensor> entry : gradients.entrySet()) {
      String name = entry.getKey();
      Tensor parameter = parameters.get(name);
      float decay = decayed.test(name) ? (float) options.weightDecay() : 0;
      boolean first = !momentum.containsKey(name) && options.momentum() != 0;
      float[] buffer =
          options.momentum() == 0
              ? new float[0]
              : momentum.computeIfAbsent(name, n -> Tensor.zeros(parameter.shape())).values();
      update(
          parameter.values(),
          entry.getValue().values(),
          buffer,
          first,
          (float) learningRate,
          (float) gradientScale,
          decay);
    }
  }

  /** The momentum buffers by parameter, live; empty before the first step. */
  public SequencedMap<String, Tensor> momentum() {
    return momentum;
  }

  /** Hot: once a step over every parameter. Elementwise, so the compiler vectorises it. */
  private void update(
      float[] parameter,
      float[] gradient,
      float[] buffer,
      boolean first,
      float rate,
      float scale,
      float decay) {
    float mu = (float) options.momentum();
    if (mu == 0) {
      for (int i = 0; i < parameter.length; i++) {
        parameter[i] -= rate * (scale * gradient[i] + decay * parameter[i]);
      }
      return;
    }
    // In the first step the buffer is the gradient itself; it starts as zeros, so keeping
    // momentum·0 + d gives the same.
    float keep = first ? 0 : mu;
    if (options.nesterov()) {
      for (int i = 0; i < parameter.length; i++) {
        float d = scale * gradient[i] + decay * parameter[i];
        float b = keep * buffer[i] + d;
        buffer[i] = b;
        parameter[i] -= rate * (d + mu * b);
      }
    } else {
      for (int i = 0; i < parameter.length; i++) {
        float b = keep * buffer[i] + scale * gradient[i] + decay * parameter[i];
        buffer[i] = b;
        parameter[i] -= rate * b;
      }
    }
  }

  /**
   * The factor that shortens gradients to a norm, 1 if they are not longer (PyTorch's {@code
   * clip_grad_norm_}).
   *
   * @param largest the longest norm allowed over all gradients together, 0 for any
   */
  public static double clippingFactor(Map<String, Tensor> gradients, double largest) {
    if (largest == 0) {
      return 1;
    }
    return Math.min(1, largest / (norm(gradients) + 1e-6));
  }

  /** The Euclidean norm of all gradients together. */
  public static double norm(Map<String, Tensor> gradients) {
    double squares = 0;
    for (Tensor gradient : gradients.values()) {
      double sum = 0;
      for (float value : gradient.values()) {
        sum += (double) value * value;
      }
      squares += sum;
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
