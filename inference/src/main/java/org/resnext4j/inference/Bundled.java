package org.resnext4j.inference;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.resnext4j.models.weights.LoadOptions;
import org.resnext4j.models.weights.ModelFile;

/** The model file in the jar. */
final class Bundled {

  private static final String RESOURCE = "bundled.safetensors";

  private Bundled() {}

  /** Whether this build ships a model. */
  static boolean exists() {
    return Bundled.class.getResource(RESOURCE) != null;
  }

  /** Loads the model. */
  static ModelFile model(LoadOptions options) throws IOException {
    try (InputStream resource = open()) {
      return ModelFile.load(resource, options);
    }
  }

  /** Copies the model file to a temporary file that lives as long as the process. */
  static Path file() throws IOException {
    Path folder = Files.createTempDirectory("resnext4j");
    folder.toFile().deleteOnExit();
    Path file = folder.resolve(RESOURCE);
    file.toFile().deleteOnExit();
    try (InputStream resource = open()) {
      Files.copy(resource, file);
    }
    return file;
  }

  /** The bytes of the model file. */
  static InputStream open() throws FileNotFoundException {
    InputStream resource = Bundled.class.getResourceAsStream(RESOURCE);
    if (resource == null) {
      throw new FileNotFoundException(
          "this build ships no model (org/resnext4j/inference/bundled.safetensors is not in the"
              + " jar); name one with --weights");
    }
    return resource;
  }
}
