package org.resnext4j.models;

import java.util.List;

/**
 * Solves the paper's Table 2: finds the width d that keeps the complexity at a given cardinality C.
 *
 * <p>The measure is the first stage's block between maps of equal channels D, whose parameters are
 * {@code C · (D·d + 3·3·d·d + d·D)} (equation 4). The width is the whole number nearest to the
 * exact solution of that quadratic.
 */
public final class CardinalitySolver {

  private CardinalitySolver() {}

  /**
   * One answer.
   *
   * @param model the network of that cardinality and width
   * @param exactWidth the real number that keeps the complexity exactly
   * @param blockParameters parameters of the first stage's block at the whole width, without its
   *     batch norms
   * @param blockMultiplyAdds multiply-adds of that block at the model's usual input size
   */
  public record Choice(
      ResNeXt model, double exactWidth, long blockParameters, long blockMultiplyAdds) {

    /** The cardinality C. */
    public int cardinality() {
      return model.cardinality();
    }

    /** The width d: channels of one path. */
    public int width() {
      return model.width();
    }

    /** Channels of the grouped convolution, C · d. */
    public int groupWidth() {
      return model.stageWidth(0);
    }
  }

  /**
   * The network of another cardinality and about the same complexity.
   *
   * @param like a network of bottleneck blocks
   * @param cardinality C wanted
   * @throws IllegalArgumentException if the network has basic blocks, or so many paths leave less
   *     than one channel each
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
    // 9·d² + 2·D·d = path, solved for d.
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

  /** Solves for several cardinalities. */
  public static List<Choice> solve(ResNeXt like, List<Integer> cardinalities) {
    return cardinalities.stream().map(cardinality -> solve(like, cardinality)).toList();
  }

  private static long blockParameters(int channels, int cardinality, int width) {
    return (long) cardinality * width * (2L * channels + 9L * width);
  }
}
