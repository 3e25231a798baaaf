package org.resnext4j.engine.graph;

import java.util.List;

/**
 * A parameter of an operation: a named tensor in PyTorch's layout.
 *
 * @param name name within the operation, such as {@code weight} or {@code running_mean}
 * @param role purpose of the tensor
 * @param shape dimensions in PyTorch's order, such as {@code [out, in / groups, height, width]}
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

  /**
   * The purpose of a parameter. It decides how the parameter is initialised, decayed and trained.
   */
  public enum Role {
    /** Filters of a convolution, {@code [out, in / groups, height, width]}. */
    CONVOLUTION_WEIGHT,
    /** Bias of a convolution, {@code [out]}. */
    CONVOLUTION_BIAS,
    /** Matrix of a linear layer, {@code [out, in]}. */
    LINEAR_WEIGHT,
    /** Bias of a linear layer, {@code [out]}. */
    LINEAR_BIAS,
    /** Scale of a batch norm (gamma), {@code [channels]}. */
    NORM_WEIGHT,
    /** Shift of a batch norm (beta), {@code [channels]}. */
    NORM_BIAS,
    /** Running mean of a batch norm, {@code [channels]}. It has no gradient. */
    RUNNING_MEAN,
    /** Running variance of a batch norm, {@code [channels]}. It has no gradient. */
    RUNNING_VARIANCE;

    /** Whether the optimiser changes the parameter. It does not change running statistics. */
    public boolean isTrainable() {
      return this != RUNNING_MEAN && this != RUNNING_VARIANCE;
    }
  }
}
