package org.resnext4j.serving.http;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The head of an HTTP/1.0 or HTTP/1.1 request (RFC 9112), parsed strictly. A message that two
 * programs could read differently is refused, because a proxy and this service must agree on the
 * end of each request. Otherwise an attacker can hide a second request in the first (request
 * smuggling).
 *
 * @param method the method as the client sent it, such as {@code GET}
 * @param path path of the target, still percent-encoded; begins with a slash, or is {@code *}
 * @param query query of the target, still encoded; empty if there is none
 * @param minor the minor version: 0, or 1 for HTTP/1.1 and later
 * @param fields the header fields, in their order
 */
record Head(String method, String path, String query, int minor, List<Field> fields) {

  /**
   * A header field.
   *
   * @param name the name in lower case
   * @param value the value without surrounding blanks
   */
  record Field(String name, String value) {}

  /** The method by which a request marks the end of its body. */
  sealed interface Framing {

    /**
     * The request states the body's length.
     *
     * @param bytes the length; 0 if there is no body
     */
    record Length(long bytes) implements Framing {}

    /** A chunk of size 0 ends the body. */
    record Chunked() implements Framing {}
  }

  private static final int MOST_LINE = 8192;
  private static final String TOKEN = "[!#$%&'*+.^_`|~0-9A-Za-z-]+";
  private static final Pattern REQUEST_LINE =
      Pattern.compile("(" + TOKEN + ") ([\\x21-\\x7e]+) HTTP/([0-9])\\.([0-9])");
  private static final Pattern ABSOLUTE =
      Pattern.compile("https?://([^/?#]*)([^#]*)", Pattern.CASE_INSENSITIVE);
  private static final Pattern FIELD = Pattern.compile("(" + TOKEN + "):(.*)", Pattern.DOTALL);
  private static final Pattern CONTROL = Pattern.compile("[\\x00-\\x08\\x0a-\\x1f\\x7f]");
  private static final Pattern HOST =
      Pattern.compile("(?:[A-Za-z0-9._~%!$&'()*+,;=-]*|\\[[0-9A-Fa-f:.]+])(?::[0-9]*)?");
  private static final Pattern BAD_ESCAPE = Pattern.compile("%(?![0-9A-Fa-f]{2})");
  private static final Pattern DIGITS = Pattern.compile("[0-9]+");

  /**
   * Reads the next request's head.
   *
   * @param mostFields bytes that all header fields together may have
   * @param begun runs when the first byte has arrived
   * @return the head; empty if the client sends no more
   * @throws RequestException if it is malformed or ambiguous
   * @throws ClientGoneException if the connection ends within it
   */
  static Optional<Head> read(Input input, int mostFields, Runnable begun) {
    if (!input.hasNext()) {
      return Optional.empty();
    }
    begun.run();
    String line = input.line(MOST_LINE, 414);
    // Some clients send an empty line after a body.
    if (line.isEmpty()) {
      line = input.line(MOST_LINE, 414);
    }
    Matcher request = REQUEST_LINE.matcher(line);
    if (!request.matches()) {
      throw new RequestException(
          400, "the request should begin with a line such as 'GET /v2 HTTP/1.1'");
    }
    if (!request.group(3).equals("1")) {
      throw new RequestException(505, "this service speaks HTTP/1.1 and HTTP/1.0");
    }
    int minor = request.group(4).equals("0") ? 0 : 1;
    List<Field> fields = fields(input, mostFields, 431);
    return Optional.of(of(request.group(1), request.group(2), minor, fields));
  }

  private static Head of(String method, String target, int minor, List<Field> fields) {
    String local = target;
    Matcher absolute = ABSOLUTE.matcher(target);
    List<Field> own = new ArrayList<>(fields);
    if (absolute.matches()) {
      local = absolute.group(2).startsWith("/") ? absolute.group(2) : "/" + absolute.group(2);
    }
    Head head =
        new Head(
            method,
            local.replaceFirst("\\?.*", ""),
            local.contains("?") ? local.substring(local.indexOf('?') + 1) : "",
            minor,
            List.copyOf(own));
    head.requireTarget(target);
    head.requireHost();
    if (absolute.matches()) {
      // The host of the target takes precedence over the field (RFC 9112, 3.2.2).
      own.removeIf(field -> field.name().equals("host"));
      own.add(new Field("host", absolute.group(1)));
      head = new Head(method, head.path, head.query, minor, List.copyOf(own));
      head.requireHost();
    }
    head.framing();
    return head;
  }

