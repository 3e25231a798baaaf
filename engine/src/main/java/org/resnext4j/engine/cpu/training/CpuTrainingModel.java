package org.resnext4j.engine.cpu.training;

import java.util.Optional;
import org.resnext4j.engine.TrainingModel;
import org.resnext4j.engine.TrainingOptions;
import org.resnext4j.engine.TrainingPlan;
import org.resnext4j.engine.cpu.kernel.Vectors;
import org.resnext4j.engine.cpu.parallel.WorkerPool;
import org.resnext4j.engine.graph.Graph;
import org.resnext4j.engine.graph.Node;
import org.resnext4j.engine.graph.Shape;
import org.resnext4j.engine.tensor.FlatTensors;
import org.resnext4j.engine.tensor.TrainingTensors;
import org.resnext4j.engine.tensor.Weights;

/**
 * A network in training on this processor.
 *
 * <p>Results have the same bits for any number of threads. The division of every sum over pixels
 * depends on shapes alone, and partial sums are added in a fixed order.
 */
public final class CpuTrainingModel implements TrainingModel {

  private final TrainingOptions options;
  private final Workspace space;
  private final TrainingTensors tensors;
  private long version;
  private boolean closed;

  private CpuTrainingModel(Graph graph, Weights initial, TrainingOptions options, WorkerPool pool) {
    this.options = options;
    this.space = new Workspace(pool);
    this.tensors = TrainingTensors.of(graph, initial, options.frozenParameter());
  }

  /**
   * Prepares a network for training.
   *
   * @param initial the values of all parameters, which are copied
   * @param pool the threads; its owner closes it after the model's last use
   * @throws ArithmeticException if the parameters do not fit one array (2³¹ values)
   * @throws IllegalStateException if this Java virtual machine runs without the Vector API;
   *     training has no plain kernels
   */
  public static CpuTrainingModel create(
      Graph graph, Weights initial, TrainingOptions options, WorkerPool pool) {
    Vectors.requireForTraining();
    return new CpuTrainingModel(graph, initial, options, pool);
  }

  @Override
  public TrainingTensors tensors() {
    return tensors;
  }

  @Override
  public TrainingOptions options() {
    return options;
  }

  @Override
  public void parametersChanged() {
    version++;
  }

  /** The number of changes of the parameters. */
  long version() {
    return version;
  }

  @Override
  public TrainingPlan plan(Shape input) {
    return plan(input, new ActivationMemory());
  }

  CpuTrainingPlan plan(Shape input, ActivationMemory memory) {
    if (closed) {
      throw new IllegalStateException("the training model is closed");
    }
    return new CpuTrainingPlan(this, input, memory);
  }

  @Override
  public void close() {
    closed = true;
  }

  /** The threads and the scratch memory, which all plans share. */
  Workspace space() {
    return space;
  }

  /** A parameter of a node. */
  Span parameter(Node node, String name) {
    return Span.of(tensors.parameters(), node.parameterName(name));
  }

  /** The gradient of a parameter of a node, unless the parameter is frozen. */
  Optional<Span> gradient(Node node, String name) {
    String full = node.parameterName(name);
    FlatTensors gradients = tensors.gradients();
    return gradients.contains(full) ? Optional.of(Span.of(gradients, full)) : Optional.empty();
  }

  /** The values of a batch norm. */
  NormSpans norm(Node node) {
    return new NormSpans(
        parameter(node, "weight"),
        parameter(node, "bias"),
        Span.of(tensors.runningStatistics(), node.parameterName("running_mean")),
        Span.of(tensors.runningStatistics(), node.parameterName("running_var")),
        gradient(node, "weight"),
        gradient(node, "bias"));
  }
}
