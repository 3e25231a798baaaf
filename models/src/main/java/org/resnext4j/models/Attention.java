package org.resnext4j.models;

/**
 * Channel attention: a block's scaling of its channels by factors that depend on the whole picture.
 */
public enum Attention {
  /** The paper's block, without channel attention. */
  NONE,
  /** Squeeze-and-excitation after the last convolution (Hu et al. 2018). */
  SQUEEZE_EXCITATION,
  /** Squeeze-and-excitation after the 3×3 convolution, as in timm's {@code ts} networks. */
  INNER_SQUEEZE_EXCITATION,
  /**
   * Efficient channel attention, a 1-D convolution over the channels, after the last convolution
   * (ECA-Net, Wang et al. 2020).
   */
  EFFICIENT,
  /**
   * Selective kernels: a softmax weighs two 3×3 convolutions, one of them dilated (Li et al. 2019).
   */
  SELECTIVE_KERNEL
}
