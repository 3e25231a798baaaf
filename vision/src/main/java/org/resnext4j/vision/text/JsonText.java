package org.resnext4j.vision.text;

import java.io.IOException;
import java.util.stream.Collectors;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.core.exc.StreamConstraintsException;
import tools.jackson.core.exc.StreamReadException;
import tools.jackson.core.exc.UnexpectedEndOfInputException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.exc.InvalidFormatException;
import tools.jackson.databind.exc.UnrecognizedPropertyException;
import tools.jackson.databind.json.JsonMapper;

/** Reads JSON that people wrote, and describes syntax errors in plain words. */
public final class JsonText {

  private static final JsonMapper MAPPER =
      JsonMapper.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  private JsonText() {}

  /**
   * Reads a text.
   *
   * @param name the name of the text in messages
   * @throws IOException if the text is not JSON, or an object contains a key twice
   */
  public static JsonNode read(String name, String text) throws IOException {
    try {
      return MAPPER.readTree(text);
    } catch (JacksonException e) {
      throw new IOException("%s: expected JSON, but %s".formatted(name, problem(e)), e);
    }
  }

  /**
   * Describes an error in plain words, with its line and column. The library's own messages name
   * the library's features and classes.
   */
  public static String problem(JacksonException failure) {
    String place = place(failure.getLocation());
    return switch (failure) {
      case StreamConstraintsException _ ->
          "it is nested too deeply, or a value is too long" + place;
      case UnexpectedEndOfInputException _ -> "it ends early" + place;
      case StreamReadException e when e.getOriginalMessage().startsWith("Duplicate") ->
          "a key is there twice" + place;
      case StreamReadException _ -> "there is something else" + place;
      case UnrecognizedPropertyException e ->
          "'%s' is none of the fields: %s"
              .formatted(
                  e.getPropertyName(),
                  e.getKnownPropertyIds().stream()
                      .map(String::valueOf)
                      .sorted()
                      .collect(Collectors.joining(", ")));
      case JacksonException e when e.getCause() instanceof IllegalArgumentException ours ->
          String.valueOf(ours.getMessage());
      case InvalidFormatException e -> "'%s' cannot be '%s'".formatted(path(e), e.getValue());
      case JacksonException e when !e.getPath().isEmpty() ->
          "'%s' has not the expected kind of value".formatted(path(e));
      default -> "it holds something else" + place;
    };
  }

  private static String place(TokenStreamLocation location) {
    return location == null || location.getLineNr() < 1
        ? ""
        : " in line %d, column %d".formatted(location.getLineNr(), location.getColumnNr());
  }

  private static String path(JacksonException failure) {
    return failure.getPath().stream()
        .map(step ->
            step.getPropertyName() == null
                ? String.valueOf(step.getIndex())
                : step.getPropertyName())
        .collect(Collectors.joining("."));
  }
}
