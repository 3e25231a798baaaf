package org.resnext4j.models.weights;

import java.util.Optional;
import java.util.OptionalInt;
import org.resnext4j.models.ResNeXt;

/**
 * How a model is loaded.
 *
 * @param model which network the weights are for; where empty, the file's metadata or the tensors'
 *     shapes tell
 * @param newClasses where given, the classifier is replaced by a fresh one for this many classes
 * @param seed of the fresh classifier's values
 * @param part which state dict to take of a PyTorch file with several, such as {@code model_ema}
 */
public record LoadOptions(
    Optional<ResNeXt> model, OptionalInt newClasses, long seed, Optional<String> part) {

  /** Everything as the file says. */
  public static LoadOptions defaults() {
    return new LoadOptions(Optional.empty(), OptionalInt.empty(), 0, Optional.empty());
  }

  /** These options with a network given. */
  public LoadOptions withModel(ResNeXt newModel) {
    return new LoadOptions(Optional.of(newModel), newClasses, seed, part);
  }

  /** These options with a fresh classifier, its values drawn from a seed. */
  public LoadOptions withNewClasses(int classes, long newSeed) {
    return new LoadOptions(model, OptionalInt.of(classes), newSeed, part);
  }

  /** These options with one of several state dicts chosen. */
  public LoadOptions withPart(String newPart) {
    return new LoadOptions(model, newClasses, seed, Optional.of(newPart));
  }
}
