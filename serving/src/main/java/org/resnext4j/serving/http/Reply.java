package org.resnext4j.serving.http;

import io.helidon.http.Status;
import java.nio.charset.StandardCharsets;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/**
 * A response to a client.
 *
 * @param status the HTTP status
 * @param type media type of the body; empty if the response cannot have a body
 * @param body the body; may be empty
 * @param headers further headers
 */
@SuppressWarnings("ArrayRecordComponent") // Never compared.
public record Reply(int status, String type, byte[] body, Map<String, String> headers) {

  /** The media type of JSON. */
  public static final String JSON_TYPE = "application/json";

  /**
   * Largest number of characters in an error message. A message that repeats the request would
   * otherwise be as long as the request.
   */
  private static final int LONGEST_MESSAGE = 1000;

  private static final DateTimeFormatter DATE =
      DateTimeFormatter.ofPattern("EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.ROOT);

  /** An object as JSON. */
  public static Reply json(Object value) {
    return json(200, value);
  }

  /** An object as JSON with a status. */
  public static Reply json(int status, Object value) {
    return new Reply(status, JSON_TYPE, HarmlessJson.MAPPER.writeValueAsBytes(value), Map.of());
  }

  /** An error in the protocol's form. A long message is shortened. */
  public static Reply error(int status, String message) {
    return json(status, Map.of("error", shortened(message)));
  }

  /** The message, or its first part if it is long. */
  public static String shortened(String message) {
    return message.length() <= LONGEST_MESSAGE
        ? message
        : message.substring(0, LONGEST_MESSAGE) + "…";
  }

  /** Text. */
  public static Reply text(String type, String text) {
    return new Reply(200, type, text.getBytes(StandardCharsets.UTF_8), Map.of());
  }

  /** A response without content (204). */
  public static Reply empty() {
    return new Reply(204, "", new byte[0], Map.of());
  }

  /** This reply with another header. */
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

  /**
   * The bytes of the message.
   *
   * @param headOnly whether the body is omitted, as in a response to {@code HEAD}
   * @param connection value of the {@code Connection} header; empty to omit it
   */
  byte[] message(boolean headOnly, String connection) {
    StringBuilder head = new StringBuilder(256);
    head.append("HTTP/1.1 ").append(status).append(' ');
    head.append(Status.create(status).reasonPhrase()).append("\r\n");
    field(head, "Date", DATE.format(ZonedDateTime.now(ZoneOffset.UTC)));
    if (!type.isEmpty()) {
      field(head, "Content-Type", type);
    }
    field(head, "X-Content-Type-Options", "nosniff");
    boolean none = status == 204 || status == 304;
    if (!none) {
      field(head, "Content-Length", Integer.toString(body.length));
    }
    if (!connection.isEmpty()) {
      field(head, "Connection", connection);
    }
    headers.forEach((name, value) -> field(head, name, value));
    byte[] start = ascii(head.append("\r\n").toString());
    if (headOnly || none) {
      return start;
    }
    byte[] message = Arrays.copyOf(start, start.length + body.length);
    System.arraycopy(body, 0, message, start.length, body.length);
    return message;
  }

  private static void field(StringBuilder head, String name, String value) {
    head.append(name).append(": ").append(value).append("\r\n");
  }

  static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
