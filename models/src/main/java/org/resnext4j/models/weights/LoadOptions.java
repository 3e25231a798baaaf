package org.resnext4j.models.weights;

import java.util.Optional;
import java.util.OptionalInt;
import org.resnext4j.models.ResNeXt;

/**
 * Options for loading a model.
 *
 * @param model the network of the weights; if empty, the file's metadata or the tensors' shapes
 *     determine the network
 * @param newClasses the number of classes of a new classifier, if given
 * @param keepsClassifier whether the loader keeps a classifier in the file and adds a new one only
 *     if the file has none
 * @param seed the seed of the new classifier's values
 * @param part a key on the path to the network, such as {@code model_ema}, for a file with several
 *     networks
 * @param preferAveraged whether the loader takes the averaged one (EMA) of two equal networks, as
 *     timm does
 */
public record LoadOptions(
    Optional<ResNeXt> model,
    OptionalInt newClasses,
    boolean keepsClassifier,
    long seed,
    Optional<String> part,
    boolean preferAveraged) {

  /** Returns the options that load the file's network unchanged. */
  public static LoadOptions defaults() {
    return new LoadOptions(Optional.empty(), OptionalInt.empty(), true, 0, Optional.empty(), true);
  }

  /** Returns these options with a given network. */
  public LoadOptions withModel(ResNeXt newModel) {
    return new LoadOptions(
        Optional.of(newModel), newClasses, keepsClassifier, seed, part, preferAveraged);
  }

  /**
   * Returns these options with a new classifier that replaces the file's. The seed determines the
   * new classifier's values.
   */
  public LoadOptions withNewClasses(int classes, long newSeed) {
    return new LoadOptions(model, OptionalInt.of(classes), false, newSeed, part, preferAveraged);
  }

  /**
   * Returns these options with a new classifier for a file without one. The seed determines the new
   * classifier's values.
   */
  public LoadOptions withMissingClassifier(int classes, long newSeed) {
    return new LoadOptions(model, OptionalInt.of(classes), true, newSeed, part, preferAveraged);
  }

  /** Returns these options with a key that selects one of several networks. */
  public LoadOptions withPart(String newPart) {
    return new LoadOptions(
        model, newClasses, keepsClassifier, seed, Optional.of(newPart), preferAveraged);
  }

  /** Returns these options with a preference for or against averaged weights (EMA). */
  public LoadOptions withAveraged(boolean preferred) {
    return new LoadOptions(model, newClasses, keepsClassifier, seed, part, preferred);
  }
}
