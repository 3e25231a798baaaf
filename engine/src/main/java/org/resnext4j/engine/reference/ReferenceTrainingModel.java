package org.resnext4j.engine.reference;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.resnext4j.engine.TrainingModel;
import org.resnext4j.engine.TrainingOptions;
import org.resnext4j.engine.TrainingPlan;
import org.resnext4j.engine.graph.Graph;
import org.resnext4j.engine.graph.Shape;
import org.resnext4j.engine.tensor.TrainingTensors;
import org.resnext4j.engine.tensor.Weights;

/**
 * {@link ReferenceGradient} as a training model. Its values are float32, and each pass computes in
 * float64.
 */
final class ReferenceTrainingModel implements TrainingModel {

  private final TrainingOptions options;
  private final TrainingTensors tensors;
  private long version;

  ReferenceTrainingModel(Graph graph, Weights initial, TrainingOptions options) {
    this.options = options;
    this.tensors = TrainingTensors.of(graph, initial, options.frozenParameter());
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

  @Override
  public TrainingPlan plan(Shape input) {
    return new Plan(input);
  }

  @Override
  public void close() {}

  private final class Plan implements TrainingPlan {

    private final Shape input;
    private final List<Shape> shapes;
    private final ReferenceGradient reference;
    private boolean forwardIsCurrent;
    private boolean backwardIsCurrent;
    private long seen;

    Plan(Shape input) {
      this.input = input;
      this.shapes = graph().shapes(input);
      this.reference = new ReferenceGradient(graph(), weights(), options.fixedStatistics());
    }

    @Override
    public Shape inputShape() {
      return input;
    }

    @Override
    public Shape outputShape(String output) {
      return shapes.get(graph().output(output).index());
    }

    @Override
    public void forward(float[] pictures) {
      requireRoom("pictures", pictures.length, input);
      weights()
          .tensors()
          .forEach((name, tensor) ->
              Arrays.setAll(reference.parameters().get(name), i -> tensor.values()[i]));
      float[] values = Arrays.copyOf(pictures, Math.toIntExact(input.elements()));
      reference.forward(Activation.of(input, values));
      reference.updateRunningStatistics(options.batchNormMomentum());
      tensors
          .runningStatistics()
          .slices()
          .forEach((name, slice) ->
              write(
                  reference.parameters().get(name),
                  tensors.runningStatistics().values(),
                  slice.offset(),
                  false));
      forwardIsCurrent = true;
      backwardIsCurrent = false;
      seen = version;
    }

    @Override
    public void read(String output, float[] to) {
      requireRoom("values of output '%s'".formatted(output), to.length, outputShape(output));
      if (!forwardIsCurrent) {
        throw new IllegalStateException(
            "an output can be read only between a forward and a backward pass");
      }
      write(reference.output(output).values(), to, 0, false);
    }

    @Override
    public void backward(Map<String, float[]> outputGradients, boolean accumulate) {
      Map<String, Activation> wide = new LinkedHashMap<>();
      outputGradients.forEach((name, gradient) -> {
        Shape shape = outputShape(name);
        requireRoom("gradients of output '%s'".formatted(name), gradient.length, shape);
        float[] values = Arrays.copyOf(gradient, Math.toIntExact(shape.elements()));
        wide.put(name, Activation.of(shape, values));
      });
      if (!forwardIsCurrent || seen != version) {
        throw new IllegalStateException(
            "a backward pass needs the activations of a forward pass with the present parameters");
      }
      forwardIsCurrent = false;
      backwardIsCurrent = true;
      Map<String, double[]> found = reference.backward(wide);
      tensors
          .gradients()
          .slices()
          .forEach((name, slice) ->
              write(found.get(name), tensors.gradients().values(), slice.offset(), accumulate));
    }

    @Override
    public void readInputGradient(float[] to) {
      requireRoom("values of the pictures' gradient", to.length, input);
      if (!options.inputGradient()) {
        throw new IllegalStateException(
            "the gradient of the pictures was not asked for in the options");
      }
      if (!backwardIsCurrent) {
        throw new IllegalStateException(
            "the gradient of the pictures can be read behind a backward pass");
      }
      write(reference.inputGradient().values(), to, 0, false);
    }

    @Override
    public TrainingPlan resized(Shape shape) {
      return plan(shape);
    }

    @Override
    public long workingBytes() {
      long values = shapes.stream().mapToLong(Shape::elements).sum();
      return 2 * values * Double.BYTES;
    }
  }

  private static void write(double[] from, float[] to, int at, boolean accumulate) {
    for (int i = 0; i < from.length; i++) {
      to[at + i] = (float) (accumulate ? to[at + i] + from[i] : from[i]);
    }
  }

  private static void requireRoom(String what, int length, Shape shape) {
    if (length < shape.elements()) {
      throw new IllegalArgumentException(
          "the %s need %d values for %s, but there are %d"
              .formatted(what, shape.elements(), shape, length));
    }
  }
}
