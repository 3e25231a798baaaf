package org.resnext4j.engine.graph;

import static org.resnext4j.engine.graph.ShapeRules.only;
import static org.resnext4j.engine.graph.ShapeRules.places;
import static org.resnext4j.engine.graph.ShapeRules.requireChannels;
import static org.resnext4j.engine.graph.ShapeRules.several;

import java.util.List;
import org.resnext4j.engine.graph.Parameter.Role;

/**
 * An operation of a network, without its values: the function it computes, the parameters it owns,
 * the shape of its output.
 *
 * <p>The interface is sealed so that every reader of a {@link Graph} is an exhaustive {@code
 * switch}: a reader that does not know an operation does not compile.
 */
public sealed interface Op
    permits Op.Input,
        Op.Conv2d,
        Op.BatchNorm,
        Op.Relu,
        Op.Pointwise,
        Op.Add,
        Op.Concat,
        Op.Subsample,
        Op.MaxPool,
        Op.GlobalAveragePool,
        Op.UpsampleNearest,
        Op.Linear,
        SeparableFilter,
        AttentionOp {

  /**
   * The shape of the output.
   *
   * @param inputs shapes of the inputs, in order
   * @throws ShapeException if the operation cannot take them
   */
  Shape infer(List<Shape> inputs);

  /** The tensors this operation owns, in the order of PyTorch's {@code state_dict}; often none. */
  default List<Parameter> parameters() {
    return List.of();
  }

  /**
   * Where pictures enter.
   *
   * @param channels values of a pixel, 3 for RGB
   */
  record Input(int channels) implements Op {
    @Override
    public Shape infer(List<Shape> inputs) {
      Shape input = only(inputs, "input");
      return requireChannels(input, channels, "input");
    }
  }

  /**
   * A convolution over {@code groups} independent groups of channels (the paper's cardinality):
   * group g of the outputs sees only group g of the inputs. Zero padding.
   *
   * @param inputChannels channels in, a multiple of {@code groups}
   * @param outputChannels channels out, a multiple of {@code groups}
   * @param kernel height and width of a filter, in pixels
   * @param stride step between outputs, in input pixels
   * @param padding zeros on each side, in pixels
   * @param groups number of groups, 1 for a dense convolution
   * @param bias whether a value is added to each output channel (before a batch norm there is none)
   * @param dilation distance between the pixels that a filter reads, 1 for neighbours
   */
  record Conv2d(
      int inputChannels,
      int outputChannels,
      int kernel,
      int stride,
      int padding,
      int groups,
      boolean bias,
      int dilation)
      implements Op {

    /** Checks that the channels divide into the groups and the sizes are positive. */
    public Conv2d {
      if (inputChannels < 1 || outputChannels < 1 || kernel < 1 || stride < 1 || groups < 1) {
        throw new ShapeException(
            "a convolution needs channels, kernel, stride and groups of at least 1, but was"
                + " %d to %d channels, kernel %d, stride %d, %d groups"
                    .formatted(inputChannels, outputChannels, kernel, stride, groups));
      }
      if (dilation < 1) {
        throw new ShapeException(
            "a convolution's dilation must be at least 1, but was " + dilation);
      }
      if (padding < 0 || padding >= extent(kernel, dilation)) {
        throw new ShapeException(
            "a convolution's padding must be at least 0 and less than its kernel of %d, but was %d"
                .formatted(extent(kernel, dilation), padding));
      }
      if (inputChannels % groups != 0 || outputChannels % groups != 0) {
        throw new ShapeException(
            "a convolution's channels must divide into its %d groups, but were %d in, %d out"
                .formatted(groups, inputChannels, outputChannels));
      }
    }

    /** A convolution without dilation. */
    public Conv2d(
        int inputChannels,
        int outputChannels,
        int kernel,
        int stride,
        int padding,
        int groups,
        boolean bias) {
      this(inputChannels, outputChannels, kernel, stride, padding, groups, bias, 1);
    }

    /** A convolution without bias and dilation. */
    public Conv2d(
        int inputChannels, int outputChannels, int kernel, int stride, int padding, int groups) {
      this(inputChannels, outputChannels, kernel, stride, padding, groups, false);
    }

    /** Height and width of the window that a filter covers, in pixels. */
    public int extent() {
      return extent(kernel, dilation);
    }

    private static int extent(int kernel, int dilation) {
      return dilation * (kernel - 1) + 1;
    }

    /** Input channels that one output channel sees. */
    public int inputChannelsPerGroup() {
      return inputChannels / groups;
    }

    /** Output channels of one group. */
    public int outputChannelsPerGroup() {
      return outputChannels / groups;
    }

    @Override
    public Shape infer(List<Shape> inputs) {
      Shape input = requireChannels(only(inputs, "convolution"), inputChannels, "convolution");
      return new Shape(
          input.batch(),
          places(input.height(), extent(), stride, padding, false, "convolution"),
          places(input.width(), extent(), stride, padding, false, "convolution"),
          outputChannels);
    }

    @Override
    public List<Parameter> parameters() {
      Parameter weight =
          new Parameter(
              "weight",
              Role.CONVOLUTION_WEIGHT,
              List.of(outputChannels, inputChannelsPerGroup(), kernel, kernel));
      return bias
          ? List.of(weight, new Parameter("bias", Role.CONVOLUTION_BIAS, List.of(outputChannels)))
          : List.of(weight);
    }
  }

  /**
   * Batch normalisation: {@code (x - mean) / sqrt(variance + epsilon) * weight + bias}, channel by
   * channel.
   *
   * @param channels values of a pixel
   * @param epsilon a small number that keeps the division finite
   */
  record BatchNorm(int channels, double epsilon) implements Op {

    /** PyTorch's and Torch7's default. */
    public static final double DEFAULT_EPSILON = 1e-5;

    /** A batch norm with the default epsilon. */
    public BatchNorm(int channels) {
      this(channels, DEFAULT_EPSILON);
    }

    @Override
    public Shape infer(List<Shape> inputs) {
      return requireChannels(only(inputs, "batch norm"), channels, "batch norm");
    }

    @Override
    public List<Parameter> parameters() {
      List<Integer> shape = List.of(channels);
      return List.of(
          new Parameter("weight", Role.NORM_WEIGHT, shape),
          new Parameter("bias", Role.NORM_BIAS, shape),
          new Parameter("running_mean", Role.RUNNING_MEAN, shape),
          new Parameter("running_var", Role.RUNNING_VARIANCE, shape));
    }
  }

  /** {@code max(x, 0)}. */
  record Relu() implements Op {
    @Override
    public Shape infer(List<Shape> inputs) {
      return only(inputs, "ReLU");
    }
  }

  /** The sum of two or more inputs of one shape. */
  record Add() implements Op {
    @Override
    public Shape infer(List<Shape> inputs) {
      Shape first = several(inputs, "addition");
      for (Shape other : inputs) {
        if (!other.equals(first)) {
          throw new ShapeException(
              "an addition needs inputs of one shape, but found %s and %s".formatted(first, other));
        }
      }
      return first;
    }
  }

  /** The inputs' channels one after another; used by form (b) of the block (Fig. 3). */
  record Concat() implements Op {
    @Override
    public Shape infer(List<Shape> inputs) {
      Shape first = several(inputs, "concatenation");
      int channels = 0;
      for (Shape other : inputs) {
        if (other.batch() != first.batch()
            || other.height() != first.height()
            || other.width() != first.width()) {
          throw new ShapeException(
              "a concatenation needs inputs of one batch, height and width, but found %s and %s"
                  .formatted(first, other));
        }
        channels = Math.addExact(channels, other.channels());
      }
      return new Shape(first.batch(), first.height(), first.width(), channels);
    }
  }

  /**
   * The shortcut of type A: every {@code stride}-th pixel, with channels of zeros added before and
   * after.
   *
   * @param stride step between the pixels kept
   * @param channelsBefore channels of zeros in front
   * @param channelsAfter channels of zeros behind
   */
  record Subsample(int stride, int channelsBefore, int channelsAfter) implements Op {
    @Override
    public Shape infer(List<Shape> inputs) {
      Shape input = only(inputs, "subsampling");
      return new Shape(
          input.batch(),
          (input.height() - 1) / stride + 1,
          (input.width() - 1) / stride + 1,
          input.channels() + channelsBefore + channelsAfter);
    }
  }

  /**
   * The largest value of each window, channel by channel; pixels outside the picture never win.
   *
   * @param kernel height and width of the window, in pixels
   * @param stride step between outputs, in input pixels
   * @param padding pixels on each side, less than half the kernel
   * @param partial whether a last window may reach past the picture (PyTorch's {@code ceil_mode})
   */
  record MaxPool(int kernel, int stride, int padding, boolean partial) implements Op {

    /** A pool of whole windows alone. */
    public MaxPool(int kernel, int stride, int padding) {
      this(kernel, stride, padding, false);
    }

    @Override
    public Shape infer(List<Shape> inputs) {
      Shape input = only(inputs, "max pool");
      return new Shape(
          input.batch(),
          places(input.height(), kernel, stride, padding, partial, "max pool"),
          places(input.width(), kernel, stride, padding, partial, "max pool"),
          input.channels());
    }
  }

  /** The mean of all pixels, channel by channel: {@code [batch, 1, 1, channels]}. */
  record GlobalAveragePool() implements Op {
    @Override
    public Shape infer(List<Shape> inputs) {
      Shape input = only(inputs, "global average pool");
      return new Shape(input.batch(), 1, 1, input.channels());
    }
  }

  /**
   * A map repeated to the height and width of another one: output pixel (y, x) is input pixel
   * {@code (⌊y · height / newHeight⌋, ⌊x · width / newWidth⌋)}, as PyTorch's {@code interpolate}
   * has it in mode {@code nearest}. The first input is the map, the second one gives the size; its
   * values are not read. Feature pyramids go from coarse to fine with it.
   */
  record UpsampleNearest() implements Op {
    @Override
    public Shape infer(List<Shape> inputs) {
      if (inputs.size() != 2) {
        throw new ShapeException(
            "an upsampling needs two inputs, a map and one of the wanted size, but has "
                + inputs.size());
      }
      Shape map = inputs.getFirst();
      Shape like = inputs.getLast();
      if (map.batch() != like.batch()) {
        throw new ShapeException(
            "an upsampling needs inputs of one batch, but found %s and %s".formatted(map, like));
      }
      return new Shape(map.batch(), like.height(), like.width(), map.channels());
    }

    /** The input row (or column) that an output row (or column) repeats. */
    public static int source(int place, int inputSize, int outputSize) {
      return (int) ((long) place * inputSize / outputSize);
    }
  }

  /**
   * A fully connected layer with bias: {@code weight · x + bias}, where x is a map flattened in
   * PyTorch's order: channel by channel, each row by row.
   *
   * <p>It is the convolution whose filters cover the whole map ({@link #asConvolution}), with the
   * same weights in the same order.
   *
   * @param channels values of a pixel
   * @param side height and width of the map, in pixels; 1 behind a global pool
   * @param outputs values out, such as the number of classes
   */
  record Linear(int channels, int side, int outputs) implements Op {

    /** Checks that the sizes are positive. */
    public Linear {
      if (channels < 1 || side < 1 || outputs < 1) {
        throw new ShapeException(
            "a linear layer needs channels, side and outputs of at least 1, but was %d, %d, %d"
                .formatted(channels, side, outputs));
      }
    }

    /** A layer over pictures of one pixel. */
    public Linear(int inputs, int outputs) {
      this(inputs, 1, outputs);
    }

    /** Values that one output sees: {@code channels · side · side}. */
    public int inputs() {
      return channels * side * side;
    }

    /** The same function as a convolution: filters of the map's size, no padding. */
    public Conv2d asConvolution() {
      return new Conv2d(channels, outputs, side, 1, 0, 1, true);
    }

    @Override
    public Shape infer(List<Shape> shapes) {
      Shape input = requireChannels(only(shapes, "linear layer"), channels, "linear layer");
      if (input.height() != side || input.width() != side) {
        throw new ShapeException(
            "a linear layer needs a map of %d×%d pixels, but found %s"
                .formatted(side, side, input));
      }
      return new Shape(input.batch(), 1, 1, outputs);
    }

    @Override
    public List<Parameter> parameters() {
      return List.of(
          new Parameter("weight", Role.LINEAR_WEIGHT, List.of(outputs, inputs())),
          new Parameter("bias", Role.LINEAR_BIAS, List.of(outputs)));
    }
  }

  /**
   * A function of each value alone.
   *
   * @param function which
   */
  record Pointwise(Nonlinearity function) implements Op {
    @Override
    public Shape infer(List<Shape> inputs) {
      return only(inputs, "pointwise function");
    }
  }
}
