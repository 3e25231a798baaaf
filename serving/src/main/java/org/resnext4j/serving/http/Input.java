package org.resnext4j.serving.http;

import java.util.Optional;
import java.util.function.Supplier;

/** The bytes that a client sends, in order. One thread reads them. */
final class Input {

  private final Supplier<Optional<byte[]>> source;
  private byte[] bytes = new byte[0];
  private int at;
  private boolean ended;

  /**
   * Creates an input.
   *
   * @param source returns the next bytes, at least one, or an empty result at the end
   */
  Input(Supplier<Optional<byte[]>> source) {
    this.source = source;
  }

  /** Whether bytes are available without waiting. */
  boolean isBuffered() {
    return at < bytes.length;
  }

  /** Waits for the next byte and returns whether there is one. */
  boolean hasNext() {
    return fill();
  }

  /** The next byte, or -1 at the end. */
  int read() {
    return fill() ? bytes[at++] & 0xff : -1;
  }

  /** Reads at least one byte and returns the number of bytes, or -1 at the end. */
  int read(byte[] to, int offset, int length) {
    if (!fill()) {
      return -1;
    }
    int count = Math.min(length, bytes.length - at);
    System.arraycopy(bytes, at, to, offset, count);
    at += count;
    return count;
  }

  private boolean fill() {
    while (at == bytes.length && !ended) {
      Optional<byte[]> next = source.get();
      ended = next.isEmpty();
      bytes = next.orElse(new byte[0]);
      at = 0;
    }
    return at < bytes.length;
  }

  /**
   * Reads a line and removes the CR and LF that end it. A lone CR or LF is an error, because
   * programs disagree on whether it ends a line.
   *
   * @param most largest number of bytes in the line
   * @param tooLong the status of the error if the line is longer
   * @throws RequestException if the line is too long or contains a lone CR, a lone LF or a NUL
   * @throws ClientGoneException if the input ends first
   */
  String line(int most, int tooLong) {
    StringBuilder line = new StringBuilder();
    while (true) {
      int next = read();
      switch (next) {
        case -1 -> throw new ClientGoneException("the connection ended within a request");
        case '\r' -> {
          int after = read();
          if (after < 0) {
            throw new ClientGoneException("the connection ended within a request");
          }
          if (after != '\n') {
            throw new RequestException(400, "a line of the request has a CR that does not end it");
          }
          return line.toString();
        }
        case '\n' ->
            throw new RequestException(400, "a line of the request ends with LF instead of CR LF");
        case 0 -> throw new RequestException(400, "a line of the request holds a NUL");
        default -> {
          if (line.length() == most) {
            throw new RequestException(
                tooLong, "a part of the request's head is longer than allowed");
          }
          // Each byte is one character, as in ISO 8859-1.
          line.append((char) next);
        }
      }
    }
  }
}
