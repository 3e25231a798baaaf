package org.resnext4j.engine.cpu.inference;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.resnext4j.engine.graph.SeparableFilter;

/**
 * A layer of a compiled network for any input shape: the values that it reads, the value that it
 * writes, and the places of its packed weights.
 */
sealed interface Layer {

  /**
   * The output of a node in one layout.
   *
   * @param node position of the node in the graph
   * @param layout the places of a pixel's channels
   * @param halo width of the border of zeros, in pixels
   */
  record Value(int node, ChannelLayout layout, int halo) {}

  /** The value that the layer writes. */
  Value output();

  /** The values that the layer reads. */
  List<Value> inputs();

  /** The places of the sums for products in pairs, if the layer computes products in pairs. */
  default Optional<PairPacking> pairs() {
    return Optional.empty();
  }

  /** A layer that reads one value. */
  sealed interface UnaryLayer extends Layer {

    /** The value that the layer reads. */
    Value input();

    @Override
    default List<Value> inputs() {
      return List.of(input());
    }
  }

  /** The network's input: a copy of the caller's pictures. */
  record Enter(Value output) implements Layer {
    @Override
    public List<Value> inputs() {
      return List.of();
    }
  }

  /**
   * The window of a convolution or pool.
   *
   * @param kernel height and width of the window, in pixels
   * @param stride distance between neighbouring windows, in pixels
   * @param padding width of the border around the picture, in pixels
   * @param dilation distance between neighbouring pixels of the window
   */
  record Window(int kernel, int stride, int padding, int dilation) {

    /** A window without dilation. */
    Window(int kernel, int stride, int padding) {
      this(kernel, stride, padding, 1);
    }
  }

  /**
   * A convolution or a linear layer as matrix products. Each group has a product, and each output
   * pixel is a row.
   *
   * @param window the pixels that one output pixel depends on
   * @param groups number of groups
   * @param residual a value that is added to the output
   * @param filters the places of the packed weights and of the bias
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
   * @param window the pixels that one output pixel depends on
   * @param filters the places of the packed weights and of the bias
   */
  record Lanes(Value input, Value output, Window window, PackedFilters filters)
      implements UnaryLayer {}

  /**
   * A 3×3 convolution with stride 1 by Winograd's minimal filtering algorithm. A tile of 2×2 pixels
   * takes 16 products instead of 36, and a tile of 4×4 pixels takes 36 instead of 144.
   *
   * @param tile side of a tile of outputs, 2 or 4
   * @param groups number of groups; each group has whole vectors of channels
   * @param filters the places of the packed weights and of the bias
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
   * {@code max(floor, scale · Σ inputs + shift)}, channel by channel. This layer computes
   * additions, and the batch norms and ReLUs that are not fused with a convolution.
   *
   * @param scale index of the first factor
   * @param shift index of the first summand
   * @param floor 0 for ReLU, negative infinity for none
   */
  record Combine(List<Value> inputs, Value output, int scale, int shift, float floor)
      implements Layer {}

  /** Nearest-neighbour upsampling to the size of the output. */
  record Upsample(Value input, Value output) implements UnaryLayer {}

  /**
   * {@code max(floor, Σ gates ∘ maps)}: the channel scales of squeeze-and-excitation, the addition
   * after them and its ReLU, in one pass.
   *
   * @param maps one or two maps
   * @param gates the gates of each map, one factor for each channel; empty for a map without gates
   * @param ones index of packed ones, one for each place of a pixel; they replace absent gates
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
  record Filter(SeparableFilter filter, Value input, Value output) implements UnaryLayer {}

  /** A function that is applied to each pixel. */
  record EachPixel(PixelFunction function, Value input, Value output) implements UnaryLayer {}

  /** Computes an output pixel from the input pixel at the same place. */
  @FunctionalInterface
  interface PixelFunction {

    /**
     * Computes the channels of one pixel.
     *
     * @param x the array that holds the input pixel from {@code from} on
     * @param y receives the output pixel from {@code to} on
     */
    void apply(float[] x, int from, float[] y, int to);
  }

  /**
   * A copy of every {@code stride}-th pixel in another layout. A pixel of the output holds {@code
   * channelsBefore} zeros and then the channels of all inputs.
   */
  record Copy(List<Value> inputs, Value output, int stride, int channelsBefore) implements Layer {}
}
