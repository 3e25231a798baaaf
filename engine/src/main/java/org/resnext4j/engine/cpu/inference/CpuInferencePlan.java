package org.resnext4j.engine.cpu.inference;

import java.util.List;
import org.resnext4j.engine.InferenceOptions;
import org.resnext4j.engine.cpu.parallel.WorkerPool;
import org.resnext4j.engine.graph.Shape;

/**
 * A compiled network prepared for one input shape: all memory is planned, a run allocates nothing.
 *
 * <p>A plan holds the activations of the run in progress, so it is for one thread at a time; make
 * one for each concurrent user. The pool may be shared.
 */
public final class CpuInferencePlan {

  private final CpuInferenceModel model;
  private final Shape inputShape;
  private final Shape outputShape;
  private final List<Shape> shapes;
  private final MemoryPlan memory;
  private final float[] activations;
  private final WorkerPool pool;
  private final InputStep enter;
  private final Step[] steps;

  /** Pictures that go through the network together. */
  private final int together;

  /** A node's output for the whole batch. */
  @SuppressWarnings("ArrayRecordComponent") // A buffer, never compared.
  private record Collected(String node, float[] values) {}

  /** What can be read afterwards; empty if a run has the whole batch in memory at its end. */
  private final List<Collected> collected;

  /**
   * Prepares a plan.
   *
   * @param shapes of every node, for the whole batch
   * @param together pictures that go through the network together, a divisor of the batch
   * @param memory planned for those
   */
  CpuInferencePlan(
      CpuInferenceModel model,
      List<Shape> shapes,
      int together,
      MemoryPlan memory,
      WorkerPool pool) {
    this.model = model;
    this.shapes = shapes;
    this.together = together;
    this.memory = memory;
    this.inputShape = shapes.getFirst();
    this.outputShape = shapes.getLast();
    this.activations = new float[memory.length()];
    this.collected =
        together == inputShape.batch()
            ? List.of()
            : model.readable().stream()
                .map(
                    node -> new Collected(node, new float[Math.toIntExact(shape(node).elements())]))
                .toList();
    this.pool = pool;
    StepBuilder builder = new StepBuilder(model, memory, activations, pool.threads());
    this.steps = model.layers().stream().map(builder::build).toArray(Step[]::new);
    this.enter = (InputStep) steps[0];
  }

  /** Shape of the pictures. */
  public Shape inputShape() {
    return inputShape;
  }

  /** Shape of the network's output: {@code [batch, 1, 1, classes]} for a classifier. */
  public Shape outputShape() {
    return outputShape;
  }

  /**
   * Runs the network.
   *
   * @param pictures {@code [batch, height, width, channels]}, normalised; not changed
   * @param outputs gets the network's output, {@code [batch, height, width, channels]}: the logits
   *     of a classifier, picture by picture
   * @throws IllegalArgumentException if an array is shorter than its shape says
   * @throws IllegalStateException if the pool is closed
   */
  public void run(float[] pictures, float[] outputs) {
    requireLength("pictures", pictures.length, inputShape);
    requireLength("outputs", outputs.length, outputShape);
    int batch = inputShape.batch();
    enter.pictures = pictures;
    try {
      for (int first = 0; first < batch; first += together) {
        enter.first = Math.toIntExact(inputShape.elements() / batch * first);
        for (Step step : steps) {
          pool.run(step.chunks(), step);
        }
        for (int i = 0; i < collected.size(); i++) {
          Collected output = collected.get(i);
          copy(output.node, output.values, output.values.length / batch * first);
        }
      }
    } finally {
      enter.pictures = InputStep.NONE;
    }
    read(model.graph().output().name(), outputs);
  }

  /**
   * Copies the output that a node had in the last run.
   *
   * @param node name of the output, or one of {@link InferenceOptions#keptOutputs}
   * @param destination gets {@code [batch, height, width, channels]}
   * @throws IllegalArgumentException if the node's output is not kept or the array is too short
   */
  public void read(String node, float[] destination) {
    model.readable(node);
    requireLength("destination", destination.length, shape(node));
    for (int i = 0; i < collected.size(); i++) {
      Collected output = collected.get(i);
      if (output.node.equals(node)) {
        System.arraycopy(output.values, 0, destination, 0, output.values.length);
        return;
      }
    }
    copy(node, destination, 0);
  }

  /** Copies a node's output of the pictures in memory. */
  private void copy(String node, float[] destination, int start) {
    ActivationPlace storage = memory.storage(model.readable(node));
    Shape shape = storage.shape();
    int at = start;
    for (int picture = 0; picture < shape.batch(); picture++) {
      for (int y = 0; y < shape.height(); y++) {
        for (int x = 0; x < shape.width(); x++) {
          int from = storage.base() + storage.pixel(picture, y, x);
          storage.layout().copyChannels(activations, from, destination, at);
          at += shape.channels();
        }
      }
    }
  }

  /**
   * Shape of a node's output.
   *
   * @throws IllegalArgumentException if there is no such node
   */
  public Shape shape(String node) {
    return shapes.get(model.graph().node(node).index());
  }

  /** The steps in order, for measurements. */
  Step[] steps() {
    return steps;
  }

  private static void requireLength(String what, int length, Shape shape) {
    if (length < shape.elements()) {
      throw new IllegalArgumentException(
          "%s of shape %s need %d values, but the array has %d"
              .formatted(what, shape, shape.elements(), length));
    }
  }
}
