package org.resnext4j.engine;

import java.util.Map;
import org.resnext4j.engine.graph.Shape;

/**
 * The forward and backward passes of a {@link TrainingModel} for one shape of pictures. The plan
 * owns the memory of the activations. One thread at a time may use a model and its plans. The
 * garbage collector frees the memory when the plan becomes unreachable.
 */
public interface TrainingPlan {

  /** The shape of the pictures, {@code [batch, height, width, channels]}. */
  Shape inputShape();

  /**
   * The shape of an output, {@code [batch, height, width, channels]}. The logits of a classifier
   * have the shape {@code [batch, 1, 1, classes]}.
   *
   * @throws IllegalArgumentException if the graph has no output with the name
   */
  Shape outputShape(String output);

  /**
   * Computes the outputs of a batch and updates the running statistics.
   *
   * @param pictures {@code [batch, height, width, channels]}, not read after this returns
   * @throws IllegalArgumentException if the array is shorter than the shape says
   */
  void forward(float[] pictures);

  /**
   * Copies an output of the last {@link #forward}. The backward pass reuses the output's memory, so
   * an output must be read before it.
   *
   * @param to receives {@link #outputShape} from the array's beginning
   * @throws IllegalArgumentException if there is no such output or the array is too short
   * @throws IllegalStateException if there was no forward pass since the last backward pass, or
   *     another plan that shares this plan's memory ran since
   */
  void read(String output, float[] to);

  /**
   * Computes the gradients of the batch that {@link #forward} saw last.
   *
   * @param outputGradients gradient of the loss by each output, by the output's name, each of
   *     {@link #outputShape} and not changed; zero for outputs that are left out
   * @param accumulate whether the pass adds to the model's gradients, as for a batch in several
   *     parts; otherwise it replaces them
   * @throws IllegalArgumentException if there is no such output or an array is too short
   * @throws IllegalStateException if there was no forward pass since the last backward pass, or the
   *     parameters changed since, or another plan that shares this plan's memory ran since
   */
  void backward(Map<String, float[]> outputGradients, boolean accumulate);

  /**
   * Copies the gradient of the pictures from the last {@link #backward}. The backward pass computes
   * it if {@link TrainingOptions#inputGradient} is set.
   *
   * @param to receives {@link #inputShape} from the array's beginning
   * @throws IllegalArgumentException if the array is too short
   * @throws IllegalStateException if the option is not set, if there was no backward pass, or if
   *     another pass has overwritten the gradient
   */
  void readInputGradient(float[] to);

  /**
   * A plan of the same model for another shape, which shares this plan's memory. It serves pictures
   * of several sizes one after another. A forward pass of one plan invalidates the activations of
   * the other plan. The plan of the largest shape should be made first, because a plan that needs
   * more memory allocates its own.
   *
   * @throws org.resnext4j.engine.graph.ShapeException if the network cannot take the shape
   * @throws IllegalArgumentException if a batch norm would have one value for each channel, which
   *     has no variance
   */
  TrainingPlan resized(Shape input);

  /**
   * Bytes of the activations, of their gradients and of the steps' scratch memory. The model's
   * values are not included.
   */
  long workingBytes();
}
