package org.resnext4j.models.weights.storage;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.core.exc.StreamConstraintsException;
import tools.jackson.core.exc.UnexpectedEndOfInputException;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Reads JSON in weight files and beside them, with limits. A duplicate key is an error. */
public final class Json {

  private static final int MOST_NESTED = 16;
  private static final int LONGEST_STRING = 16 << 20;

  /** The mapper that reads and writes JSON. It treats texts from files as hostile. */
  public static final JsonMapper MAPPER =
      JsonMapper.builder(
              JsonFactory.builder()
                  .streamReadConstraints(
                      StreamReadConstraints.builder()
                          .maxNestingDepth(MOST_NESTED)
                          .maxStringLength(LONGEST_STRING)
                          .maxNumberLength(32)
                          .build())
                  .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                  .build())
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  private Json() {}

  /**
   * Reads a text.
   *
   * @param file the file that an error names
   * @param what the text's place in the file, such as "the safetensors header"
   * @throws WeightFileException if the text is not JSON; the message states the place of the fault
   */
  public static JsonNode read(Path file, String what, String text) throws WeightFileException {
    try {
      return MAPPER.readTree(text);
    } catch (JacksonException e) {
      throw invalid(file, what, e);
    }
  }

  /** Returns the error for a text that is not JSON, in this library's words. */
  public static WeightFileException invalid(Path file, String what, JacksonException failure) {
    return new WeightFileException(
        file, "%s is not valid JSON: %s".formatted(what, problem(failure)), failure);
  }

  private static String problem(JacksonException failure) {
    TokenStreamLocation at = failure.getLocation();
    String place =
        at == null || at.getLineNr() < 1
            ? ""
            : " in line %d, column %d".formatted(at.getLineNr(), at.getColumnNr());
    return switch (failure) {
      case StreamConstraintsException _ ->
          "it is nested too deeply, or a value is too long" + place;
      case UnexpectedEndOfInputException _ -> "it ends early" + place;
      case JacksonException e when e.getOriginalMessage().startsWith("Duplicate") ->
          "a key is there twice" + place;
      default -> "it breaks the rules of JSON" + place;
    };
  }

  /** Decodes strict UTF-8. An invalid byte is an error, not a replacement character. */
  public static String utf8(MemorySegment bytes) throws CharacterCodingException {
    return StandardCharsets.UTF_8
        .newDecoder()
        .decode(ByteBuffer.wrap(bytes.toArray(ValueLayout.JAVA_BYTE)))
        .toString();
  }
}
