package org.resnext4j.models.onnx;

/**
 * Options for writing a network as ONNX.
 *
 * @param size side of the square input, in pixels; 0 leaves height and width open
 * @param foldBatchNorm whether the writer folds each batch norm into the convolution before it
 * @param externalData whether the writer puts the weights into a file of their own, {@code
 *     NAME.data} beside the model; weights of more than 2 GB always go there
 */
public record OnnxOptions(int size, boolean foldBatchNorm, boolean externalData) {

  /**
   * The options with open height and width, separate batch norms and the weights in the model's
   * file.
   */
  public static final OnnxOptions DEFAULTS = new OnnxOptions(0, false, false);

  /**
   * Checks the size.
   *
   * @throws IllegalArgumentException if the size is negative
   */
  public OnnxOptions {
    if (size < 0) {
      throw new IllegalArgumentException(
          "an ONNX input's size must be at least 1, or 0 for any, but was " + size);
    }
  }
}