  /**
   * Reads header fields, or the trailer fields after a chunked body, and the empty line that
   * follows.
   *
   * @param most largest size of all fields together, in bytes
   * @param tooLong the status of the error if the fields are larger
   */
  static List<Field> fields(Input input, int most, int tooLong) {
    List<Field> fields = new ArrayList<>();
    int left = most;
    while (true) {
      String line = input.line(left, tooLong);
      if (line.isEmpty()) {
        return List.copyOf(fields);
      }
      left = Math.max(0, left - line.length() - 2);
      Matcher field = FIELD.matcher(line);
      if (!field.matches() || CONTROL.matcher(field.group(2)).find()) {
        // A folded line, a blank before the colon, a control character, or no field at all.
        throw new RequestException(
            400, "the request has a line that should be a header field such as 'Host: localhost'");
      }
      fields.add(
          new Field(
              field.group(1).toLowerCase(Locale.ROOT),
              field.group(2).replaceAll("^[ \\t]+|[ \\t]+$", "")));
    }
  }

  private void requireTarget(String target) {
    boolean known = path.startsWith("/") || (path.equals("*") && method.equals("OPTIONS"));
    if (!known || target.contains("#")) {
      throw new RequestException(
          400, "the request's target should be a path such as '/v2' or an absolute URL");
    }
  }

  private void requireHost() {
    List<String> hosts = values("host").toList();
    if (hosts.size() > 1 || (hosts.isEmpty() && minor > 0)) {
      throw new RequestException(
          400, "the request should have one Host field, but has %d".formatted(hosts.size()));
    }
    if (!hosts.stream().allMatch(host -> HOST.matcher(host).matches())) {
      throw new RequestException(400, "the request's Host should be a name and a port");
    }
  }

  /**
   * Decodes a part of a target.
   *
   * @param plusIsBlank whether a plus sign means a blank, as in queries of HTML forms
   * @throws RequestException with status 400 if a percent sign is not followed by two digits
   */
  static String decode(String text, boolean plusIsBlank) {
    if (BAD_ESCAPE.matcher(text).find()) {
      throw new RequestException(
          400, "the request's target has a '%' without two hexadecimal digits behind it");
    }
    return URLDecoder.decode(plusIsBlank ? text : text.replace("+", "%2B"), StandardCharsets.UTF_8);
  }

  /** All values of a header field, by its name in lower case. */
  Stream<String> values(String name) {
    return fields.stream().filter(field -> field.name().equals(name)).map(Field::value);
  }

  /** The first value of a header field, by its name in any case. */
  Optional<String> first(String name) {
    return values(name.toLowerCase(Locale.ROOT)).findFirst();
  }

  /** The elements of a header field that is a list, in lower case. */
  List<String> list(String name) {
    return values(name)
        .flatMap(value -> Stream.of(value.split(",")))
        .map(element -> element.strip().toLowerCase(Locale.ROOT))
        .filter(element -> !element.isEmpty())
        .toList();
  }

  /**
   * Determines where the request's body ends.
   *
   * @throws RequestException if the request states the end twice or unclearly
   */
  Framing framing() {
    List<String> lengths = values("content-length").toList();
    if (values("transfer-encoding").findAny().isPresent()) {
      if (!lengths.isEmpty()) {
        throw new RequestException(
            400, "a request may have Content-Length or Transfer-Encoding, but not both");
      }
      if (minor == 0) {
        throw new RequestException(400, "HTTP/1.0 has no Transfer-Encoding");
      }
      List<String> codings = list("transfer-encoding");
      if (codings.isEmpty() || codings.indexOf("chunked") < codings.size() - 1) {
        boolean unknown = !codings.contains("chunked") && !codings.isEmpty();
        throw new RequestException(
            unknown ? 501 : 400, "the request's Transfer-Encoding should be 'chunked'");
      }
      if (codings.size() > 1) {
        throw new RequestException(501, "the request's Transfer-Encoding should be 'chunked'");
      }
      if (!values("transfer-encoding")
          .allMatch(value -> value.strip().equalsIgnoreCase("chunked"))) {
        // A proxy may not support lists with empty elements and may see another end of the body.
        throw new RequestException(400, "the request's Transfer-Encoding should be 'chunked'");
      }
      return new Framing.Chunked();
    }
    if (lengths.isEmpty()) {
      return new Framing.Length(0);
    }
    if (lengths.size() > 1 || !DIGITS.matcher(lengths.getFirst()).matches()) {
      throw new RequestException(
          400, "the request's Content-Length should be one number, found %s".formatted(lengths));
    }
    try {
      return new Framing.Length(Long.parseLong(lengths.getFirst()));
    } catch (NumberFormatException e) {
      throw new RequestException(413, "no request may have that many bytes", e);
    }
  }

  /** Whether the client wants to send further requests on the connection. */
  boolean persists() {
    List<String> connection = list("connection");
    return minor == 0
        ? connection.contains("keep-alive") && !connection.contains("close")
        : !connection.contains("close");
  }

  /**
   * Whether the client sends its body only after {@code 100 Continue}.
   *
   * @throws RequestException with status 417 if it expects anything else
   */
  boolean expectsContinue() {
    List<String> expected = list("expect");
    if (!expected.isEmpty() && !expected.equals(List.of("100-continue"))) {
      throw new RequestException(417, "this service meets the expectation 100-continue only");
    }
    return minor > 0 && !expected.isEmpty();
  }
}
