package org.resnext4j.models.weights.storage;

import java.util.List;
import java.util.Map;

/**
 * The contents of a file, the result of a format's reader.
 *
 * @param metadata free text, by key
 * @param tensors the tensors in the file's order
 * @param skipped names of ignored objects in the file
 * @param unreadable the reason why a tensor cannot be read, by the tensor's name
 * @param objects classes of Python objects without tensors, by the object's name
 * @param containers the number of tensors in each collection, by the prefix of their names
 */
public record Contents(
    Map<String, String> metadata,
    List<StoredTensor> tensors,
    List<String> skipped,
    Map<String, String> unreadable,
    Map<String, String> objects,
    Map<String, Integer> containers) {

  /** Creates contents with metadata and tensors only. */
  public Contents(Map<String, String> metadata, List<StoredTensor> tensors) {
    this(metadata, tensors, List.of(), Map.of(), Map.of(), Map.of("", tensors.size()));
  }
}
