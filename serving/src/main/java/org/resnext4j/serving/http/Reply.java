package org.resnext4j.serving.http;

import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import tools.jackson.databind.json.JsonMapper;

/**
 * What goes back to a client.
 *
 * @param status of HTTP
 * @param type of the body
 * @param body may be empty
 * @param headers further ones
 */
@SuppressWarnings("ArrayRecordComponent") // Never compared.
public record Reply(int status, String type, byte[] body, Map<String, String> headers) {

  /** The media type of JSON. */
  public static final String JSON_TYPE = "application/json";

  private static final JsonMapper JSON = JsonMapper.shared();

  /** An object as JSON. */
  public static Reply json(Object value) {
    return json(200, value);
  }

  /** An object as JSON with a status. */
  public static Reply json(int status, Object value) {
    return new Reply(status, JSON_TYPE, JSON.writeValueAsBytes(value), Map.of());
  }

  /** An error in the protocol's form. */
  public static Reply error(int status, String message) {
    return json(status, Map.of("error", message));
  }

  /** Text. */
  public static Reply text(String type, String text) {
    return new Reply(200, type, text.getBytes(StandardCharsets.UTF_8), Map.of());
  }

  /** The same with one more header. */
  public Reply with(String header, String value) {
    Map<String, String> all = new LinkedHashMap<>(headers);
    all.put(header, value);
    return new Reply(status, type, body, all);
  }

  /** A map of names and values in this order. */
  public static Map<String, Object> ordered(Object... namesAndValues) {
    Map<String, Object> map = new LinkedHashMap<>();
    for (int i = 0; i < namesAndValues.length; i += 2) {
      map.put((String) namesAndValues[i], namesAndValues[i + 1]);
    }
    return map;
  }
}
