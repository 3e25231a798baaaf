package org.resnext4j.engine;

import java.util.List;

/**
 * The options of a compilation for inference.
 *
 * @param exact whether the backend must use plain sums of products. Otherwise it may use Winograd's
 *     algorithms, which save multiplications and have a slightly larger rounding error
 * @param keptOutputs names of further nodes whose outputs can be read after a run, such as {@code
 *     layer4.2.relu} for a class activation map
 */
public record InferenceOptions(boolean exact, List<String> keptOutputs) {

  /** Copies the names. */
  public InferenceOptions {
    keptOutputs = List.copyOf(keptOutputs);
  }

  /** The fastest algorithms, and no kept output beside the network's own. */
  public static InferenceOptions defaults() {
    return new InferenceOptions(false, List.of());
  }
}
