package org.resnext4j.models;

/** How a picture enters the network. */
public enum Stem {
  /** 7×7 convolution of stride 2, then a 3×3 max pool of stride 2: for pictures of about 224². */
  IMAGENET(224, 4),
  /** As {@link #IMAGENET}, with a pool without padding whose last windows may be cut (SENet). */
  IMAGENET_CUT_POOL(224, 4),
  /** Three 3×3 convolutions of 32, 32 and the stem's channels in place of the 7×7 one. */
  DEEP(224, 4),
  /** Three 3×3 convolutions of 24, 32 and the stem's channels in place of the 7×7 one. */
  TIERED(224, 4),
  /** One 3×3 convolution of stride 1: for pictures of about 32². */
  CIFAR(32, 1),
  /** One 1×1 convolution: the stem of a CIFAR ResNeXt that is often copied (kuangliu's). */
  CIFAR_POINTWISE(32, 1);

  private final int inputSize;
  private final int stride;

  Stem(int inputSize, int stride) {
    this.inputSize = inputSize;
    this.stride = stride;
  }

  /** Whether it is made for pictures of about 224². */
  public boolean isForImageNet() {
    return stride == 4;
  }

  /** Side of the pictures it is usually given, in pixels. */
  public int inputSize() {
    return inputSize;
  }

  /** Pixels of the picture from one pixel of the stem's output to the next. */
  public int stride() {
    return stride;
  }
}
