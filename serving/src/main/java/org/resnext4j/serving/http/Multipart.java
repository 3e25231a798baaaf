package org.resnext4j.serving.http;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads the files of a {@code multipart/form-data} body that is in memory.
 *
 * <p>Helidon's parser is a separate module, which is not published for this version. This class
 * needs only a scan for the boundary.
 */
public final class Multipart {

  /**
   * A file of the body.
   *
   * @param name the name of the file, or else of the field, or else "picture"; it is only shown
   * @param content its bytes
   */
  @SuppressWarnings("ArrayRecordComponent") // Never compared.
  public record Part(String name, byte[] content) {}

  private static final Pattern BOUNDARY =
      Pattern.compile(
          ";\\s*boundary=(?:\"([^\"]{1,70})\"|([^;\\s\"]{1,70}))", Pattern.CASE_INSENSITIVE);

  /**
   * The value of a parameter: text in quotes, in which a backslash protects a character, or a
   * token.
   */
  private static final String VALUE = "=(?:\"((?:[^\"\\\\]|\\\\.){0,300}+)\"|([^;\\s\"]{1,300}))";

  private static final Pattern ENCODED_FILE_NAME =
      Pattern.compile(
          "[;\\s]filename\\*=utf-8'[^';\\s]{0,20}'([^;\\s\"]{1,900})", Pattern.CASE_INSENSITIVE);
  private static final Pattern FILE_NAME =
      Pattern.compile("[;\\s]filename" + VALUE, Pattern.CASE_INSENSITIVE);
  private static final Pattern FIELD_NAME =
      Pattern.compile("[;\\s]name" + VALUE, Pattern.CASE_INSENSITIVE);
  private static final String UNNAMED = "picture";
  private static final byte[] BLANK_LINE = "\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

  private Multipart() {}

  /**
   * Reads a body.
   *
   * @param contentType the request's header, with the boundary
   * @param maxParts largest number of parts
   * @throws RequestException with status 400 if the body does not match the header
   */
  public static List<Part> read(String contentType, byte[] body, int maxParts) {
    Matcher boundary = BOUNDARY.matcher(contentType);
    if (!boundary.find()) {
      throw new RequestException(400, "the multipart body's Content-Type has no boundary");
    }
    String text = boundary.group(1) != null ? boundary.group(1) : boundary.group(2);
    byte[] first = ("--" + text).getBytes(StandardCharsets.ISO_8859_1);
    byte[] next = ("\r\n--" + text).getBytes(StandardCharsets.ISO_8859_1);
    int at = indexOf(body, first, 0);
    if (at < 0) {
      throw new RequestException(400, "the multipart body does not contain its boundary");
    }
    at += first.length;
    List<Part> parts = new ArrayList<>();
    while (!startsWith(body, at, '-', '-')) {
      int content = indexOf(body, BLANK_LINE, at);
      int end = content < 0 ? -1 : indexOf(body, next, content + BLANK_LINE.length - 2);
      if (end < 0) {
        throw new RequestException(400, "the multipart body ends within a part");
      }
      if (parts.size() == maxParts) {
        throw new RequestException(400, "a request may have at most %d parts".formatted(maxParts));
      }
      String head = new String(body, at, content - at, StandardCharsets.UTF_8);
      int begin = Math.min(content + BLANK_LINE.length, end);
      parts.add(new Part(name(head), Arrays.copyOfRange(body, begin, end)));
      at = end + next.length;
    }
    return parts;
  }

  private static String name(String head) {
    Matcher encoded = ENCODED_FILE_NAME.matcher(head);
    if (encoded.find()) {
      return Head.decode(encoded.group(1), false);
    }
    for (Pattern pattern : List.of(FILE_NAME, FIELD_NAME)) {
      Matcher matcher = pattern.matcher(head);
      if (matcher.find()) {
        String quoted = matcher.group(1);
        String name = quoted == null ? matcher.group(2) : quoted.replaceAll("(?s)\\\\(.)", "$1");
        return name.isEmpty() ? UNNAMED : name;
      }
    }
    return UNNAMED;
  }

  private static boolean startsWith(byte[] body, int at, char a, char b) {
    return at + 1 < body.length && body[at] == a && body[at + 1] == b;
  }

  private static int indexOf(byte[] body, byte[] wanted, int from) {
    for (int at = Math.max(0, from); at <= body.length - wanted.length; at++) {
      if (body[at] == wanted[0]
          && Arrays.equals(body, at, at + wanted.length, wanted, 0, wanted.length)) {
        return at;
      }
    }
    return -1;
  }
}
