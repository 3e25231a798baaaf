package org.resnext4j.training.recipe;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.function.Predicate;
import org.resnext4j.engine.graph.Graph;
import org.resnext4j.engine.graph.Parameter;
import org.resnext4j.engine.tensor.Tensor;
import org.resnext4j.engine.tensor.Weights;

/** Fine-tuning: which parts stay as they are, and a new classifier on top. */
public final class Freezing {

  private static final String CLASSIFIER = "fc";

  private Freezing() {}

  /**
   * Which parameters are frozen.
   *
   * @param parts {@code stem}, {@code layer1}, {@code layer2}, ..., or {@code all-but-classifier}
   * @throws IllegalArgumentException naming a part that is none of these
   */
  public static Predicate<String> predicate(List<String> parts) {
    for (String part : parts) {
      if (!part.matches("stem|layer[1-9]|all-but-classifier")) {
        throw new IllegalArgumentException(
            "cannot freeze '%s': expected stem, layer1, layer2, ..., or all-but-classifier"
                .formatted(part));
      }
    }
    return name ->
        parts.stream()
            .anyMatch(part ->
                switch (part) {
                  case "stem" -> name.startsWith("conv1.") || name.startsWith("bn1.");
                  case "all-but-classifier" -> !name.startsWith(CLASSIFIER + ".");
                  default -> name.startsWith(part + ".");
                });
  }

  /**
   * The weights of a trained network under a new classifier.
   *
   * @param trained weights of the same network, with any number of classes
   * @param fresh first values for {@code graph}; its classifier is kept where the shapes differ
   * @throws IllegalArgumentException if something else than the classifier differs
   */
  public static Weights transfer(Map<String, Tensor> trained, Graph graph, Weights fresh) {
    Map<String, Tensor> fitting = new HashMap<>(trained);
    SequencedMap<String, Tensor> classifier = new LinkedHashMap<>();
    for (Map.Entry<String, Parameter> entry : graph.parameters().entrySet()) {
      String name = entry.getKey();
      Tensor tensor = trained.get(name);
      if (name.startsWith(CLASSIFIER + ".")
          && (tensor == null || !tensor.shape().equals(entry.getValue().shape()))) {
        classifier.put(name, fresh.get(name));
      }
    }
    if (!classifier.isEmpty()) {
      fitting.keySet().removeIf(name -> name.startsWith(CLASSIFIER + "."));
      fresh
          .tensors()
          .forEach((name, tensor) -> {
            if (name.startsWith(CLASSIFIER + ".")) {
              fitting.put(name, tensor);
            }
          });
    }
    return Weights.of(graph, fitting);
  }
}
