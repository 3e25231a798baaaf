package org.resnext4j.engine.cpu.training;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import org.resnext4j.engine.TrainingOptions;
import org.resnext4j.engine.cpu.kernel.Vectors;
import org.resnext4j.engine.cpu.parallel.WorkerPool;
import org.resnext4j.engine.graph.Graph;
import org.resnext4j.engine.graph.Parameter;
import org.resnext4j.engine.graph.Shape;
import org.resnext4j.engine.tensor.Tensor;
import org.resnext4j.engine.tensor.Weights;

/**
 * A network prepared for training: forward with batch norm in training mode, backward to the
 * gradient of every parameter.
 *
 * <p>The plan owns the parameters. An optimiser writes to their arrays, calls {@link
 * #parametersChanged} and goes on with the next batch:
 *
 * {@snippet :
 * CpuTrainingPlan plan = CpuTrainingPlan.create(graph, weights, new Shape(128, 32, 32, 3), options, pool);
 * plan.forward(images, logits);
 * // loss(logits) and its gradient
 * plan.backward(logitGradients);
 * plan.gradients().forEach((name, gradient) -> update(plan.parameters().get(name), gradient));
 * plan.parametersChanged();
 * }
 *
 * <p>The result is the same bits for any number of threads: every sum over pixels is divided by the
 * shapes alone and joined in a fixed order. All memory is taken when the plan is made; activations
 * and gradients that are never needed at the same time share it. A plan is for one thread at a
 * time.
 */
public final class CpuTrainingPlan {

  /** One operation's work, forward or backward. */
  @FunctionalInterface
  interface Step {
    /**
     * Does it.
     *
     * @param accumulate whether gradients of parameters are added to what is there; of no meaning
     *     forward
     */
    void run(boolean accumulate);
  }

  private final SequencedMap<String, Tensor> parameters = new LinkedHashMap<>();
  private final SequencedMap<String, Tensor> running = new LinkedHashMap<>();
  private final SequencedMap<String, Tensor> gradients = new LinkedHashMap<>();
  private final Shape inputShape;
  private final Shape outputShape;
  private final Graph graph;
  private final TrainingCompiler.Program program;
  private boolean forwardIsCurrent;

  private CpuTrainingPlan(
      Graph graph, Weights initial, Shape input, TrainingOptions options, WorkerPool pool) {
    this.graph = graph;
    List<Shape> shapes = graph.shapes(input);
    this.inputShape = input;
    this.outputShape = shapes.getLast();
    for (Map.Entry<String, Parameter> entry : graph.parameters().entrySet()) {
      String name = entry.getKey();
      Tensor tensor = initial.get(name).copy();
      if (entry.getValue().role().isTrainable()) {
        parameters.put(name, tensor);
        if (!options.frozenParameter().test(name)) {
          gradients.put(name, Tensor.zeros(tensor.shape()));
        }
      } else {
        running.put(name, tensor);
      }
    }
    this.program =
        new TrainingCompiler(graph, shapes, parameters, running, gradients, options, pool)
            .compile();
  }

  /**
   * Prepares a network for batches of one shape.
   *
   * @param initial values of all parameters, copied
   * @param input shape of the pictures, {@code [batch, height, width, channels]}
   * @param pool whose threads do the work; closed by its owner, after the plan's last use
   * @throws org.resnext4j.engine.graph.ShapeException if the network cannot take such pictures
   * @throws IllegalArgumentException if a batch norm would see one value a channel, which has no
   *     variance
   * @throws IllegalStateException if this Java virtual machine runs without the Vector API, which
   *     training, unlike inference, has no plain twin for
   */
  public static CpuTrainingPlan create(
      Graph graph, Weights initial, Shape input, TrainingOptions options, WorkerPool pool) {
    Vectors.requireForTraining();
    return new CpuTrainingPlan(graph, initial, input, options, pool);
  }

  /** Shape of the pictures. */
  public Shape inputShape() {
    return inputShape;
  }

  /** Shape of the logits. */
  public Shape outputShape() {
    return outputShape;
  }

  /**
   * The parameters that gradients could change, frozen ones too, by full name in PyTorch's order
   * and layout. They are the plan's own: write to them, then call {@link #parametersChanged}.
   */
  public SequencedMap<String, Tensor> parameters() {
    return Collections.unmodifiableSequencedMap(parameters);
  }

