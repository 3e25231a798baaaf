package org.resnext4j.models;

/**
 * The shortcut of a block. The types A, B and C are those of the paper's released code (He et al.
 * 2016, section 4.1).
 */
public enum Shortcut {
  /** Type A: the identity with a stride and appended zero channels. It has no parameters. */
  ZERO_PADDING,
  /**
   * Type A as in many CIFAR ResNets: half of the zero channels precede the identity's channels and
   * half follow them.
   */
  CENTRED_ZERO_PADDING,
  /** Type B: the identity, but a 1×1 convolution with batch norm where the shape changes. */
  PROJECTION,
  /** Type C: a 1×1 convolution with batch norm in every block. */
  PROJECTION_ALWAYS,
  /**
   * Type B of ResNet-D (He et al. 2019): a 2×2 average pool and a convolution of stride 1 replace
   * each strided convolution.
   */
  AVERAGED_PROJECTION,
  /** No shortcut, as in the paper's ablation (section 5.1). */
  NONE
}
