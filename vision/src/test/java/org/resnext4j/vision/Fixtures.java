package org.resnext4j.vision;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;

/** Files that lie beside the project, not in it. */
public final class Fixtures {

  private Fixtures() {}

  /** A file or folder of the shared fixtures; the test is skipped where it is absent. */
  public static Path shared(String name) {
    Path path =
        Path.of(System.getProperty("resnext4j.root", "..")).resolve("../shared").resolve(name);
    assumeTrue(Files.exists(path), () -> "skipped: " + path + " is absent");
    return path;
  }
}
