package org.resnext4j.models.weights.pytorch;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.resnext4j.models.weights.ElementType;
import org.resnext4j.models.weights.WeightFileException;
import org.resnext4j.models.weights.pytorch.Pickled.Dictionary;
import org.resnext4j.models.weights.pytorch.Pickled.Instance;
import org.resnext4j.models.weights.pytorch.Pickled.Sequence;
import org.resnext4j.models.weights.pytorch.Pickled.TensorReference;
import org.resnext4j.models.weights.storage.Contents;
import org.resnext4j.models.weights.storage.Storage;
import org.resnext4j.models.weights.storage.StoredTensor;

/**
 * Lists every tensor in what {@code torch.save} was given, by its full name: the keys that lead to
 * it, joined by dots. Dictionaries, lists, tuples and whole modules may be nested in any way.
 */
final class StateDict {

  private static final int DEEPEST = 32;

  /** Bounds memory for names: a long key may stand before many tensors. */
  private static final int MOST_NAME_LETTERS = 1 << 25;

  private static final Set<String> MODULE_PARTS = Set.of("_parameters", "_buffers", "_modules");

  private final Path file;
  private final Map<String, Storage> storages;
  private final List<StoredTensor> tensors = new ArrayList<>();
  private final List<String> skipped = new ArrayList<>();
  private final Map<String, String> unreadable = new LinkedHashMap<>();
  private final Map<String, Integer> containers = new LinkedHashMap<>();
  private final Set<Object> seen = Collections.newSetFromMap(new IdentityHashMap<>());
  private int letters;

  /**
   * A lister.
   *
   * @param storages the numbers, by the keys that the pickle uses
   */
  StateDict(Path file, Map<String, Storage> storages) {
    this.file = file;
    this.storages = storages;
  }

  /** All tensors within a value. */
  Contents read(Pickled root) throws WeightFileException {
    list("", root, 0);
    if (tensors.isEmpty() && (unreadable.isEmpty() || unreadable.containsKey(""))) {
      throw nothing(root);
    }
    return new Contents(Map.of(), tensors, skipped, unreadable, containers);
  }

  private WeightFileException nothing(Pickled root) {
    return switch (root) {
      case Instance object ->
          error(
              "it holds a pickled object of class %s, not a state dict; save its state_dict() instead"
                  .formatted(object.className));
      case Dictionary dictionary ->
          error("it holds no tensors where a state dict is kept; its keys are " + keys(dictionary));
      default -> error("it holds no state dict, that is a dictionary of tensors by name");
    };
  }

  private void list(String name, Pickled value, int depth) throws WeightFileException {
    letters += name.length();
    if (letters > MOST_NAME_LETTERS || depth > DEEPEST) {
      throw error("its content is nested too deeply, or its names are too long");
    }
    int before = tensors.size() + skipped.size() + unreadable.size();
    switch (value) {
      case TensorReference tensor -> take(name, () -> tensor(name, tensor));
      case Dictionary dictionary -> {
        if (seen.add(dictionary)) {
          children(name, dictionary, depth);
        }
      }
      case Sequence sequence -> {
        if (seen.add(sequence)) {
          for (int i = 0; i < sequence.items.size(); i++) {
            list(join(name, Integer.toString(i)), sequence.items.get(i), depth + 1);
          }
        }
      }
      case Instance object -> {
        if (seen.add(object)) {
          object(name, object, depth);
        }
      }
      default -> skipped.add(name);
    }
    if (before == tensors.size() + skipped.size() + unreadable.size() && !name.isEmpty()) {
      skipped.add(name); // Something empty.
    }
  }

  private void children(String name, Dictionary dictionary, int depth) throws WeightFileException {
    for (Map.Entry<String, Pickled> entry : dictionary.entries.entrySet()) {
      list(join(name, entry.getKey()), entry.getValue(), depth + 1);
    }
  }

  /** An array, a module with its parameters, another object with attributes, or none of these. */
  private void object(String name, Instance object, int depth) throws WeightFileException {
    if (NumpyArray.is(object)) {
      take(name, () -> NumpyArray.read(file, name, object));
      return;
    }
    boolean sparse = object.className.contains("sparse");
    if (object.className.contains("_rebuild_")) {
      String reason =
          object.className.endsWith("_rebuild_qtensor")
              ? "is quantised; quantised weights are not supported"
              : object.className.contains("meta")
                  ? "is a meta tensor, which has a shape but no numbers"
                  : sparse
                      ? "is sparse, which is not supported"
                      : "is made by %s, which is not supported".formatted(object.className);
      unreadable.put(name, reason);
      return;
    }
    children(name, object.items, depth);
    List<Pickled> states =
        switch (object.state.orElse(Pickled.Plain.NONE)) {
          case Sequence pair -> pair.items; // Attributes in a dictionary, and those in slots.
          case Pickled one -> List.of(one);
        };
    boolean found = object.items.entries.isEmpty();
    for (Pickled state : states) {
      if (state instanceof Dictionary attributes) {
        found = false;
        boolean module = attributes.entries.keySet().containsAll(MODULE_PARTS);
        for (Map.Entry<String, Pickled> entry : attributes.entries.entrySet()) {
          boolean part = MODULE_PARTS.contains(entry.getKey());
          if (module && part && entry.getValue() instanceof Dictionary inner) {
            children(name, inner, depth);
          } else if (!module) {
            list(join(name, entry.getKey()), entry.getValue(), depth + 1);
          }
        }
      }
    }
    if (found) {
      unreadable.put(name, "is an object of class %s, not a tensor".formatted(object.className));
    }
  }

  private static String join(String path, String key) {
    return path.isEmpty() ? key : path + "." + key;
  }

  /** Makes a tensor, or has it make itself. */
  private interface Maker {
    StoredTensor make() throws WeightFileException;
  }

  private void take(String name, Maker maker) {
    containers.merge(name.substring(0, name.lastIndexOf('.') + 1), 1, Integer::sum);
    try {
      tensors.add(maker.make());
    } catch (WeightFileException e) {
      unreadable.put(name, e.problem());
    }
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

  private WeightFileException error(String problem) {
    return new WeightFileException(file, problem);
  }
}
