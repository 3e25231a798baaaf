package org.resnext4j.models.weights.storage;

import java.util.List;
import java.util.Map;

/**
 * The contents of a file, as a reader found them.
 *
 * @param metadata free text by key
 * @param tensors the tensors in the file's order
 * @param skipped names of other objects in the file, which were passed over
 * @param unreadable why tensors cannot be read, by name
 * @param objects classes of Python objects that hold no tensor, by the name at which they lie
 * @param containers the number of tensors in each collection, by the prefix of their names
 */
public record Contents(
    Map<String, String> metadata,
    List<StoredTensor> tensors,
    List<String> skipped,
    Map<String, String> unreadable,
    Map<String, String> objects,
    Map<String, Integer> containers) {

  /** Contents without anything odd. */
  public Contents(Map<String, String> metadata, List<StoredTensor> tensors) {
    this(metadata, tensors, List.of(), Map.of(), Map.of(), Map.of("", tensors.size()));
  }
}
