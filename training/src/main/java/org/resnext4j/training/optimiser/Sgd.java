package org.resnext4j.training.optimiser;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.function.Predicate;
import org.resnext4j.engine.tensor.FlatTensors;
import org.resnext4j.engine.tensor.Tensor;

/**
 * Stochastic gradient descent with momentum, as PyTorch computes it. For a parameter {@code p} with
 * gradient {@code g}:
 *
 * <pre>
 *   d = g + weightDecay·p
 *   buffer = d                          in the first step
 *   buffer = momentum·buffer + d        in all later steps
 *   p = p - learningRate·(d + momentum·buffer)      with Nesterov's momentum
 *   p = p - learningRate·buffer                     without
 * </pre>
 *
 * <p>The learning rate multiplies the buffer, so a change of the rate acts at once.
 *
 * {@snippet :
 * Sgd.Options nesterov = new Sgd.Options(0.9, true, 5e-4, false);
 * Sgd sgd = new Sgd(nesterov, training.gradients(), name -> name.endsWith("weight"), Map.of());
 * // … after a backward pass …
 * sgd.step(training.parameters(), training.gradients(), 0.1, 1);
 * training.parametersChanged();
 * }
 */
public final class Sgd {

  private final Options options;
  private final Predicate<String> decayed;
  private final FlatTensors momentum;

  /**
   * An optimiser.
   *
   * @param options momentum and weight decay
   * @param gradients gradients whose layout the momentum buffers get; the values are not read
   * @param decayed whether weight decay acts on the parameter of a name
   * @param start first momentum buffers by name, copied; a missing buffer is zero
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
   * Takes one step, which changes the parameters that have a gradient.
   *
   * @param parameters all parameters, including frozen ones
   * @param gradients gradients of the trained parameters, in the constructor's layout
   * @param learningRate learning rate of this step
   * @param gradientScale factor of each gradient, such as a clipping factor
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

  /** The live momentum buffers by parameter; empty if the optimiser has no momentum. */
  public FlatTensors momentum() {
    return momentum;
  }

  /** Hot: it visits every parameter in each step. The loops are elementwise, so C2 vectorises. */
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
   * The factor that shortens gradients to a norm (PyTorch's {@code clip_grad_norm_}).
   *
   * @param gradients gradients of one or more networks
   * @param largest largest norm of all gradients together, 0 for no limit
   * @return 1 if the norm is not larger
   */
  public static double clippingFactor(List<FlatTensors> gradients, double largest) {
    if (largest == 0) {
      return 1;
    }
    return Math.min(1, largest / (norm(gradients) + 1e-6));
  }

  /** The Euclidean norm of all gradients together; it sums the squares tensor by tensor. */
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
   * The options of the optimiser.
   *
   * @param momentum share of the buffer that a step keeps, 0 for no momentum
   * @param nesterov whether to use Nesterov's form
   * @param weightDecay factor of each parameter in its own gradient
   * @param decayNormsAndBiases whether weight decay acts on batch norms and biases too, as in the
   *     paper's code
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
