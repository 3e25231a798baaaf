package org.resnext4j.engine.graph;

import java.util.List;

/**
 * A tensor that an operation owns, as PyTorch lays it out.
 *
 * @param name its name within the operation, such as {@code weight} or {@code running_mean}
 * @param role its purpose
 * @param shape its dimensions in PyTorch's order, such as {@code [out, in / groups, height, width]}
 */
public record Parameter(String name, Role role, List<Integer> shape) {

  /** Copies the shape. */
  public Parameter {
    shape = List.copyOf(shape);
  }

  /** Number of values. */
  public long elements() {
    return shape.stream().mapToLong(Integer::longValue).reduce(1, Math::multiplyExact);
  }

  /** The purpose of a parameter, which decides how it is initialised, decayed and trained. */
  public enum Role {
    /** Filters of a convolution, {@code [out, in / groups, height, width]}. */
    CONVOLUTION_WEIGHT,
    /** The value that a convolution adds to each output channel, {@code [out]}. */
    CONVOLUTION_BIAS,
    /** Matrix of a linear layer, {@code [out, in]}. */
    LINEAR_WEIGHT,
    /** The value that a linear layer adds to each output, {@code [out]}. */
    LINEAR_BIAS,
    /** Scale of a batch norm (gamma), {@code [channels]}. */
    NORM_WEIGHT,
    /** Shift of a batch norm (beta), {@code [channels]}. */
    NORM_BIAS,
    /** Running mean of a batch norm, {@code [channels]}; not trained by gradients. */
    RUNNING_MEAN,
    /** Running variance of a batch norm, {@code [channels]}; not trained by gradients. */
    RUNNING_VARIANCE;

    /** Whether gradients change it; running statistics are not counted as parameters. */
    public boolean isTrainable() {
      return this != RUNNING_MEAN && this != RUNNING_VARIANCE;
    }
  }
}
