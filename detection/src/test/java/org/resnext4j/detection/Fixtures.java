package org.resnext4j.detection;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.stream.DoubleStream;
import java.util.stream.StreamSupport;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Reference values of torchvision and pycocotools. */
public final class Fixtures {

  private Fixtures() {}

  /** torchvision's values of single steps, which lie in the test resources. */
  public static JsonNode units() {
    try (InputStream stream =
        Objects.requireNonNull(Fixtures.class.getResourceAsStream("/units.json"))) {
      return JsonMapper.shared().readTree(stream).get("units");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A file of the shared fixtures; the test is skipped where they are absent. */
  public static Path path(String name) {
    Path path = Path.of(System.getProperty("resnext4j.root", ".."), "../shared/fixtures", name);
    assumeTrue(Files.exists(path), () -> "the shared fixtures are not here: " + path);
    return path;
  }

  /** The reference values of whole detectors. */
  public static JsonNode detection() {
    return JsonMapper.shared().readTree(path("detection/detection.json").toFile());
  }

  /** An array of numbers, nested or not, in order. */
  public static double[] numbers(JsonNode node) {
    return StreamSupport.stream(node.spliterator(), false)
        .flatMapToDouble(child ->
            child.isArray() ? DoubleStream.of(numbers(child)) : DoubleStream.of(child.asDouble()))
        .toArray();
  }

  /** The same in float32. */
  public static float[] floats(JsonNode node) {
    double[] numbers = numbers(node);
    float[] floats = new float[numbers.length];
    for (int i = 0; i < floats.length; i++) {
      floats[i] = (float) numbers[i];
    }
    return floats;
  }

  /** The same as whole numbers. */
  public static int[] ints(JsonNode node) {
    return DoubleStream.of(numbers(node)).mapToInt(number -> (int) number).toArray();
  }

  /** Uniform values in [-1, 1), a function of a name and an index. */
  public static double[] unit(String name, int count) {
    long seed = 0xcbf29ce484222325L;
    for (byte b : name.getBytes(StandardCharsets.UTF_8)) {
      seed = (seed ^ (b & 0xff)) * 0x100000001b3L;
    }
    double[] values = new double[count];
    for (int i = 0; i < count; i++) {
      long z = seed + (i + 1) * 0x9e3779b97f4a7c15L;
      z = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
      z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
      z ^= z >>> 31;
      values[i] = (z >>> 40) / (double) (1 << 23) - 1;
    }
    return values;
  }
}
