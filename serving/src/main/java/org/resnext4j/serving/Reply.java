package org.resnext4j.serving;

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
record Reply(int status, String type, byte[] body, Map<String, String> headers) {

  static final String JSON_TYPE = "application/json";

  private static final JsonMapper JSON = JsonMapper.shared();

  /** An object as JSON. */
  static Reply json(Object value) {
    return json(200, value);
  }

  /** An object as JSON with a status. */
  static Reply json(int status, Object value) {
    return new Reply(status, JSON_TYPE, JSON.writeValueAsBytes(value), Map.of());
  }

  /** An error in the protocol's form. */
  static Reply error(int status, String message) {
    return json(status, Map.of("error", message));
  }

  /** Text. */
  static Reply text(String type, String text) {
    return new Reply(200, type, text.getBytes(StandardCharsets.UTF_8), Map.of());
  }

  /** The same with one more header. */
  Reply with(String header, String value) {
    Map<String, String> all = new LinkedHashMap<>(headers);
    all.put(header, value);
    return new Reply(status, type, body, all);
  }
}
