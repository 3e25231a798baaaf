package org.resnext4j.inference;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import org.resnext4j.models.weights.ModelFile;

/** The model in the jar. */
final class Bundled {

  private static final String RESOURCE = "bundled.safetensors";

  private Bundled() {}

  /** Whether this build ships one. */
  static boolean exists() {
    return Bundled.class.getResource(RESOURCE) != null;
  }

  /** Loads it, by way of a temporary file, since weight files are mapped. */
  static ModelFile model() throws IOException {
    try (InputStream resource = open()) {
      Path file = Files.createTempFile("resnext4j", ".safetensors");
      try {
        Files.copy(resource, file, StandardCopyOption.REPLACE_EXISTING);
        return ModelFile.load(file);
      } finally {
        Files.deleteIfExists(file);
      }
    }
  }

  /** Its file. */
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
