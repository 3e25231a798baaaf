package org.resnext4j.engine;

import org.resnext4j.engine.graph.Graph;
import org.resnext4j.engine.graph.Shape;
import org.resnext4j.engine.tensor.FlatTensors;
import org.resnext4j.engine.tensor.TrainingTensors;
import org.resnext4j.engine.tensor.Weights;

/**
 * A network in training: its parameters, running statistics and gradients, each in one flat array
 * (see {@link FlatTensors}). Made by {@link Backend#train}.
 *
 * <p>The model owns the values; its {@linkplain #plan plans} own activations, each for one shape of
 * pictures. All plans read the same parameters and write the same gradients, so another picture
 * size costs a plan and copies no weight. Several plans may take part in one step: run all of them
 * forward, then each backward, from the second on adding to the gradients.
 *
 * {@snippet :
 * try (Backend backend = Backend.cpu();
 *     TrainingModel model = backend.train(graph, weights, TrainingOptions.defaults())) {
 *   TrainingPlan plan = model.plan(new Shape(128, 32, 32, 3));
 *   plan.forward(pictures);
 *   plan.read("fc", logits);
 *   plan.backward(Map.of("fc", logitGradients), false);
 *   float[] parameters = model.parameters().values();
 *   // … parameters[i] -= rate * gradient …
 *   model.parametersChanged();
 * }
 * }
 *
 * <p>A model and all its plans are for one thread at a time; how many threads do the work is the
 * backend's affair, and results have the same bits for any number.
 */
public interface TrainingModel extends AutoCloseable {

  /** The network and its values. */
  TrainingTensors tensors();

  /** The network. */
  default Graph graph() {
    return tensors().graph();
  }

  /** What trains, and how batch norms behave. */
  TrainingOptions options();

  /**
   * All parameters that gradients could change, frozen ones too, by full name in PyTorch's order
   * and layout. Write to the array, then call {@link #parametersChanged}.
   */
  default FlatTensors parameters() {
    return tensors().parameters();
  }

  /**
   * The running means and variances of all batch norms, which a forward pass updates (except where
   * {@link TrainingOptions#fixedStatistics} says otherwise). Writing to the array is allowed.
   */
  default FlatTensors runningStatistics() {
    return tensors().runningStatistics();
  }

  /** The gradients that backward passes leave, for every parameter that is not frozen. */
  default FlatTensors gradients() {
    return tensors().gradients();
  }

  /** Says that parameters were written to: a backward pass now needs a forward pass first. */
  void parametersChanged();

  /** A copy of all parameters and running statistics, for a checkpoint or an inference model. */
  default Weights weights() {
    return tensors().weights();
  }

  /**
   * Prepares steps for one shape of pictures, with memory of its own.
   *
   * @param input {@code [batch, height, width, channels]}
   * @throws org.resnext4j.engine.graph.ShapeException if the network cannot take such pictures
   * @throws IllegalArgumentException if a batch norm would see one value a channel, which has no
   *     variance
   * @throws ArithmeticException if an activation would not fit one array (2³¹ values)
   * @throws IllegalStateException if the model is closed
   */
  TrainingPlan plan(Shape input);

  /** Releases the values. The model and its plans must not be used afterwards. */
  @Override
  void close();
}
