package org.resnext4j.models;

/** What a block adds to its residual (the shortcut types of the released code, and none). */
public enum Shortcut {
  /** Type A: the identity, strided, channels filled up with zeros behind; no parameters. */
  ZERO_PADDING,
  /** Type A as CIFAR ResNets are often written: half of the zeros in front, half behind. */
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
