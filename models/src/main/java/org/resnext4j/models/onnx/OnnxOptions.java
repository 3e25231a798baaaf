package org.resnext4j.models.onnx;

/**
 * Options for writing a network as ONNX.
 *
 * @param size side of the square input, in pixels; 0 leaves height and width open
 * @param foldBatchNorm whether each batch norm becomes part of the convolution before it
 * @param externalData whether the weights go to a file of their own, {@code NAME.data} beside the
 *     model; those that do not fit one file of 2 GB always do
 */
public record OnnxOptions(int size, boolean foldBatchNorm, boolean externalData) {

  /** Height and width open, batch norms kept, weights in the model's file. */
  public static final OnnxOptions DEFAULTS = new OnnxOptions(0, false, false);

  /**
   * Checks the size.
   *
   * @throws IllegalArgumentException if it is negative
   */
  public OnnxOptions {
    if (size < 0) {
      throw new IllegalArgumentException(
          "an ONNX input's size must be at least 1, or 0 for any, but was " + size);
    }
  }
}
