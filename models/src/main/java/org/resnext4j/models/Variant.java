package org.resnext4j.models;

import org.resnext4j.engine.graph.Nonlinearity;
import org.resnext4j.engine.graph.Op;

/**
 * How the blocks of a network differ from the paper's.
 *
 * @param attention how channels are weighed
 * @param smoothing how halved maps are smoothed
 * @param activation the nonlinearity behind each batch norm
 * @param doubling what doubles from stage to stage
 */
public record Variant(
    Attention attention, Smoothing smoothing, Activation activation, Doubling doubling) {

  /** The paper's blocks. */
  public static final Variant PAPER =
      new Variant(Attention.NONE, Smoothing.NONE, Activation.RELU, Doubling.WIDTH);

  /** The nonlinearity behind each batch norm. */
  public enum Activation {
    /** {@code max(x, 0)}. */
    RELU,
    /** {@code x · sigmoid(x)}. */
    SILU;

    /** The operation. */
    public Op op() {
      return switch (this) {
        case RELU -> new Op.Relu();
        case SILU -> new Op.Pointwise(Nonlinearity.SILU);
      };
    }
  }

  /** What doubles from one stage to the next. */
  public enum Doubling {
    /** The width of each path, as in the paper. */
    WIDTH,
    /** The cardinality: all groups have one width. */
    CARDINALITY
  }

  /** This variant with another attention. */
  public Variant with(Attention value) {
    return new Variant(value, smoothing, activation, doubling);
  }

  /** This variant with another smoothing. */
  public Variant with(Smoothing value) {
    return new Variant(attention, value, activation, doubling);
  }
}
