package org.resnext4j.engine.graph;

import static org.resnext4j.engine.graph.ShapeRules.only;

import java.util.List;
import org.resnext4j.engine.graph.Parameter.Role;

/**
 * The operations that channel attention adds to a network. Squeeze-and-excitation (Hu et al. 2018),
 * ECA-Net (Wang et al. 2020) and selective kernels (Li et al. 2019) consist of these, of pooling
 * and of 1×1 convolutions.
 */
public sealed interface AttentionOp extends Op {

  /**
   * The product of each channel of a map and the channel's gate, as in squeeze-and-excitation (Hu
   * et al. 2018). The first input is the map. The second input holds the gates, {@code [batch, 1,
   * 1, channels]}.
   */
  record ChannelScale() implements AttentionOp {
    @Override
    public Shape infer(List<Shape> inputs) {
      if (inputs.size() != 2) {
        throw new ShapeException(
            "a channel scale needs two inputs, a map and its gates, but has " + inputs.size());
      }
      Shape map = inputs.getFirst();
      Shape wanted = new Shape(map.batch(), 1, 1, map.channels());
      if (!inputs.getLast().equals(wanted)) {
        throw new ShapeException(
            "a channel scale of %s needs gates of shape %s, but found %s"
                .formatted(map, wanted, inputs.getLast()));
      }
      return map;
    }
  }

  /**
   * A convolution along the channels of each pixel, as in ECA-Net (Wang et al. 2020). The padding
   * is zero, and there is no bias.
   *
   * @param kernel number of channels that one output reads, odd
   */
  record ChannelConvolution(int kernel) implements AttentionOp {

    /** Checks that the kernel is odd. */
    public ChannelConvolution {
      if (kernel < 1 || kernel % 2 == 0) {
        throw new ShapeException(
            "a convolution over channels needs an odd kernel, but was " + kernel);
      }
    }

    @Override
    public Shape infer(List<Shape> inputs) {
      return only(inputs, "convolution over channels");
    }

    @Override
    public List<Parameter> parameters() {
      return List.of(new Parameter("weight", Role.CONVOLUTION_WEIGHT, List.of(1, 1, kernel)));
    }
  }

  /**
   * Softmax over paths, as in selective kernels (Li et al. 2019). The channels of a pixel are
   * {@code [path, channel of the path]}. The values of one channel in all paths become positive
   * numbers that sum to 1.
   *
   * @param paths number of paths
   */
  record PathSoftmax(int paths) implements AttentionOp {
    @Override
    public Shape infer(List<Shape> inputs) {
      Shape input = only(inputs, "softmax over paths");
      if (paths < 1 || input.channels() % paths != 0) {
        throw new ShapeException(
            "a softmax over %d paths needs channels that divide into them, but found %s"
                .formatted(paths, input));
      }
      return input;
    }
  }

  /**
   * A range of the channels of each pixel.
   *
   * @param first the first channel
   * @param count number of channels
   */
  record Slice(int first, int count) implements AttentionOp {
    @Override
    public Shape infer(List<Shape> inputs) {
      Shape input = only(inputs, "slice");
      if (first < 0 || count < 1 || first + (long) count > input.channels()) {
        throw new ShapeException(
            "a slice of %d channels from %d does not lie in %s".formatted(count, first, input));
      }
      return new Shape(input.batch(), input.height(), input.width(), count);
    }
  }
}
