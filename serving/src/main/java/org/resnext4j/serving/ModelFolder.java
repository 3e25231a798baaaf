package org.resnext4j.serving;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.resnext4j.inference.Classifier;

/**
 * Models from files: those named when the service was started, and those of a folder.
 *
 * <p>In the folder, {@code NAME.safetensors} is version 1 of a model, {@code NAME/2.safetensors} a
 * version 2; {@code .pth}, {@code .pt} and {@code .t7} files are read too. The folder is listed
 * whenever a model is asked for, so a file that is put there can be loaded at once, and a name that
 * a client sends is only ever compared with those found.
 */
public final class ModelFolder implements ModelRepository.Source {

  private static final List<String> ENDINGS = List.of(".safetensors", ".pth", ".pt", ".th", ".t7");

  private final SequencedMap<String, Loader> named = new LinkedHashMap<>();
  private final List<Path> folders = new ArrayList<>();

  /** Makes a classifier, anew whenever a model is loaded. */
  @FunctionalInterface
  public interface Loader {
    /**
     * The classifier.
     *
     * @throws IOException in one clear sentence, if it cannot be made
     */
    Classifier load() throws IOException;
  }

  /** A source without models yet. */
  public ModelFolder() {}

  /**
   * Adds a model by name.
   *
   * @throws IllegalArgumentException if the name is none, or taken
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

  /** Adds the models of a folder. */
  public ModelFolder addFolder(Path folder) {
    folders.add(folder);
    return this;
  }

  /** A name for a file: what it is called, without its ending. */
  public static String nameOf(Path file) {
    String name = file.getFileName().toString();
    return ENDINGS.stream()
        .filter(name::endsWith)
        .findFirst()
        .map(ending -> name.substring(0, name.length() - ending.length()))
        .orElse(name);
  }

  @Override
  public SortedSet<String> names() {
    SortedSet<String> names = new TreeSet<>(named.keySet());
    for (Path folder : folders) {
      for (Path child : list(folder)) {
        boolean model = isModel(child) || (Files.isDirectory(child) && !versions(child).isEmpty());
        String name = Files.isDirectory(child) ? child.getFileName().toString() : nameOf(child);
        if (model && ServedModel.isName(name)) {
          names.add(name);
        }
      }
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
            for (Path version : versions(child)) {
              models.add(ServedModel.of(name, nameOf(version), Classifier.load(version)));
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

  private static List<Path> versions(Path folder) {
    return list(folder).stream()
        .filter(ModelFolder::isModel)
        .filter(file -> nameOf(file).matches("[1-9][0-9]{0,8}"))
        .toList();
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
