package org.resnext4j.inference;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;
import org.resnext4j.inference.catalogue.Catalogue;
import org.resnext4j.inference.catalogue.HubRepository;
import org.resnext4j.inference.catalogue.PublishedWeights;
import org.resnext4j.inference.catalogue.WeightCache;

/**
 * Weights that were found by what a user calls them, in the same way wherever weights are asked
 * for: a file, a folder of a hub or of a training run, the name of published weights, a hub's model
 * such as {@code timm/seresnext50_32x4d.racm_in1k}, a name that something was pulled under, or
 * {@code bundled}.
 *
 * <p>A file or folder of that name comes first.
 *
 * @param file the file or folder
 * @param published what is known of published weights; empty for others
 */
public record NamedWeights(Path file, Optional<PublishedWeights> published) {

  /** The name of the model that ships with the software. */
  public static final String BUNDLED = "bundled";

  /**
   * Finds weights in the file system, the standard catalogue and the user's cache.
   *
   * @throws IllegalArgumentException if nothing has that name
   * @throws NoSuchFileException if the weights are published, but were not pulled yet
   * @throws IOException if the cache cannot be read
   */
  public static NamedWeights find(String called) throws IOException {
    return find(called, Catalogue.standard(), WeightCache.standard());
  }

  /**
   * Finds weights in the file system, a catalogue and a cache.
   *
   * @throws IllegalArgumentException if nothing has that name
   * @throws NoSuchFileException if the weights are published, but were not pulled yet
   * @throws IOException if the cache cannot be read
   */
  public static NamedWeights find(String called, Catalogue catalogue, WeightCache cache)
      throws IOException {
    Path file = Path.of(called);
    if (Files.exists(file)) {
      return new NamedWeights(file, Optional.empty());
    }
    if (called.equals(BUNDLED)) {
      return new NamedWeights(Bundled.file(), Optional.empty());
    }
    Optional<PublishedWeights> published = catalogue.lookUp(called);
    if (published.isPresent()) {
      return new NamedWeights(pulled(published.get(), cache), published);
    }
    Optional<HubRepository> repository = HubRepository.parse(called);
    if (repository.isPresent()) {
      Path folder =
          cache
              .find(repository.get())
              .orElseThrow(() ->
                  new IllegalArgumentException(
                      "there is no file '%s', and no model of a hub was pulled under that name; `resnext pull %s` fetches one"
                          .formatted(called, called)));
      return new NamedWeights(folder, Optional.empty());
    }
    Path found =
        cache
            .find(called)
            .orElseThrow(() ->
                new IllegalArgumentException(
                    "there is no file '%s', and no weights were published or pulled under that name"
                        .formatted(called)));
    return new NamedWeights(found, Optional.empty());
  }

  /** The file of published weights in a cache. */
  static Path pulled(PublishedWeights weights, WeightCache cache) throws NoSuchFileException {
    return cache
        .find(weights)
        .orElseThrow(() ->
            new NoSuchFileException(
                cache.path(weights).toString(),
                null,
                "not pulled yet; `resnext pull %s` fetches it".formatted(weights.name())));
  }
}
