package org.resnext4j.inference.catalogue;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.resnext4j.vision.Preprocessing;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The catalogue of published weights by name: those of torchvision and timm, weakly and
 * semi-supervised ones, and those of the paper's authors.
 *
 * @param entries the entries in the order of the list
 */
public record Catalogue(List<PublishedWeights> entries) {

  private static final String RESOURCE = "catalogue.json";

  /** Copies the entries. */
  public Catalogue {
    entries = List.copyOf(entries);
  }

  /** The catalogue that ships with the software. */
  public static Catalogue standard() {
    try (InputStream json = Catalogue.class.getResourceAsStream(RESOURCE)) {
      if (json == null) {
        throw new IllegalStateException("the jar lacks its list of weights, " + RESOURCE);
      }
      JsonNode entries = JsonMapper.shared().readTree(json);
      return new Catalogue(entries.valueStream().map(Catalogue::entry).toList());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static PublishedWeights entry(JsonNode node) {
    return new PublishedWeights(
        node.required("name").asString(),
        node.path("aliases").valueStream().map(JsonNode::asString).toList(),
        node.required("model").asString(),
        URI.create(node.required("url").asString()),
        node.has("bytes") ? OptionalLong.of(node.get("bytes").asLong()) : OptionalLong.empty(),
        node.optional("sha256").map(JsonNode::asString),
        node.required("publisher").asString(),
        node.required("licence").asString(),
        URI.create(node.required("source").asString()),
        percent(node.path("top1")),
        percent(node.path("top5")),
        Preprocessing.fromJson(node.required("preprocessing").toString()));
  }

  private static OptionalDouble percent(JsonNode node) {
    return node.isNumber() ? OptionalDouble.of(node.asDouble()) : OptionalDouble.empty();
  }

  /** The weights with a name or an alias, if there are any. */
  public Optional<PublishedWeights> lookUp(String name) {
    return entries.stream().filter(entry -> entry.answersTo(name)).findFirst();
  }

  /**
   * The weights with a name or an alias.
   *
   * @throws IllegalArgumentException if there are none; the message lists similar names
   */
  public PublishedWeights find(String name) {
    return lookUp(name)
        .orElseThrow(() -> {
          String near = near(name).map(PublishedWeights::name).collect(Collectors.joining(", "));
          return new IllegalArgumentException(
              near.isEmpty()
                  ? "there are no published weights named '%s'; `resnext pull --list` lists them"
                      .formatted(name)
                  : "there are no published weights named '%s'; did you mean one of %s?"
                      .formatted(name, near));
        });
  }

  /** Entries whose model begins the name, or whose name contains it. */
  private Stream<PublishedWeights> near(String name) {
    int dot = name.indexOf('.');
    String model = dot < 0 ? name : name.substring(0, dot);
    return model.isEmpty()
        ? Stream.of()
        : entries.stream()
            .filter(entry -> entry.name().contains(model) || model.contains(entry.model()));
  }
}
