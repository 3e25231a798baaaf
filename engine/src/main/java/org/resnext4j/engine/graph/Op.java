package org.resnext4j.engine.graph;

import static org.resnext4j.engine.graph.ShapeRules.only;
import static org.resnext4j.engine.graph.ShapeRules.places;
import static org.resnext4j.engine.graph.ShapeRules.requireChannels;
import static org.resnext4j.engine.graph.ShapeRules.several;

import java.util.List;
import org.resnext4j.engine.graph.Parameter.Role;

/**
 * An operation of a network. It states which function it computes, which parameters it owns and
 * which shape its output has; it holds no values of parameters.
 *
 * <p>The interface is sealed, and every reader of a {@link Graph} is an exhaustive {@code switch}.
 * A reader that lacks an operation therefore does not compile.
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
   * @throws ShapeException if the operation cannot take these inputs
   */
  Shape infer(List<Shape> inputs);

  /** The parameters of this operation in the order of PyTorch's {@code state_dict}; often none. */
  default List<Parameter> parameters() {
    return List.of();
  }

  /**
   * The pictures that the network receives.
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
   * A convolution over {@code groups} independent groups of channels; the paper calls their number
   * the cardinality. Group g of the output depends on group g of the input alone. The padding is
   * zero.
   *
   * @param inputChannels channels in, a multiple of {@code groups}
   * @param outputChannels channels out, a multiple of {@code groups}
   * @param kernel height and width of a filter, in pixels
   * @param stride distance between neighbouring outputs, in input pixels
   * @param padding zeros on each side, in pixels
   * @param groups number of groups, 1 for a dense convolution
   * @param bias whether each output channel has a bias; a convolution before a batch norm has none
   * @param dilation distance between the pixels that a filter reads, in pixels; 1 for neighbours
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

    /** Number of input channels in one group. */
    public int inputChannelsPerGroup() {
      return inputChannels / groups;
    }

    /** Number of output channels in one group. */
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
   * Batch normalisation (Ioffe and Szegedy 2015). It computes {@code (x - mean) / sqrt(variance +
   * epsilon) * weight + bias} channel by channel.
   *
   * @param channels values of a pixel
   * @param epsilon a small number that keeps the division finite
   */
  record BatchNorm(int channels, double epsilon) implements Op {

    /** The default of PyTorch and Torch7. */
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

  /** The rectified linear unit, {@code max(x, 0)}. */
  record Relu() implements Op {
    @Override
    public Shape infer(List<Shape> inputs) {
      return only(inputs, "ReLU");
    }
  }

  /** The sum of two or more inputs of equal shape. */
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

  /** The concatenation of the inputs' channels. Form (b) of the block uses it (Fig. 3). */
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
   * The shortcut of type A (He et al. 2016). It keeps every {@code stride}-th pixel and adds
   * channels of zeros.
   *
   * @param stride distance between the kept pixels, in pixels
   * @param channelsBefore channels of zeros before the input's channels
   * @param channelsAfter channels of zeros after the input's channels
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
   * Max pooling: the largest value of each window, channel by channel. Pixels outside the picture
   * do not count.
   *
   * @param kernel height and width of the window, in pixels
   * @param stride distance between neighbouring outputs, in input pixels
   * @param padding pixels on each side, less than half the kernel
   * @param partial whether the last window may extend past the picture (PyTorch's {@code
   *     ceil_mode})
   */
  record MaxPool(int kernel, int stride, int padding, boolean partial) implements Op {

    /** A pool in which every window lies in the padded picture. */
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

  /**
   * Global average pooling: the mean of all pixels, channel by channel. The output is {@code
   * [batch, 1, 1, channels]}.
   */
  record GlobalAveragePool() implements Op {
    @Override
    public Shape infer(List<Shape> inputs) {
      Shape input = only(inputs, "global average pool");
      return new Shape(input.batch(), 1, 1, input.channels());
    }
  }

  /**
   * Nearest-neighbour upsampling of a map to the height and width of another map. Output pixel (y,
   * x) is input pixel {@code (⌊y · height / newHeight⌋, ⌊x · width / newWidth⌋)}, as in PyTorch's
   * {@code interpolate} with mode {@code nearest}. The first input is the map. The second input
   * gives the size, and its values are not read. Feature pyramids use it for their path from coarse
   * to fine maps.
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

    /** The input row or column that an output row or column repeats. */
    public static int source(int place, int inputSize, int outputSize) {
      return (int) ((long) place * inputSize / outputSize);
    }
  }

  /**
   * A fully connected layer with bias: {@code weight · x + bias}. Here x is a map that is flattened
   * in PyTorch's order, channel by channel and each channel row by row.
   *
   * <p>The layer equals a convolution whose filters cover the whole map ({@link #asConvolution});
   * the weights have the same order in both.
   *
   * @param channels values of a pixel
   * @param side height and width of the map, in pixels; 1 after a global pool
   * @param outputs number of output values, such as the number of classes
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

    /** A layer over maps of one pixel. */
    public Linear(int inputs, int outputs) {
      this(inputs, 1, outputs);
    }

    /** Number of values that one output depends on: {@code channels · side · side}. */
    public int inputs() {
      return channels * side * side;
    }

    /** The same function as a convolution with filters of the map's size and no padding. */
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
   * A function that is applied to each value.
   *
   * @param function the function
   */
  record Pointwise(Nonlinearity function) implements Op {
    @Override
    public Shape infer(List<Shape> inputs) {
      return only(inputs, "pointwise function");
    }
  }
}
