package org.resnext4j.models;

/** The kinds of a block, by its convolutions. */
public enum BlockKind {
  /** Two 3×3 convolutions (ResNet-18, ResNet-34 and the CIFAR ResNets). */
  BASIC(1),
  /** The paper's bottleneck: a 1×1 convolution, a grouped 3×3 convolution and a 1×1 convolution. */
  BOTTLENECK(4);

  private final int expansion;

  BlockKind(int expansion) {
    this.expansion = expansion;
  }

  /** Returns the output channels of a block for each channel of the stage's base width. */
  public int expansion() {
    return expansion;
  }
}
