package org.resnext4j.models.weights;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.resnext4j.models.weights.Pickled.Dictionary;
import org.resnext4j.models.weights.Pickled.Instance;
import org.resnext4j.models.weights.Pickled.TensorReference;

/**
 * Finds the state dict in what {@code torch.save} was given: itself, or within the wrappers that
 * training scripts put around it.
 */
final class StateDict {

  /** Where training scripts put it, the most telling first. */
  private static final List<String> WRAPPERS =
      List.of(
          "state_dict",
          "model_state_dict",
          "model",
          "model_ema",
          "state_dict_ema",
          "net",
          "network",
          "weights");

  private static final int DEEPEST_WRAPPER = 4;

  private final Path file;
  private final Map<String, Storage> storages;
  private final List<String> skipped = new ArrayList<>();

  /**
   * A finder.
   *
   * @param storages the numbers, by the keys that the pickle uses
   */
  StateDict(Path file, Map<String, Storage> storages) {
    this.file = file;
    this.storages = storages;
  }

  /**
   * The tensors of the state dict, without the prefixes of wrappers.
   *
   * @param part the wrapper's key to take; where empty, the usual ones are tried
   */
  WeightFile.Contents read(Pickled root, Optional<String> part) throws WeightFileException {
    if (root instanceof Instance object) {
      throw error(
          "it holds a pickled object of class %s, not a state dict; save its state_dict() instead"
              .formatted(object.className()));
    }
    if (!(root instanceof Dictionary dictionary)) {
      throw error("it holds no state dict, that is a dictionary of tensors by name");
    }
    Dictionary found = part.isPresent() ? named(dictionary, part.get()) : find(dictionary);
    List<StoredTensor> tensors = new ArrayList<>();
    for (Map.Entry<String, Pickled> entry : found.entries.entrySet()) {
      switch (entry.getValue()) {
        case TensorReference tensor -> tensors.add(tensor(entry.getKey(), tensor));
        case Instance object ->
            throw error(
                "its state dict's '%s' is an object of class %s, not a tensor"
                    .formatted(entry.getKey(), object.className()));
        default -> skipped.add(entry.getKey());
      }
    }
    return new WeightFile.Contents(Map.of(), withoutPrefixes(tensors), skipped);
  }

  private Dictionary named(Dictionary root, String part) throws WeightFileException {
    if (root.entries.get(part) instanceof Dictionary dictionary && hasTensors(dictionary)) {
      skipOthers(root, part);
      return dictionary;
    }
    throw error("it has no state dict '%s'; its keys are %s".formatted(part, keys(root)));
  }

  private Dictionary find(Dictionary root) throws WeightFileException {
    Dictionary at = root;
    for (int depth = 0; depth < DEEPEST_WRAPPER; depth++) {
      Optional<String> wrapper = wrapper(at);
      if (wrapper.isEmpty()) {
        break;
      }
      skipOthers(at, wrapper.get());
      at = (Dictionary) at.entries.get(wrapper.get());
    }
    if (!hasTensors(at)) {
      throw error("it holds no tensors where a state dict is kept; its keys are " + keys(at));
    }
    return at;
  }

  /** The key of a dictionary within which the state dict is: of tensors, or a wrapper itself. */
  private static Optional<String> wrapper(Dictionary dictionary) {
    Optional<String> ofTensors =
        WRAPPERS.stream()
            .filter(
                key -> dictionary.entries.get(key) instanceof Dictionary inner && hasTensors(inner))
            .findFirst();
    if (ofTensors.isPresent() || hasTensors(dictionary)) {
      return ofTensors;
    }
    return WRAPPERS.stream()
        .filter(key -> dictionary.entries.get(key) instanceof Dictionary)
        .findFirst();
  }

  private void skipOthers(Dictionary dictionary, String taken) {
    dictionary.entries.keySet().stream().filter(key -> !key.equals(taken)).forEach(skipped::add);
  }

  private static boolean hasTensors(Dictionary dictionary) {
    return dictionary.entries.values().stream().anyMatch(TensorReference.class::isInstance);
  }

  private static String keys(Dictionary dictionary) {
    List<String> keys = dictionary.entries.keySet().stream().limit(20).toList();
    int more = dictionary.entries.size() + dictionary.otherEntries - keys.size();
    return more > 0 ? "%s and %d more".formatted(keys, more) : keys.toString();
  }

  private StoredTensor tensor(String name, TensorReference reference) throws WeightFileException {
    Pickled.StorageReference used = reference.storage();
    ElementType type =
        reference
            .type()
            .orElseThrow(() ->
                error(
                    "tensor '%s' is of type %s, which is not supported"
                        .formatted(name, used.className())));
    Storage storage = storages.get(used.key());
    if (storage == null) {
      throw error("storage '%s' of tensor '%s' is missing".formatted(used.key(), name));
    }
    int width = used.type().orElse(type).bytes();
    if (used.elements() < 0 || used.elements() != storage.size() / width) {
      throw error(
          "storage '%s' of tensor '%s' claims %d numbers of %d bytes, but has %d bytes"
              .formatted(used.key(), name, used.elements(), width, storage.size()));
    }
    return StoredTensor.of(
        file, name, type, reference.shape(), storage, reference.offset(), reference.strides());
  }

  /**
   * Names without {@code module.} and the like; a tensor that lacks it where others have it is a
   * wrapper's own (the count of averaged models) and no weight.
   */
  private List<StoredTensor> withoutPrefixes(List<StoredTensor> tensors) {
    boolean wrapped =
        tensors.stream()
            .map(tensor -> tensor.info().name())
            .anyMatch(name -> !ParameterNames.withoutPrefixes(name).equals(name));
    if (!wrapped) {
      return tensors;
    }
    List<StoredTensor> renamed = new ArrayList<>();
    for (StoredTensor tensor : tensors) {
      String name = tensor.info().name();
      String rest = ParameterNames.withoutPrefixes(name);
      if (rest.equals(name)) {
        skipped.add(name);
      } else {
        renamed.add(tensor.named(rest));
      }
    }
    return renamed;
  }

  private WeightFileException error(String problem) {
    return new WeightFileException(file, problem);
  }
}
