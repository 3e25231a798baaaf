package org.resnext4j.engine;

import java.util.List;

/**
 * How a network is compiled for inference.
 *
 * @param exact whether only the plain sums of products may be used, not the algorithms that save
 *     multiplications (Winograd's) at the price of a slightly larger rounding error
 * @param keptOutputs names of nodes whose outputs can be read after a run, such as {@code
 *     layer4.2.relu} for a class activation map
 */
public record InferenceOptions(boolean exact, List<String> keptOutputs) {

  /** Copies the names. */
  public InferenceOptions {
    keptOutputs = List.copyOf(keptOutputs);
  }

  /** The fastest, keeping only the logits. */
  public static InferenceOptions defaults() {
    return new InferenceOptions(false, List.of());
  }
}
