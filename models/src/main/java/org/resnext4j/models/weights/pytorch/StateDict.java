package org.resnext4j.models.weights.pytorch;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.resnext4j.models.weights.pytorch.Pickled.Dictionary;
import org.resnext4j.models.weights.pytorch.Pickled.Instance;
import org.resnext4j.models.weights.pytorch.Pickled.Sequence;
import org.resnext4j.models.weights.pytorch.Pickled.TensorReference;
import org.resnext4j.models.weights.pytorch.Pickled.Text;
import org.resnext4j.models.weights.storage.Contents;
import org.resnext4j.models.weights.storage.ElementType;
import org.resnext4j.models.weights.storage.Storage;
import org.resnext4j.models.weights.storage.StoredTensor;
import org.resnext4j.models.weights.storage.WeightFileException;

/**
 * Lists every tensor of a saved object under its full name, the keys on its path joined by dots.
 * Dictionaries, lists, tuples and whole modules may be nested in any way.
 */
final class StateDict {

  private static final int DEEPEST = 32;

  /** The module of all TorchScript classes. */
  private static final String TORCHSCRIPT = "__torch__.";

  /**
   * The most letters of all names per byte of the file. The limit bounds memory and work, because
   * one long key may prefix many tensors.
   */
  private static final int NAME_LETTERS_PER_BYTE = 16;

  private static final long NAME_LETTERS_ALWAYS = 1 << 20;

  private static final Set<String> MODULE_PARTS = Set.of("_parameters", "_buffers", "_modules");

  private final Path file;
  private final Map<String, Storage> storages;
  private final List<StoredTensor> tensors = new ArrayList<>();
  private final List<String> skipped = new ArrayList<>();
  private final Map<String, String> unreadable = new LinkedHashMap<>();
  private final Map<String, String> objects = new LinkedHashMap<>();
  private final Map<String, Integer> containers = new LinkedHashMap<>();
  private final Set<Object> seen = Collections.newSetFromMap(new IdentityHashMap<>());
  private final long mostLetters;
  private long letters;

  /**
   * Creates a lister.
   *
   * @param fileSize bytes of the file, which limit the names
   * @param storages the numbers, by the keys of the pickle
   */
  StateDict(Path file, long fileSize, Map<String, Storage> storages) {
    this.file = file;
    this.mostLetters = NAME_LETTERS_ALWAYS + NAME_LETTERS_PER_BYTE * fileSize;
    this.storages = storages;
  }

  /** Returns all tensors within a value. */
  Contents read(Pickled root) throws WeightFileException {
    list("", "", root, 0);
    if (unreadable.containsKey("")) {
      throw error("its content " + unreadable.get(""));
    }
    if (root instanceof TensorReference) {
      throw error(
          "it holds one tensor without a name, not a state dict, that is a dictionary of tensors by name");
    }
    if (tensors.isEmpty() && unreadable.isEmpty()) {
      throw nothing(root);
    }
    return new Contents(Map.of(), tensors, skipped, unreadable, objects, containers);
  }

  private WeightFileException nothing(Pickled root) {
    return switch (root) {
      case Instance object when object.className.startsWith(TORCHSCRIPT) ->
          error(
              "it is TorchScript whose weights are constants of its code, as torch.jit.freeze makes them; save the state_dict() of the module instead");
      case Instance object ->
          error(
              "it holds a pickled object of class %s, not a state dict; save its state_dict() instead"
                  .formatted(object.className));
      case Dictionary dictionary ->
          error(
              "it holds no tensors where a state dict is kept; its keys are %s%s"
                  .formatted(
                      keys(dictionary),
                      objects.entrySet().stream()
                          .findFirst()
                          .map(entry ->
                              "; '%s' is an object of class %s"
                                  .formatted(entry.getKey(), entry.getValue()))
                          .orElse("")));
      default -> error("it holds no state dict, that is a dictionary of tensors by name");
    };
  }

