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

/**
 * Fine-tuning: frozen parts of a network, and trained weights under a new classifier.
 *
 * {@snippet :
 * boolean frozen = Freezing.predicate(List.of("layer1")).test("layer1.0.conv1.weight"); // true
 * }
 */
public final class Freezing {

  private static final String CLASSIFIER = "fc";

  private Freezing() {}

  /**
   * Tells the frozen parameters by their full names.
   *
   * @param parts {@code stem}, {@code layer1}, {@code layer2}, ..., or {@code all-but-classifier}
   * @throws IllegalArgumentException if a part has another name; the message quotes it
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
   * Takes the weights of a trained network, and a new classifier if the number of classes differs.
   *
   * @param trained weights of the same network with any number of classes
   * @param graph the network to train
   * @param fresh first weights for {@code graph}, which supply the new classifier
   * @throws IllegalArgumentException if a tensor outside the classifier has another shape
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
