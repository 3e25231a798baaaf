package org.resnext4j.models.weights;

import java.util.Optional;
import java.util.OptionalInt;
import org.resnext4j.models.ResNeXt;

/**
 * Options for loading a model.
 *
 * @param model the network of the weights; where empty, the file's metadata or the tensors' shapes
 *     decide
 * @param newClasses where given, the number of classes of a fresh classifier
 * @param keepsClassifier whether a classifier in the file is kept, so that a fresh one only fills
 *     its place in a file without one
 * @param seed of the fresh classifier's values
 * @param part the network to load from a file with several, such as {@code model_ema}: a key on its
 *     path
 * @param preferAveraged whether the averaged one (EMA) of two equal networks is loaded, as timm
 *     does
 */
public record LoadOptions(
    Optional<ResNeXt> model,
    OptionalInt newClasses,
    boolean keepsClassifier,
    long seed,
    Optional<String> part,
    boolean preferAveraged) {

  /** Everything as the file says. */
  public static LoadOptions defaults() {
    return new LoadOptions(Optional.empty(), OptionalInt.empty(), true, 0, Optional.empty(), true);
  }

  /** These options with a network given. */
  public LoadOptions withModel(ResNeXt newModel) {
    return new LoadOptions(
        Optional.of(newModel), newClasses, keepsClassifier, seed, part, preferAveraged);
  }

  /** These options with a fresh classifier in place of the file's, its values drawn from a seed. */
  public LoadOptions withNewClasses(int classes, long newSeed) {
    return new LoadOptions(model, OptionalInt.of(classes), false, newSeed, part, preferAveraged);
  }

  /** These options with a fresh classifier for a file without one, its values from a seed. */
  public LoadOptions withMissingClassifier(int classes, long newSeed) {
    return new LoadOptions(model, OptionalInt.of(classes), true, newSeed, part, preferAveraged);
  }

  /** These options with one of several networks chosen. */
  public LoadOptions withPart(String newPart) {
    return new LoadOptions(
        model, newClasses, keepsClassifier, seed, Optional.of(newPart), preferAveraged);
  }

  /** These options with the averaged weights (EMA) of a file preferred, or the others. */
  public LoadOptions withAveraged(boolean preferred) {
    return new LoadOptions(model, newClasses, keepsClassifier, seed, part, preferred);
  }
}