  /** The gradients that {@link #backward} leaves, for every parameter that is not frozen. */
  public SequencedMap<String, Tensor> gradients() {
    return Collections.unmodifiableSequencedMap(gradients);
  }

  /**
   * The running means and variances of all batch norms, which {@link #forward} updates. Writing to
   * them (resuming, say) is allowed.
   */
  public SequencedMap<String, Tensor> runningStatistics() {
    return Collections.unmodifiableSequencedMap(running);
  }

  /** A copy of all parameters and running statistics, for a checkpoint or an inference model. */
  public Weights weights() {
    Map<String, Tensor> all = new LinkedHashMap<>();
    parameters.forEach((name, tensor) -> all.put(name, tensor.copy()));
    running.forEach((name, tensor) -> all.put(name, tensor.copy()));
    return Weights.of(graph, all);
  }

  /** Says that parameters were written to: a backward pass now needs a forward pass first. */
  public void parametersChanged() {
    forwardIsCurrent = false;
  }

  /**
   * Computes the logits of a batch and updates the running statistics.
   *
   * @param images {@code [batch, height, width, channels]}, read before this returns
   * @param logits receives {@code [batch, classes]}
   * @throws IllegalArgumentException if an array is too short
   */
  public void forward(float[] images, float[] logits) {
    requireRoom("images", images.length, inputShape);
    requireRoom("logits", logits.length, outputShape);
    float[] input = program.input().data();
    System.arraycopy(images, 0, input, 0, Math.toIntExact(inputShape.elements()));
    for (TrainingCompiler.NamedStep step : program.forward()) {
      step.step().run(false);
    }
    program
        .output()
        .readRows(
            0, outputShape.batch(), 0, outputShape.channels(), logits, 0, outputShape.channels());
    forwardIsCurrent = true;
  }

  /**
   * Computes the gradients of the batch that {@link #forward} saw last, in place of those there
   * were.
   *
   * @param logitGradients the loss's gradient by the logits, {@code [batch, classes]}
   * @throws IllegalStateException if there was no forward pass, or the parameters changed since, or
   *     its activations were already used by a backward pass
   * @throws IllegalArgumentException if the array is too short
   */
  public void backward(float[] logitGradients) {
    backward(logitGradients, false);
  }

  /**
   * As {@link #backward(float[])}, but adds to the gradients there were if asked: a batch in parts.
   *
   * @param accumulate whether to add
   */
  public void backward(float[] logitGradients, boolean accumulate) {
    requireRoom("gradients of the logits", logitGradients.length, outputShape);
    if (!forwardIsCurrent) {
      throw new IllegalStateException(
          "a backward pass needs the activations of a forward pass with the present parameters");
    }
    forwardIsCurrent = false;
    System.arraycopy(
        logitGradients,
        0,
        program.outputGradient().data(),
        0,
        Math.toIntExact(outputShape.elements()));
    for (TrainingCompiler.NamedStep step : program.backward()) {
      step.step().run(accumulate);
    }
  }

  /**
   * Copies the gradient of the pictures that the last {@link #backward} computed, if the options
   * asked for it.
   *
   * @param to receives {@code [batch, height, width, channels]}
   * @throws IllegalStateException if the options did not
   */
  public void readInputGradient(float[] to) {
    requireRoom("input gradient", to.length, inputShape);
    Buffer gradient =
        program
            .inputGradient()
            .orElseThrow(() ->
                new IllegalStateException(
                    "the gradient of the pictures was not asked for in the options"));
    System.arraycopy(gradient.data(), 0, to, 0, Math.toIntExact(inputShape.elements()));
  }

  /** Bytes of activations, gradients of activations and scratch, without the parameters. */
  public long workingBytes() {
    return program.bytes();
  }

  /** The steps, for a profile. */
  TrainingCompiler.Program program() {
    return program;
  }

  private static void requireRoom(String what, int length, Shape shape) {
    if (length < shape.elements()) {
      throw new IllegalArgumentException(
          "the %s need %d values for %s, but there are %d"
              .formatted(what, shape.elements(), shape, length));
    }
  }
}
