package org.resnext4j.engine;

import org.resnext4j.engine.graph.Shape;

/**
 * A compiled network prepared for one input shape: all memory is planned, a run allocates nothing.
 *
 * <p>A plan holds the activations of its last run, so it is for one thread at a time; make one for
 * each concurrent user. It takes the memory of its activations until it becomes unreachable.
 */
public interface InferencePlan {

  /** Shape of the pictures, {@code [batch, height, width, channels]}. */
  Shape inputShape();

  /**
   * Shape of an output, {@code [batch, height, width, channels]}; {@code [batch, 1, 1, classes]}
   * for the logits of a classifier.
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
   * A plan of the same model for another input shape that shares this plan's memory: for one user
   * with pictures of several sizes. Running one of them overwrites the outputs of the other. Make
   * the plan of the largest shape first: it decides how much memory they share; a plan that needs
   * more takes its own.
   *
   * @throws org.resnext4j.engine.graph.ShapeException if the network cannot take the shape
   * @throws IllegalArgumentException if the activations would not fit one array
   */
  InferencePlan resized(Shape input);
}
