package org.resnext4j.engine.cpu.inference;

import java.util.List;
import org.resnext4j.engine.InferencePlan;
import org.resnext4j.engine.cpu.parallel.WorkerPool;
import org.resnext4j.engine.graph.Shape;

/** A plan of a network on this processor for one input shape. */
public final class CpuInferencePlan implements InferencePlan {

  private final CpuInferenceModel model;
  private final Shape inputShape;
  private final List<Shape> shapes;
  private final MemoryPlan memory;
  private final SharedMemory shared;
  private final float[] activations;
  private final WorkerPool pool;
  private final InputStep enter;
  private final Step[] steps;

  /** The number of pictures that pass through the network together. */
  private final int together;

  /** An output of the whole batch. */
  @SuppressWarnings("ArrayRecordComponent") // A buffer, never compared.
  private record Collected(String name, float[] values) {}

  /**
   * Copies of the readable outputs; empty if the memory holds the whole batch at the end of a run.
   */
  private final List<Collected> collected;

  /**
   * Prepares a plan.
   *
   * @param shapes the shape of every node's output for the whole batch
   * @param together number of pictures that pass through the network together, a divisor of the
   *     batch
   * @param memory the memory plan for these pictures
   * @param shared the memory of the activations
   */
  CpuInferencePlan(
      CpuInferenceModel model,
      List<Shape> shapes,
      int together,
      MemoryPlan memory,
      SharedMemory shared) {
    this.model = model;
    this.shapes = shapes;
    this.together = together;
    this.memory = memory;
    this.shared = shared;
    this.inputShape = shapes.getFirst();
    this.activations = shared.atLeast(memory.length());
    this.collected =
        together == inputShape.batch()
            ? List.of()
            : model.readable().stream()
                .map(name ->
                    new Collected(name, new float[Math.toIntExact(outputShape(name).elements())]))
                .toList();
    this.pool = model.pool();
    StepBuilder builder = new StepBuilder(model, memory, activations, pool.threads());
    this.steps = model.layers().stream().map(builder::build).toArray(Step[]::new);
    this.enter = (InputStep) steps[0];
  }

  @Override
  public Shape inputShape() {
    return inputShape;
  }

  @Override
  public Shape outputShape(String output) {
    return shapes.get(model.readable(output).node().index());
  }

  @Override
  public InferencePlan resized(Shape input) {
    return model.plan(input, shared);
  }

  @Override
  public void run(float[] pictures) {
    requireLength("pictures", pictures.length, inputShape);
    if (shared.take(this)) {
      memory.clearBorders(activations);
    }
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
          copy(output.name, output.values, output.values.length / batch * first);
        }
      }
    } finally {
      enter.pictures = InputStep.NONE;
    }
  }

  @Override
  public void read(String output, float[] to) {
    requireLength(output, to.length, outputShape(output));
    for (int i = 0; i < collected.size(); i++) {
      Collected whole = collected.get(i);
      if (whole.name.equals(output)) {
        System.arraycopy(whole.values, 0, to, 0, whole.values.length);
        return;
      }
    }
    copy(output, to, 0);
  }

  /** Copies an output of the pictures that are in memory. */
  private void copy(String output, float[] destination, int start) {
    ActivationPlace storage = memory.storage(model.readable(output).value());
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

  /** The steps in their order, for measurements. */
  Step[] steps() {
    return steps;
  }

  private static void requireLength(String what, int length, Shape shape) {
    if (length < shape.elements()) {
      throw new IllegalArgumentException(
          "'%s' of shape %s needs %d values, but the array has %d"
              .formatted(what, shape, shape.elements(), length));
    }
  }
}
