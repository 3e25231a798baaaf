package org.resnext4j.models;

/** The stem: the layers between the picture and the first stage. */
public enum Stem {
  /**
   * A 7×7 convolution of stride 2, then a 3×3 max pool of stride 2, for pictures of about 224²
   * pixels.
   */
  IMAGENET(224, 4),
  /**
   * The layers of {@link #IMAGENET}, but the pool has no padding and its last windows may be
   * partial (SENet, Hu et al. 2018).
   */
  IMAGENET_CUT_POOL(224, 4),
  /**
   * Three 3×3 convolutions of 32, 32 and the stem's channels replace the 7×7 convolution (ResNet-C,
   * He et al. 2019).
   */
  DEEP(224, 4),
  /**
   * Three 3×3 convolutions of 24, 32 and the stem's channels replace the 7×7 convolution (timm's
   * tiered stem).
   */
  TIERED(224, 4),
  /** One 3×3 convolution of stride 1, for pictures of about 32² pixels. */
  CIFAR(32, 1),
  /** One 1×1 convolution, as in kuangliu's widely copied CIFAR ResNeXt. */
  CIFAR_POINTWISE(32, 1);

  private final int inputSize;
  private final int stride;

  Stem(int inputSize, int stride) {
    this.inputSize = inputSize;
    this.stride = stride;
  }

  /** Returns whether the stem suits pictures of about 224² pixels. */
  public boolean isForImageNet() {
    return stride == 4;
  }

  /** Returns the usual side of the input pictures, in pixels. */
  public int inputSize() {
    return inputSize;
  }

  /**
   * Returns the stride of the stem: pixels of the picture per pixel of the stem's output, in each
   * direction.
   */
  public int stride() {
    return stride;
  }
}
