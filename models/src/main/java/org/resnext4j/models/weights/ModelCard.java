package org.resnext4j.models.weights;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;

/**
 * The properties of a model besides its weights. The metadata of a safetensors file contain them.
 *
 * @param model the model's name, such as {@code resnext50_32x4d}
 * @param labels the classes' names in the order of the logits; empty if unknown
 * @param preprocessingJson the preprocessing of pictures as JSON, if known
 * @param provenance the origin of the weights (data, settings, seed, version), by key
 */
public record ModelCard(
    String model,
    List<String> labels,
    Optional<String> preprocessingJson,
    SequencedMap<String, String> provenance) {

  /** Copies the collections. */
  public ModelCard {
    labels = List.copyOf(labels);
    provenance = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(provenance));
  }

  /** Returns a card with the model's name only. */
  public static ModelCard of(String model) {
    return new ModelCard(model, List.of(), Optional.empty(), new LinkedHashMap<>());
  }
}
