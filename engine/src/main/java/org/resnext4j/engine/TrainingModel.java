package org.resnext4j.engine;

import org.resnext4j.engine.graph.Graph;
import org.resnext4j.engine.graph.Shape;
import org.resnext4j.engine.tensor.FlatTensors;
import org.resnext4j.engine.tensor.TrainingTensors;
import org.resnext4j.engine.tensor.Weights;

/**
 * A network in training, made by {@link Backend#train}. Its parameters, running statistics and
 * gradients each have one flat array (see {@link FlatTensors}).
 *
 * <p>The model owns these values. Each of its {@linkplain #plan plans} owns the activations of one
 * shape of pictures. All plans read the same parameters and write the same gradients, so a change
 * of the picture size copies no weight. Several plans may contribute to one step: run all forward
 * passes, then all backward passes, and let every backward pass after the first one accumulate.
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
 * <p>One thread at a time may use a model and its plans. The backend divides the work among its
 * threads, and results have the same bits for any number of threads.
 */
public interface TrainingModel extends AutoCloseable {

  /** The network and its values. */
  TrainingTensors tensors();

  /** The network. */
  default Graph graph() {
    return tensors().graph();
  }

  /** The options: which parameters train, and how batch norms behave. */
  TrainingOptions options();

  /**
   * All trainable parameters by full name, including the frozen ones, in PyTorch's order and
   * layout. A caller that writes to the array must call {@link #parametersChanged} afterwards.
   */
  default FlatTensors parameters() {
    return tensors().parameters();
  }

  /**
   * The running means and variances of all batch norms. A forward pass updates them, except those
   * that {@link TrainingOptions#fixedStatistics} selects. A caller may write to the array.
   */
  default FlatTensors runningStatistics() {
    return tensors().runningStatistics();
  }

  /** The gradients of all parameters that are not frozen. A backward pass writes them. */
  default FlatTensors gradients() {
    return tensors().gradients();
  }

  /**
   * Notes that a caller has changed parameters. The next backward pass then needs a new forward
   * pass.
   */
  void parametersChanged();

  /**
   * A copy of the parameters and the running statistics, for a checkpoint or an inference model.
   */
  default Weights weights() {
    return tensors().weights();
  }

  /**
   * Makes a plan for one shape of pictures, with memory of its own.
   *
   * @param input {@code [batch, height, width, channels]}
   * @throws org.resnext4j.engine.graph.ShapeException if the network cannot take the shape
   * @throws IllegalArgumentException if a batch norm would have one value for each channel, which
   *     has no variance
   * @throws ArithmeticException if an activation would not fit one array (2³¹ values)
   * @throws IllegalStateException if the model is closed
   */
  TrainingPlan plan(Shape input);

  /** Releases the values. The model and its plans must not be used afterwards. */
  @Override
  void close();
}
