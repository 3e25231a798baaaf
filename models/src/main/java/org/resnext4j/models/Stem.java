package org.resnext4j.models;

/** How a picture enters the network. */
public enum Stem {
  /** 7×7 convolution of stride 2, then a 3×3 max pool of stride 2: for pictures of about 224². */
  IMAGENET(224),
  /** One 3×3 convolution of stride 1: for pictures of about 32². */
  CIFAR(32);

  private final int inputSize;

  Stem(int inputSize) {
    this.inputSize = inputSize;
  }

  /** Side of the pictures it is usually given, in pixels. */
  public int inputSize() {
    return inputSize;
  }
}
