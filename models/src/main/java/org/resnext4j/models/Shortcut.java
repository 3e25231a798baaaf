package org.resnext4j.models;

/** The shortcut of a block: the types of the paper's released code, and none. */
public enum Shortcut {
  /** Type A: the identity, strided, with zero channels appended; it has no parameters. */
  ZERO_PADDING,
  /** Type A as in many CIFAR ResNets: half of the zero channels come first, half last. */
  CENTRED_ZERO_PADDING,
  /** Type B: the identity, or a 1×1 convolution with batch norm where the shape changes. */
  PROJECTION,
  /** Type C: a 1×1 convolution with batch norm in every block. */
  PROJECTION_ALWAYS,
  /**
   * Type B whose strided convolutions become the mean of 2×2 pixels and a convolution (ResNet-D).
   */
  AVERAGED_PROJECTION,
  /** No shortcut at all: the paper's ablation (section 5.1). */
  NONE
}
