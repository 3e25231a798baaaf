package org.resnext4j.engine;

import org.resnext4j.engine.graph.Graph;
import org.resnext4j.engine.graph.Shape;

/**
 * A network with its weights, which a {@link Backend} compiled for inference. The model is
 * immutable: any number of threads may make plans of it, and all plans share its weights.
 */
public interface InferenceModel extends AutoCloseable {

  /** The network. */
  Graph graph();

  /**
   * Makes a plan for one input shape. This costs little compared with compilation.
   *
   * @param input shape of the pictures, {@code [batch, height, width, channels]}
   * @throws org.resnext4j.engine.graph.ShapeException if the network cannot take the shape
   * @throws IllegalArgumentException if the activations would not fit one array (2³¹ values)
   */
  InferencePlan plan(Shape input);

  /** Releases the weights. The model's plans must not be used afterwards. */
  @Override
  void close();
}
