package org.resnext4j.engine;

import org.resnext4j.engine.cpu.CpuBackend;
import org.resnext4j.engine.graph.Graph;
import org.resnext4j.engine.reference.ReferenceBackend;
import org.resnext4j.engine.tensor.Weights;

/**
 * A way to compute graphs: this processor ({@link #cpu()}), or plain loops in float64 that the
 * tests of all others are held to ({@link #reference()}).
 *
 * <p>There are three levels of life. A <b>backend</b> owns the means of computing, such as threads;
 * make one for a process and close it last. A <b>model</b> owns the values of one network: weights,
 * and for training gradients too; it is compiled once. A <b>plan</b> owns the memory of one input
 * shape; it is cheap to make, belongs to one user at a time, and needs no closing.
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
 * <p>A backend and its models may be used by any number of threads, virtual ones too.
 */
public interface Backend extends AutoCloseable {

  /**
   * This processor, with as many threads as the system property {@code resnext4j.threads} says, or
   * else one for each physical core.
   *
   * @throws IllegalArgumentException if the property is no number from 1 to 1024
   */
  static Backend cpu() {
    return CpuBackend.create();
  }

  /**
   * This processor with a number of threads, the calling one included. Results have the same bits
   * for any number.
   *
   * @throws IllegalArgumentException if the number is not from 1 to 1024
   */
  static Backend cpu(int threads) {
    return CpuBackend.create(threads);
  }

  /** Each operation by its definition, in float64: slow, and the truth of the tests. */
  static Backend reference() {
    return new ReferenceBackend();
  }

  /**
   * Compiles a network for inference.
   *
   * @param weights are copied: the caller may drop or change them afterwards
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
   * @param weights first values of all parameters and running statistics, copied
   * @throws ArithmeticException if the parameters do not fit one array (2³¹ values)
   * @throws IllegalStateException if the backend is closed, or cannot train here; the message says
   *     what to do
   */
  TrainingModel train(Graph graph, Weights weights, TrainingOptions options);

  /** Threads that share one run; more users at a time than these do not finish sooner. */
  int threads();

  /**
   * Ends the backend's threads. Models and plans made by it must not be used afterwards. Closing a
   * second time does nothing.
   */
  @Override
  void close();
}
