package org.resnext4j.models;

/** How a block weighs its channels by what the whole picture shows. */
public enum Attention {
  /** The block of the paper: channels are not weighed. */
  NONE,
  /** Squeeze-and-excitation behind the last convolution (Hu et al. 2018). */
  SQUEEZE_EXCITATION,
  /** Squeeze-and-excitation behind the 3×3 convolution, as timm's {@code ts} networks have it. */
  INNER_SQUEEZE_EXCITATION,
  /** A convolution over channels behind the last convolution (ECA-Net, Wang et al. 2020). */
  EFFICIENT,
  /** Two 3×3 convolutions, one of them dilated, weighed against each other (Li et al. 2019). */
  SELECTIVE_KERNEL
}
