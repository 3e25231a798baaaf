package org.resnext4j.models;

/** The convolutions of a block. */
public enum BlockKind {
  /** Two 3×3 convolutions (ResNet-18, ResNet-34 and the CIFAR ResNets). */
  BASIC(1),
  /** 1×1, 3×3 over groups, 1×1: the block of the paper. */
  BOTTLENECK(4);

  private final int expansion;

  BlockKind(int expansion) {
    this.expansion = expansion;
  }

  /** Output channels of a block for each channel of the stage's base. */
  public int expansion() {
    return expansion;
  }
}
