package org.resnext4j.models;

import java.util.List;

/**
 * Finds the width d that keeps the complexity at a given cardinality C, as in the paper's Table 2.
 *
 * <p>The measure of complexity is the number of parameters of a first-stage block between maps of D
 * channels: {@code C · (D·d + 3·3·d·d + d·D)} (equation 4). The width is the whole number nearest
 * to the exact solution of this quadratic equation.
 */
public final class CardinalitySolver {

  private CardinalitySolver() {}

  /**
   * The solution for one cardinality.
   *
   * @param model the network of this cardinality and width
   * @param exactWidth the real number d that keeps the complexity exactly
   * @param blockParameters parameters of the first stage's block at the whole width, without its
   *     batch norms
   * @param blockMultiplyAdds multiply-adds of this block at the model's usual input size
   */
  public record Choice(
      ResNeXt model, double exactWidth, long blockParameters, long blockMultiplyAdds) {

    /** Returns the cardinality C. */
    public int cardinality() {
      return model.cardinality();
    }

    /** Returns the width d, the channels of one path. */
    public int width() {
      return model.width();
    }

    /** Returns the channels of the grouped convolution, {@code C · d}. */
    public int groupWidth() {
      return model.stageWidth(0);
    }
  }

  /**
   * Returns the network of another cardinality and about the same complexity.
   *
   * @param like a network of bottleneck blocks
   * @param cardinality the cardinality C of the result
   * @throws IllegalArgumentException if the network has basic blocks, if the cardinality is less
   *     than 1, or if each path would have less than one channel
   */
  public static Choice solve(ResNeXt like, int cardinality) {
    if (like.kind() != BlockKind.BOTTLENECK) {
      throw new IllegalArgumentException(
          "cardinality needs bottleneck blocks, but %s has basic ones".formatted(like.name()));
    }
    if (cardinality < 1) {
      throw new IllegalArgumentException("cardinality must be at least 1, but was " + cardinality);
    }
    int channels = like.stageChannels(0);
    double path =
        (double) blockParameters(channels, like.cardinality(), like.width()) / cardinality;
    // The positive root of 9·d² + 2·D·d = path.
    double exact = (Math.sqrt((double) channels * channels + 9 * path) - channels) / 9;
    int width = (int) Math.round(exact);
    if (width < 1) {
      throw new IllegalArgumentException(
          "at a cardinality of %d each path of %s would have %.2f channels, less than one"
              .formatted(cardinality, like.name(), exact));
    }
    ResNeXt model =
        ResNeXt.builder()
            .stem(like.stem())
            .stages(like.stages().toArray(Integer[]::new))
            .stemChannels(like.stemChannels())
            .cardinality(cardinality)
            .width(width)
            .shortcut(like.shortcut())
            .variant(like.variant())
            .inputChannels(like.inputChannels())
            .classes(like.classes())
            .build();
    long parameters = blockParameters(channels, cardinality, width);
    int side = like.stem().isForImageNet() ? like.inputSize() / 4 : like.inputSize();
    return new Choice(model, exact, parameters, parameters * side * side);
  }

  /** Returns the solutions for several cardinalities. */
  public static List<Choice> solve(ResNeXt like, List<Integer> cardinalities) {
    return cardinalities.stream().map(cardinality -> solve(like, cardinality)).toList();
  }

  private static long blockParameters(int channels, int cardinality, int width) {
    return (long) cardinality * width * (2L * channels + 9L * width);
  }
}
