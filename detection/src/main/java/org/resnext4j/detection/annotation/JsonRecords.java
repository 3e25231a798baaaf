package org.resnext4j.detection.annotation;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.function.Consumer;
import org.resnext4j.vision.text.JsonText;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Reads lists of records from a JSON file, one record at a time. Files may therefore be larger than
 * memory: COCO's training annotations have 450 MB.
 */
final class JsonRecords {

  private static final JsonMapper MAPPER =
      JsonMapper.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build();

  private JsonRecords() {}

  /**
   * Reads a file that holds one object, and passes the elements of some of its lists to readers.
   *
   * @param readers the reader of each list, by the list's name; other fields are skipped
   * @throws IOException if the file holds no such object or one of the lists is missing
   */
  static void object(Path file, Map<String, Consumer<JsonNode>> readers) throws IOException {
    try (JsonParser parser = MAPPER.createParser(Files.newInputStream(file))) {
      require(file, parser.nextToken() == JsonToken.START_OBJECT, "an object");
      Map<String, Consumer<JsonNode>> missing = new java.util.TreeMap<>(readers);
      while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
        String name = parser.currentName();
        parser.nextToken();
        Consumer<JsonNode> reader = readers.get(name);
        if (reader == null) {
          parser.skipChildren();
        } else {
          elements(file, "'" + name + "'", parser, reader);
          missing.remove(name);
        }
      }
      require(file, parser.nextToken() == null, "one object and nothing behind it");
      if (!missing.isEmpty()) {
        throw new IOException(
            "%s: expected COCO annotations, but there is no list '%s'"
                .formatted(file, missing.keySet().iterator().next()));
      }
    } catch (JacksonException e) {
      throw new IOException("%s: expected JSON, but %s".formatted(file, JsonText.problem(e)), e);
    }
  }

  /**
   * Reads a file that holds one list, and passes each element to a reader.
   *
   * @throws IOException if the file holds no list
   */
  static void list(Path file, Consumer<JsonNode> reader) throws IOException {
    try (JsonParser parser = MAPPER.createParser(Files.newInputStream(file))) {
      parser.nextToken();
      elements(file, "the file", parser, reader);
      require(file, parser.nextToken() == null, "one list and nothing behind it");
    } catch (JacksonException e) {
      throw new IOException("%s: expected JSON, but %s".formatted(file, JsonText.problem(e)), e);
    }
  }

  private static void elements(Path file, String what, JsonParser parser, Consumer<JsonNode> reader)
      throws IOException {
    require(file, parser.currentToken() == JsonToken.START_ARRAY, "a list in " + what);
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      reader.accept(parser.<JsonNode>readValueAsTree());
    }
  }

  private static void require(Path file, boolean holds, String expected) throws IOException {
    if (!holds) {
      throw new IOException("%s: expected %s, but found something else".formatted(file, expected));
    }
  }
}
