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
 * @param part which state dict to take of a file with several, such as {@code model_ema}: a key on
 *     the way to it
 * @param preferAveraged whether of two equal networks the averaged one (EMA) is taken, as timm does
 */
public record LoadOptions(
    Optional<ResNeXt> model,
    OptionalInt newClasses,
    long seed,
    Optional<String> part,
    boolean preferAveraged) {

  /** Everything as the file says. */
  public static LoadOptions defaults() {
    return new LoadOptions(Optional.empty(), OptionalInt.empty(), 0, Optional.empty(), true);
  }

  /** These options with a network given. */
  public LoadOptions withModel(ResNeXt newModel) {
    return new LoadOptions(Optional.of(newModel), newClasses, seed, part, preferAveraged);
  }

  /** These options with a fresh classifier, its values drawn from a seed. */
  public LoadOptions withNewClasses(int classes, long newSeed) {
    return new LoadOptions(model, OptionalInt.of(classes), newSeed, part, preferAveraged);
  }

  /** These options with one of several state dicts chosen. */
  public LoadOptions withPart(String newPart) {
    return new LoadOptions(model, newClasses, seed, Optional.of(newPart), preferAveraged);
  }

  /** These options with the averaged weights (EMA) of a file preferred, or the others. */
  public LoadOptions withAveraged(boolean preferred) {
    return new LoadOptions(model, newClasses, seed, part, preferred);
  }
}
