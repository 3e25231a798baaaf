package org.resnext4j.models;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.StreamSupport;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The shared fixtures, read where they lie; tests that need them skip where they are absent. */
public final class Fixtures {

  private Fixtures() {}

  /** A file or folder of the fixtures. */
  public static Path path(String name) {
    Path path = Path.of(System.getProperty("resnext4j.root", ".."), "../shared/fixtures", name);
    assumeTrue(Files.exists(path), () -> "the shared fixtures are not here: " + path);
    return path;
  }

  /** A JSON file of the fixtures. */
  public static JsonNode json(String name) {
    return JsonMapper.shared().readTree(path(name).toFile());
  }

  /** An array of numbers, nested or not, in order. */
  public static double[] numbers(JsonNode node) {
    return StreamSupport.stream(node.spliterator(), false)
        .flatMapToDouble(child ->
            child.isArray()
                ? java.util.Arrays.stream(numbers(child))
                : java.util.stream.DoubleStream.of(child.asDouble()))
        .toArray();
  }
}
