package org.resnext4j.models;

import org.resnext4j.engine.graph.Op;

/**
 * Options for writing a network's trunk into a larger graph.
 *
 * @param prefix the prefix of every node's name, such as {@code backbone.body.} in torchvision's
 *     detectors; may be empty
 * @param normEpsilon the epsilon of all batch norms; 0 in torchvision's first detectors
 */
public record TrunkOptions(String prefix, double normEpsilon) {

  /** The options of the network itself: no prefix and PyTorch's epsilon. */
  public static final TrunkOptions DEFAULTS = new TrunkOptions("", Op.BatchNorm.DEFAULT_EPSILON);

  /**
   * Checks the epsilon.
   *
   * @throws IllegalArgumentException if the epsilon is negative or not finite
   */
  public TrunkOptions {
    if (!(normEpsilon >= 0 && Double.isFinite(normEpsilon))) {
      throw new IllegalArgumentException(
          "the epsilon of a batch norm must be at least 0, but is " + normEpsilon);
    }
  }
}