  /**
   * Lists the tensors within a value.
   *
   * @param container the prefix of the collection that contains the value
   */
  private void list(String container, String name, Pickled value, int depth)
      throws WeightFileException {
    letters += name.length();
    if (letters > mostLetters || depth > DEEPEST) {
      throw error("its content is nested too deeply, or its names are too long");
    }
    int before = found();
    switch (value) {
      case TensorReference tensor -> take(container, name, () -> tensor(name, tensor));
      case Dictionary dictionary -> {
        if (seen.add(dictionary)) {
          children(join(name, ""), name, dictionary, depth);
        }
      }
      case Sequence sequence -> {
        if (seen.add(sequence)) {
          items(name, sequence, depth);
        }
      }
      case Instance object -> {
        if (seen.add(object)) {
          object(container, name, object, depth);
        }
      }
      default -> skipped.add(name);
    }
    if (before == found() && !name.isEmpty()) {
      skipped.add(name); // The value is empty.
    }
  }

  private int found() {
    return tensors.size() + skipped.size() + unreadable.size() + objects.size();
  }

  private void children(String container, String name, Dictionary dictionary, int depth)
      throws WeightFileException {
    for (Map.Entry<String, Pickled> entry : dictionary.entries.entrySet()) {
      list(container, join(name, entry.getKey()), entry.getValue(), depth + 1);
    }
  }

  /**
   * Lists the items of a list: pairs of name and value by their names, other items by their
   * positions.
   */
  private void items(String name, Sequence sequence, int depth) throws WeightFileException {
    boolean pairs =
        sequence.items.stream()
            .allMatch(item ->
                item instanceof Sequence pair
                    && pair.items.size() == 2
                    && pair.items.getFirst() instanceof Text);
    for (int i = 0; i < sequence.items.size(); i++) {
      Pickled item = sequence.items.get(i);
      if (pairs && item instanceof Sequence pair && pair.items.getFirst() instanceof Text key) {
        list(join(name, ""), join(name, key.value()), pair.items.getLast(), depth + 1);
      } else {
        list(join(name, ""), join(name, Integer.toString(i)), item, depth + 1);
      }
    }
  }

  /**
   * Lists the tensors of an array, a module with its parameters or another object with attributes,
   * and notes any other object.
   */
  private void object(String container, String name, Instance object, int depth)
      throws WeightFileException {
    if (NumpyArray.is(object)) {
      take(container, name, () -> NumpyArray.read(file, name, object));
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
    children(join(name, ""), name, object.items, depth);
    List<Pickled> states =
        switch (object.state.orElse(Pickled.Plain.NONE)) {
          case Sequence pair -> pair.items; // The dictionary's attributes and the slots'.
          case Pickled one -> List.of(one);
        };
    boolean empty = object.items.entries.isEmpty();
    for (Pickled state : states) {
      if (state instanceof Dictionary attributes) {
        empty = false;
        boolean module = attributes.entries.keySet().containsAll(MODULE_PARTS);
        for (Map.Entry<String, Pickled> entry : attributes.entries.entrySet()) {
          boolean part = MODULE_PARTS.contains(entry.getKey());
          if (module && part && entry.getValue() instanceof Dictionary inner) {
            children(container, name, inner, depth); // Like its state dict, one collection.
          } else if (!module) {
            list(container, join(name, entry.getKey()), entry.getValue(), depth + 1);
          }
        }
      }
    }
    if (empty) {
      objects.put(name, object.className);
    }
  }

  /** Returns the path of a key. An empty key gives the prefix of all names below the path. */
  private static String join(String path, String key) {
    return path.isEmpty() ? key : path + "." + key;
  }

  /** A function that creates a tensor. */
  private interface Maker {
    StoredTensor make() throws WeightFileException;
  }

  private void take(String container, String name, Maker maker) {
    containers.merge(container, 1, Integer::sum);
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
