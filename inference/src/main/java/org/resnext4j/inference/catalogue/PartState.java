package org.resnext4j.inference.catalogue;

import java.io.IOException;
import java.io.Reader;
import java.io.Writer;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Properties;

/** The origin of a partial file, in a file beside it, so a download continues the same version. */
final class PartState {

  private final Path part;
  private final Path notes;
  private final Properties properties = new Properties();

  PartState(Path part) throws IOException {
    this.part = part;
    this.notes = part.resolveSibling(part.getFileName() + ".properties");
    try (Reader reader = Files.newBufferedReader(notes)) {
      properties.load(reader);
    } catch (NoSuchFileException e) {
      properties.clear(); // There is no partial file.
    } catch (IllegalArgumentException e) {
      properties.clear(); // The file is damaged, so the download starts again.
    }
  }

  /** The partial file. */
  Path part() {
    return part;
  }

  /** Whether the partial file came from this address and its version is known. */
  boolean resumable(URI from) {
    return from.toString().equals(properties.getProperty("from")) && validator().isPresent();
  }

  /** The server's name for the version: an entity tag or a date. */
  Optional<String> validator() {
    return Optional.ofNullable(properties.getProperty("validator"));
  }

  void remember(URI from, Optional<String> validator) throws IOException {
    properties.setProperty("from", from.toString());
    validator.ifPresentOrElse(
        value -> properties.setProperty("validator", value), () -> properties.remove("validator"));
    try (Writer writer = Files.newBufferedWriter(notes)) {
      properties.store(writer, null);
    }
  }

  void forget() throws IOException {
    Files.deleteIfExists(notes);
  }
}
