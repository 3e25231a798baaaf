package org.resnext4j.engine.cpu.inference;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.resnext4j.engine.graph.SeparableFilter;

/**
 * One step of a compiled network, for any input shape: the values it reads, the value it writes,
 * and the places of its packed weights.
 */
sealed interface Layer {

  /**
   * The output of a node, laid out in one way.
   *
   * @param node position of the node in the graph
   * @param layout where the channels of a pixel lie
   * @param halo width of the border of zeros, in pixels
   */
  record Value(int node, ChannelLayout layout, int halo) {}

  /** The value it writes. */
  Value output();

  /** The values it reads. */
  List<Value> inputs();

  /** Where the sums for products in pairs lie, if the layer computes products in pairs. */
  default Optional<PairPacking> pairs() {
    return Optional.empty();
  }

  /** A layer that reads one value. */
  sealed interface UnaryLayer extends Layer {

    /** The value that it reads. */
    Value input();

    @Override
    default List<Value> inputs() {
      return List.of(input());
    }
  }

  /** Copies the pictures of the caller. */
  record Enter(Value output) implements Layer {
    @Override
    public List<Value> inputs() {
      return List.of();
    }
  }

  /**
   * A window of pixels that slides over a picture.
   *
   * @param kernel its height and width
   * @param stride its step
   * @param padding zeros around the picture
   * @param dilation distance between the pixels that count
   */
  record Window(int kernel, int stride, int padding, int dilation) {

    /** A window of neighbours. */
    Window(int kernel, int stride, int padding) {
      this(kernel, stride, padding, 1);
    }
  }

  /**
   * A convolution, or a linear layer, as a matrix product: a row for each pixel, for every group
   * its own.
   *
   * @param window the pixels that one output pixel sees
   * @param groups number of groups
   * @param residual a value that is added to the output
   * @param filters places of its packed values
   */
  record Matrix(
      Value input,
      Value output,
      Window window,
      int groups,
      Optional<Value> residual,
      PackedFilters filters)
      implements Layer {
    @Override
    public Optional<PairPacking> pairs() {
      return filters.pairs();
    }

    @Override
    public List<Value> inputs() {
      return residual.map(value -> List.of(input, value)).orElseGet(() -> List.of(input));
    }
  }

  /**
   * A grouped convolution with lanes across cardinality.
   *
   * @param window the pixels that one output pixel sees
   * @param filters places of its packed values
   */
  record Lanes(Value input, Value output, Window window, PackedFilters filters)
      implements UnaryLayer {}

  /**
   * A 3×3 convolution with a stride of 1 by Winograd's algorithm: for a tile of 2×2 pixels 16
   * products instead of 36, for one of 4×4 36 instead of 144.
   *
   * @param tile side of a tile of outputs, 2 or 4
   * @param groups number of groups, each whole vectors wide
   * @param filters places of its packed values
   */
  record Winograd(Value input, Value output, int tile, int groups, PackedFilters filters)
      implements UnaryLayer {
    @Override
    public Optional<PairPacking> pairs() {
      return filters.pairs();
    }
  }

  /** The largest value of each window. */
  record Maximum(Value input, Value output, Window window) implements UnaryLayer {}

  /** The mean of all pixels. */
  record Mean(Value input, Value output) implements UnaryLayer {}

  /**
   * {@code max(floor, scale · Σ inputs + shift)}, channel by channel: sums, and the batch norms and
   * ReLUs that no other layer could take in.
   *
   * @param scale where the factors start
   * @param shift where the summands start
   * @param floor 0 for ReLU, negative infinity for none
   */
  record Combine(List<Value> inputs, Value output, int scale, int shift, float floor)
      implements Layer {}

  /** Repeats pixels up to the size of the output: nearest neighbours. */
  record Upsample(Value input, Value output) implements UnaryLayer {}

  /**
   * {@code max(floor, Σ gates ∘ maps)}: the scaling of channel attention together with the addition
   * and the ReLU behind it, in one pass.
   *
   * @param maps one or two
   * @param gates a factor for each channel of each map; empty where a map is added as it is
   * @param ones where as many ones lie as a pixel has places
   * @param floor 0 for ReLU, negative infinity for none
   */
  record ScaledSum(
      List<Value> maps, List<Optional<Value>> gates, Value output, int ones, float floor)
      implements Layer {
    @Override
    public List<Value> inputs() {
      return Stream.concat(maps.stream(), gates.stream().flatMap(Optional::stream)).toList();
    }
  }

  /** A fixed filter over rows and columns, such as an average pool. */
  record Filter(SeparableFilter filter, Value input, Value output) implements Layer {
    @Override
    public List<Value> inputs() {
      return List.of(input);
    }
  }

  /** A function of each pixel alone. */
  record EachPixel(PixelFunction function, Value input, Value output) implements Layer {
    @Override
    public List<Value> inputs() {
      return List.of(input);
    }
  }

  /** Computes a pixel of the output from the same pixel of the input. */
  @FunctionalInterface
  interface PixelFunction {

    /**
     * Computes the channels of one pixel.
     *
     * @param x holds the input's pixel at {@code from}
     * @param y gets the output's pixel at {@code to}
     */
    void apply(float[] x, int from, float[] y, int to);
  }

  /**
   * Copies pixels: every {@code stride}-th, the channels of all inputs one after another behind
   * {@code channelsBefore} zeros, into another layout.
   */
  record Copy(List<Value> inputs, Value output, int stride, int channelsBefore) implements Layer {}
}
