package org.resnext4j.engine.cpu.training;

import java.util.Arrays;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.resnext4j.engine.TrainingPlan;
import org.resnext4j.engine.cpu.kernel.ChannelPasses;
import org.resnext4j.engine.cpu.training.TrainingProgram.NamedStep;
import org.resnext4j.engine.cpu.training.TrainingProgram.Output;
import org.resnext4j.engine.graph.Shape;

/**
 * The steps of a {@link CpuTrainingModel} for one shape of pictures. The constructor allocates all
 * memory. Activations and gradients with disjoint life spans share memory.
 */
final class CpuTrainingPlan implements TrainingPlan {

  /** The progress of the current batch. */
  private enum Progress {
    NOTHING,
    FORWARD,
    BACKWARD
  }

  private final CpuTrainingModel model;
  private final Shape inputShape;
  private final ActivationMemory memory;
  private final TrainingProgram program;
  private Progress progress = Progress.NOTHING;
  private long version;

  CpuTrainingPlan(CpuTrainingModel model, Shape input, ActivationMemory memory) {
    this.model = model;
    this.inputShape = input;
    this.memory = memory;
    this.program = TrainingCompiler.compile(model, input, memory);
  }

  @Override
  public Shape inputShape() {
    return inputShape;
  }

  @Override
  public Shape outputShape(String output) {
    return output(output).shape();
  }

  @Override
  public void forward(float[] pictures) {
    requireRoom("pictures", pictures.length, inputShape);
    memory.take(this);
    System.arraycopy(pictures, 0, program.input().data(), 0, elements(inputShape));
    for (NamedStep step : program.forward()) {
      step.step().run(false);
    }
    progress = Progress.FORWARD;
    version = model.version();
  }

  @Override
  public void read(String output, float[] to) {
    Output from = output(output);
    Shape shape = from.shape();
    requireRoom("values of output '%s'".formatted(output), to.length, shape);
    require(Progress.FORWARD, "an output can be read only between a forward and a backward pass");
    int pixels = elements(shape) / shape.channels();
    from.source().readRows(0, pixels, 0, shape.channels(), to, 0, shape.channels());
  }

  @Override
  public void backward(Map<String, float[]> outputGradients, boolean accumulate) {
    outputGradients.forEach((name, gradient) ->
        requireRoom(
            "gradients of output '%s'".formatted(name), gradient.length, output(name).shape()));
    require(
        Progress.FORWARD,
        "a backward pass needs the activations of a forward pass with the present parameters");
    if (version != model.version()) {
      throw new IllegalStateException(
          "a backward pass needs the activations of a forward pass with the present parameters");
    }
    enter(outputGradients);
    for (NamedStep step : program.backward()) {
      step.step().run(accumulate);
    }
    progress = Progress.BACKWARD;
  }

  /** Copies the gradients of the outputs to their buffers. */
  private void enter(Map<String, float[]> outputGradients) {
    Set<Buffer> written = new HashSet<>();
    program
        .outputs()
        .forEach((name, output) -> {
          int count = elements(output.shape());
          Optional<float[]> gradient = Optional.ofNullable(outputGradients.get(name));
          if (output.gradient().isEmpty()) {
            return;
          }
          Buffer to = output.gradient().orElseThrow();
          boolean first = written.add(to);
          if (gradient.isPresent() && first) {
            System.arraycopy(gradient.orElseThrow(), 0, to.data(), 0, count);
          } else if (gradient.isPresent()) {
            ChannelPasses.add(gradient.orElseThrow(), 0, count, to.data(), 0);
          } else if (first) {
            Arrays.fill(to.data(), 0, count, 0f);
          }
        });
  }

  @Override
  public void readInputGradient(float[] to) {
    requireRoom("values of the pictures' gradient", to.length, inputShape);
    if (!model.options().inputGradient()) {
      throw new IllegalStateException(
          "the gradient of the pictures was not asked for in the options");
    }
    require(Progress.BACKWARD, "the gradient of the pictures can be read behind a backward pass");
    program
        .inputGradient()
        .ifPresentOrElse(
            gradient -> System.arraycopy(gradient.data(), 0, to, 0, elements(inputShape)),
            () -> Arrays.fill(to, 0, elements(inputShape), 0f));
  }

  @Override
  public TrainingPlan resized(Shape input) {
    return model.plan(input, memory);
  }

  @Override
  public long workingBytes() {
    return program.bytes() + model.space().bytes();
  }

  /** The steps, for profiles. */
  TrainingProgram program() {
    return program;
  }

  private Output output(String name) {
    Output output = program.outputs().get(name);
    if (output == null) {
      throw new IllegalArgumentException(
          "the graph has no output named '%s'; it has %s"
              .formatted(name, program.outputs().keySet()));
    }
    return output;
  }

  private void require(Progress wanted, String rule) {
    if (progress == wanted && !memory.isHeldBy(this)) {
      throw new IllegalStateException(
          rule + ", but another plan that shares this plan's memory ran since");
    }
    if (progress != wanted) {
      throw new IllegalStateException(rule);
    }
  }

  private static int elements(Shape shape) {
    return Math.toIntExact(shape.elements());
  }

  private static void requireRoom(String what, int length, Shape shape) {
    if (length < shape.elements()) {
      throw new IllegalArgumentException(
          "the %s need %d values for %s, but there are %d"
              .formatted(what, shape.elements(), shape, length));
    }
  }
}
