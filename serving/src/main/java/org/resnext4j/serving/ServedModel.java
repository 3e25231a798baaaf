package org.resnext4j.serving;

import java.util.List;
import java.util.SequencedMap;
import java.util.regex.Pattern;
import org.resnext4j.inference.Classifier;
import org.resnext4j.models.Complexity;
import org.resnext4j.serving.batch.Network;
import org.resnext4j.vision.Preprocessing;

/**
 * A model that the service offers.
 *
 * @param name name of the model in requests
 * @param version version of the model, a number such as {@code 1}
 * @param network the network that computes logits
 * @param labels names of the classes, one for each output of the network
 * @param preprocessing how a picture becomes the network's input
 * @param facts facts for people: complexity, then provenance
 */
public record ServedModel(
    String name,
    String version,
    Network network,
    List<String> labels,
    Preprocessing preprocessing,
    Facts facts) {

  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,99}");
  private static final Pattern VERSION = Pattern.compile("[1-9][0-9]{0,8}");

  /**
   * Facts about a model for people.
   *
   * @param architecture its usual name, such as {@code resnext50_32x4d}
   * @param parameters number of weights
   * @param multiplyAdds of one picture at the input's size; the paper's FLOPs
   * @param provenance the provenance that the model's file states
   */
  public record Facts(
      String architecture,
      long parameters,
      long multiplyAdds,
      SequencedMap<String, String> provenance) {}

  /**
   * Checks that the parts fit together.
   *
   * @throws IllegalArgumentException if a part does not fit; the message names it
   */
  public ServedModel {
    labels = List.copyOf(labels);
    if (!isName(name)) {
      throw new IllegalArgumentException(
          "a model's name must be letters, digits, '.', '_' and '-', but was '%s'".formatted(name));
    }
    if (!isVersion(version)) {
      throw new IllegalArgumentException(
          "a model's version must be a number from 1, but was '%s'".formatted(version));
    }
    if (labels.size() != network.classes()) {
      throw new IllegalArgumentException(
          "'%s' has %d classes, but %d labels".formatted(name, network.classes(), labels.size()));
    }
    if (preprocessing.elements() != network.input().elements()) {
      throw new IllegalArgumentException(
          "'%s' reads pictures of shape %s, but its preprocessing makes %d×%d pixels"
              .formatted(name, network.input(), preprocessing.height(), preprocessing.width()));
    }
  }

  /**
   * A classifier as a model. Closing the model closes the classifier.
   *
   * @throws IllegalArgumentException if the name or the version is malformed
   */
  public static ServedModel of(String name, String version, Classifier classifier) {
    Network network = new ClassifierNetwork(classifier);
    Complexity complexity = Complexity.of(classifier.model().graph(), network.input());
    return new ServedModel(
        name,
        version,
        network,
        classifier.labels().names(),
        classifier.preprocessing(),
        new Facts(
            classifier.model().name(),
            complexity.parameters(),
            complexity.multiplyAdds(),
            classifier.card().provenance()));
  }

  /** Whether text may be a model's version. */
  static boolean isVersion(String text) {
    return VERSION.matcher(text).matches();
  }

  /** Whether text may be a model's name. No valid name leads out of a folder. */
  static boolean isName(String text) {
    return NAME.matcher(text).matches();
  }
}
