package org.resnext4j.engine;

import org.resnext4j.engine.graph.Shape;

/**
 * A compiled network for one input shape. The plan owns all memory of a run, so a run allocates
 * nothing.
 *
 * <p>A plan holds the activations of its last run. One thread at a time may use it, so each
 * concurrent user needs a plan. The garbage collector frees the memory when the plan becomes
 * unreachable.
 */
public interface InferencePlan {

  /** The shape of the pictures, {@code [batch, height, width, channels]}. */
  Shape inputShape();

  /**
   * The shape of an output, {@code [batch, height, width, channels]}. The logits of a classifier
   * have the shape {@code [batch, 1, 1, classes]}.
   *
   * @param output name of an output of the graph, or of a node that {@link
   *     InferenceOptions#keptOutputs} names
   * @throws IllegalArgumentException if there is no such output
   */
  Shape outputShape(String output);

  /**
   * Runs the network.
   *
   * @param pictures {@code [batch, height, width, channels]} from the array's beginning,
   *     normalised; not changed, and not read after this returns
   * @throws IllegalArgumentException if the array is shorter than the shape says
   * @throws IllegalStateException if the backend is closed
   */
  void run(float[] pictures);

  /**
   * Copies an output of the last {@link #run}.
   *
   * @param output name of an output of the graph, or of a node that {@link
   *     InferenceOptions#keptOutputs} names
   * @param to receives {@link #outputShape} from the array's beginning
   * @throws IllegalArgumentException if there is no such output or the array is too short
   */
  void read(String output, float[] to);

  /**
   * A plan of the same model for another input shape, which shares this plan's memory. It serves
   * one user with pictures of several sizes. A run of one plan overwrites the outputs of the other
   * plan. The plan of the largest shape should be made first, because a plan that needs more memory
   * allocates its own.
   *
   * @throws org.resnext4j.engine.graph.ShapeException if the network cannot take the shape
   * @throws IllegalArgumentException if the activations would not fit one array
   */
  InferencePlan resized(Shape input);
}
