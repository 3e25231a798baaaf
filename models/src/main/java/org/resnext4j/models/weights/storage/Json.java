package org.resnext4j.models.weights.storage;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.json.JsonMapper;

/** JSON as weight files hold it: read with limits, every key once. */
public final class Json {

  private static final int MOST_NESTED = 16;
  private static final int LONGEST_STRING = 16 << 20;

  /** Reads and writes values; what it reads is hostile until proven otherwise. */
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
          .build();

  private Json() {}

  /** Text of strict UTF-8: an invalid byte is an error, not a question mark. */
  public static String utf8(MemorySegment bytes) throws CharacterCodingException {
    return StandardCharsets.UTF_8
        .newDecoder()
        .decode(ByteBuffer.wrap(bytes.toArray(ValueLayout.JAVA_BYTE)))
        .toString();
  }
}
