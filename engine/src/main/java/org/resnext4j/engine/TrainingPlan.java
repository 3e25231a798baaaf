package org.resnext4j.engine;

import java.util.Map;
import org.resnext4j.engine.graph.Shape;

/**
 * The steps of a {@link TrainingModel} for one shape of pictures, and the memory of their
 * activations. A plan is for one thread at a time, together with its model and the model's other
 * plans; it takes its memory until it becomes unreachable.
 */
public interface TrainingPlan {

  /** Shape of the pictures, {@code [batch, height, width, channels]}. */
  Shape inputShape();

  /**
   * Shape of an output, {@code [batch, height, width, channels]}; {@code [batch, 1, 1, classes]}
   * for the logits of a classifier.
   *
   * @throws IllegalArgumentException if the graph has no output of the name
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
   * Copies an output of the last {@link #forward}. Its memory serves the backward pass too, so read
   * it before.
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
   * @param accumulate whether to add to the model's gradients: for a batch in parts, or several
   *     plans in one step. Otherwise they are replaced
   * @throws IllegalArgumentException if there is no such output or an array is too short
   * @throws IllegalStateException if there was no forward pass since the last backward pass, or the
   *     parameters changed since, or another plan that shares this plan's memory ran since
   */
  void backward(Map<String, float[]> outputGradients, boolean accumulate);

  /**
   * Copies the gradient of the pictures that the last {@link #backward} computed, if {@link
   * TrainingOptions#inputGradient} asked for it.
   *
   * @param to receives {@link #inputShape} from the array's beginning
   * @throws IllegalArgumentException if the array is too short
   * @throws IllegalStateException if the options did not ask for it, there was no backward pass, or
   *     another pass overwrote it since
   */
  void readInputGradient(float[] to);

  /**
   * A plan of the same model for another shape that shares this plan's memory, for pictures that
   * come in several sizes one after another. A forward pass of one ends what the other could read
   * or take backward. Make the plan of the largest shape first: a plan that needs more memory takes
   * its own.
   *
   * @throws org.resnext4j.engine.graph.ShapeException if the network cannot take the shape
   * @throws IllegalArgumentException if a batch norm would see one value a channel
   */
  TrainingPlan resized(Shape input);

  /**
   * Bytes of activations, their gradients, and what single steps need; without the model's values.
   */
  long workingBytes();
}
