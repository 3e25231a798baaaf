package org.resnext4j.serving;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.SequencedSet;
import java.util.stream.Stream;
import org.resnext4j.inference.Classifier;

/**
 * Loads models from files: the files of the command line and the files of folders.
 *
 * <p>In the folder, {@code NAME.safetensors} is version 1 of a model, {@code NAME/2.safetensors} a
 * version 2, and so is the only model file of {@code NAME/2/}. Files that end in {@code .pth},
 * {@code .pt}, {@code .th} and {@code .t7} are models, too. Each load lists the folder again, so a
 * new file can be loaded at once. A name from a request is only compared with the names found, so
 * it cannot reach other files.
 */
public final class ModelFolder implements ModelRepository.Source {

  private static final List<String> ENDINGS = List.of(".safetensors", ".pth", ".pt", ".th", ".t7");

  private final SequencedMap<String, Loader> named = new LinkedHashMap<>();
  private final List<Path> folders = new ArrayList<>();

  /** Creates a classifier each time that a model is loaded. */
  @FunctionalInterface
  public interface Loader {
    /**
     * The classifier.
     *
     * @throws IOException if it cannot be created; the message is one sentence
     */
    Classifier load() throws IOException;
  }

  /** Creates a source without models. */
  public ModelFolder() {}

  /**
   * Adds a model by name.
   *
   * @throws IllegalArgumentException if the name is malformed or taken
   */
  public ModelFolder add(String name, Loader loader) {
    if (!ServedModel.isName(name)) {
      throw new IllegalArgumentException(
          "a model's name must be letters, digits, '.', '_' and '-', but was '%s'".formatted(name));
    }
    if (named.putIfAbsent(name, loader) != null) {
      throw new IllegalArgumentException("two models are named '%s'".formatted(name));
    }
    return this;
  }

  /**
   * Adds the models of a folder.
   *
   * @throws IllegalArgumentException if there is no such folder, if it has no models, or if a model
   *     file lies where it would not be found
   */
  public ModelFolder addFolder(Path folder) {
    if (!Files.isDirectory(folder)) {
      throw new IllegalArgumentException("there is no folder of models '%s'".formatted(folder));
    }
    List<String> astray = new ArrayList<>();
    boolean found = false;
    for (Path child : list(folder)) {
      boolean served = names(child).isPresent();
      found |= served;
      if (!served && (isModel(child) || list(child).stream().anyMatch(ModelFolder::looksLikeOne))) {
        astray.add(child.getFileName().toString());
      }
    }
    if (!found || !astray.isEmpty()) {
      throw new IllegalArgumentException(
          "%s: expected models as NAME.safetensors, NAME/VERSION.safetensors or NAME/VERSION/FILE,"
                  .formatted(folder)
              + " where VERSION is a number and FILE the only one, but found "
              + (astray.isEmpty() ? "none" : String.join(", ", astray)));
    }
    folders.add(folder);
    return this;
  }

  private static boolean looksLikeOne(Path path) {
    return isModel(path) || list(path).stream().anyMatch(ModelFolder::isModel);
  }

  /** The name of the model in a file or folder, if there is one. */
  private static Optional<String> names(Path child) {
    String file = child.getFileName().toString();
    if (Files.isDirectory(child)) {
      return Optional.of(file)
          .filter(name -> ServedModel.isName(name) && !versions(child).isEmpty());
    }
    return Optional.of(nameOf(child)).filter(name -> ServedModel.isName(name) && isModel(child));
  }

  /** The name of a file without its ending. */
  public static String nameOf(Path file) {
    String name = file.getFileName().toString();
    return ENDINGS.stream()
        .filter(name::endsWith)
        .findFirst()
        .map(ending -> name.substring(0, name.length() - ending.length()))
        .orElse(name);
  }

  @Override
  public SequencedSet<String> names() {
    SequencedSet<String> names = new LinkedHashSet<>(named.keySet());
    for (Path folder : folders) {
      list(folder).forEach(child -> names(child).ifPresent(names::add));
    }
    return names;
  }

  @Override
  public List<ServedModel> load(String name) throws IOException {
    List<ServedModel> models = new ArrayList<>();
    try {
      if (named.containsKey(name)) {
        models.add(ServedModel.of(name, "1", named.get(name).load()));
        return models;
      }
      for (Path folder : folders) {
        for (Path child : list(folder)) {
          if (isModel(child) && nameOf(child).equals(name)) {
            models.add(ServedModel.of(name, "1", Classifier.load(child)));
          } else if (Files.isDirectory(child) && child.getFileName().toString().equals(name)) {
            for (Map.Entry<String, Path> version : versions(child).entrySet()) {
              models.add(
                  ServedModel.of(name, version.getKey(), Classifier.load(version.getValue())));
            }
          }
        }
      }
    } catch (IOException | RuntimeException e) {
      models.forEach(model -> model.network().close());
      throw e;
    }
    if (models.isEmpty()) {
      throw new IOException("there is no model named '%s' any more".formatted(name));
    }
    return models;
  }

  /** The files of a model by version. The name of the file, or of its folder, is the version. */
  private static SequencedMap<String, Path> versions(Path folder) {
    SequencedMap<String, Path> versions = new LinkedHashMap<>();
    for (Path child : list(folder)) {
      List<Path> inside = list(child).stream().filter(ModelFolder::isModel).toList();
      if (isModel(child) && ServedModel.isVersion(nameOf(child))) {
        versions.put(nameOf(child), child);
      } else if (inside.size() == 1 && ServedModel.isVersion(child.getFileName().toString())) {
        versions.put(child.getFileName().toString(), inside.getFirst());
      }
    }
    return versions;
  }

  private static boolean isModel(Path file) {
    return Files.isRegularFile(file)
        && ENDINGS.stream().anyMatch(file.getFileName().toString()::endsWith);
  }

  private static List<Path> list(Path folder) {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (Stream<Path> children = Files.list(folder)) {
      return children.sorted().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
