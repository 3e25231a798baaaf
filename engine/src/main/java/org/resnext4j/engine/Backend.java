package org.resnext4j.engine;

import org.resnext4j.engine.cpu.CpuBackend;
import org.resnext4j.engine.graph.Graph;
import org.resnext4j.engine.reference.ReferenceBackend;
import org.resnext4j.engine.tensor.Weights;

/**
 * An implementation of inference and training. {@link #cpu()} uses this machine's processor. {@link
 * #reference()} computes each operation by its definition in float64, and the tests compare every
 * other backend with it.
 *
 * <p>Three kinds of objects have three life cycles. A <b>backend</b> owns threads and other
 * resources; create one for each process and close it last. A <b>model</b> owns the values of one
 * network, that is its weights and, in training, its gradients; it is compiled once. A <b>plan</b>
 * owns the memory of one input shape; it costs little, belongs to one user at a time and needs no
 * closing.
 *
 * {@snippet :
 * try (Backend backend = Backend.cpu();
 *     InferenceModel model = backend.compile(graph, weights, InferenceOptions.defaults())) {
 *   InferencePlan plan = model.plan(new Shape(1, 224, 224, 3));
 *   float[] logits = new float[1000];
 *   plan.run(picture);
 *   plan.read("fc", logits);
 * }
 * }
 *
 * <p>Any number of threads, platform or virtual, may use a backend and its inference models.
 */
public interface Backend extends AutoCloseable {

  /**
   * A backend on this processor. The system property {@code resnext4j.threads} sets the number of
   * threads; the default is one thread for each physical core.
   *
   * @throws IllegalArgumentException if the property is not a number from 1 to 1024
   */
  static Backend cpu() {
    return CpuBackend.create();
  }

  /**
   * A backend on this processor with a given number of threads, including the calling thread.
   * Results have the same bits for any number of threads.
   *
   * @throws IllegalArgumentException if the number is not from 1 to 1024
   */
  static Backend cpu(int threads) {
    return CpuBackend.create(threads);
  }

  /**
   * The reference backend: each operation by its definition in float64. It is slow, and tests
   * compare other backends with it.
   */
  static Backend reference() {
    return new ReferenceBackend();
  }

  /**
   * Compiles a network for inference.
   *
   * @param weights the values of all parameters; they are copied, so the caller may change them
   *     afterwards
   * @throws IllegalArgumentException if {@link InferenceOptions#keptOutputs} names no node of the
   *     graph
   * @throws ArithmeticException if the weights are too large for one array (2³¹ values)
   * @throws OutOfMemoryError if the heap has no room for the packed weights; the message names the
   *     need
   * @throws IllegalStateException if the backend is closed
   */
  InferenceModel compile(Graph graph, Weights weights, InferenceOptions options);

  /** Compiles a network with the default options. */
  default InferenceModel compile(Graph graph, Weights weights) {
    return compile(graph, weights, InferenceOptions.defaults());
  }

  /**
   * Prepares a network for training.
   *
   * @param weights the initial values of all parameters and running statistics, which are copied
   * @throws ArithmeticException if the parameters do not fit one array (2³¹ values)
   * @throws IllegalStateException if the backend is closed, or if it cannot train on this machine;
   *     the message says what to do
   */
  TrainingModel train(Graph graph, Weights weights, TrainingOptions options);

  /** The number of threads that share one run. More concurrent users than threads gain nothing. */
  int threads();

  /**
   * Ends the backend's threads. Its models and plans must not be used afterwards. A second call
   * does nothing.
   */
  @Override
  void close();
}
