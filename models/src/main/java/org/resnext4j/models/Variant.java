package org.resnext4j.models;

import org.resnext4j.engine.graph.Nonlinearity;
import org.resnext4j.engine.graph.Op;

/**
 * The differences between the blocks of a network and the paper's blocks.
 *
 * @param attention the channel attention of a block
 * @param smoothing the filter against aliasing where a feature map is halved
 * @param activation the nonlinearity after each batch norm
 * @param doubling the quantity that doubles from stage to stage, width or cardinality
 */
public record Variant(
    Attention attention, Smoothing smoothing, Activation activation, Doubling doubling) {

  /** The paper's blocks. */
  public static final Variant PAPER =
      new Variant(Attention.NONE, Smoothing.NONE, Activation.RELU, Doubling.WIDTH);

  /** The nonlinearity after each batch norm. */
  public enum Activation {
    /** The rectified linear unit, {@code max(x, 0)}. */
    RELU,
    /** The sigmoid linear unit, {@code x · sigmoid(x)} (Elfwing et al. 2018). */
    SILU;

    /** Returns the graph's operation for this nonlinearity. */
    public Op op() {
      return switch (this) {
        case RELU -> new Op.Relu();
        case SILU -> new Op.Pointwise(Nonlinearity.SILU);
      };
    }
  }

  /** The quantity that doubles from one stage to the next. */
  public enum Doubling {
    /** The width of each path, as in the paper. */
    WIDTH,
    /** The cardinality; all groups of all stages have one width. */
    CARDINALITY
  }

  /** Returns this variant with another channel attention. */
  public Variant with(Attention value) {
    return new Variant(value, smoothing, activation, doubling);
  }

  /** Returns this variant with another smoothing. */
  public Variant with(Smoothing value) {
    return new Variant(attention, value, activation, doubling);
  }
}
