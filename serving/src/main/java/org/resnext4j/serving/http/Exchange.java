package org.resnext4j.serving.http;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.Semaphore;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.commons.compress.compressors.gzip.GzipCompressorInputStream;

/** A request as endpoints see it. */
public final class Exchange implements AutoCloseable {

  /** The header with the longest time that the client waits for its answer, in milliseconds. */
  static final String TIMEOUT_HEADER = "X-Request-Timeout-Ms";

  private static final int KILOBYTE = 1024;
  private static final Pattern DIGITS = Pattern.compile("[0-9]+");

  private final Head head;
  private final Body body;
  private final Connections.Connection connection;
  private final Limits limits;
  private final Semaphore memory;
  private final Map<String, Object> details = new LinkedHashMap<>();
  private final long start = System.nanoTime();
  private Map<String, String> parameters = Map.of();
  private long arrived = start;
  private int reserved;

  /**
   * Creates a request.
   *
   * @param memory kilobytes that the bodies of all requests may still take
   */
  Exchange(
      Head head, Body body, Connections.Connection connection, Limits limits, Semaphore memory) {
    this.head = head;
    this.body = body;
    this.connection = connection;
    this.limits = limits;
    this.memory = memory;
  }

  /** Additional entries of the access log. */
  public Map<String, Object> details() {
    return details;
  }

  /** The client's address. */
  public String client() {
    return connection.client();
  }

  /** The method, such as {@code GET}. */
  public String method() {
    return head.method();
  }

  /** The path of the target as the client sent it. */
  public String path() {
    return head.path();
  }

  /** Runs an action if the client disconnects after this call, at most once. */
  public void watch(Runnable gone) {
    connection.watch(gone);
  }

  /** Sets the named parts of the path. */
  public void name(Map<String, String> parts) {
    parameters = parts;
  }

  /** Time since the head was received. */
  public Duration age() {
    return Duration.ofNanos(System.nanoTime() - start);
  }

  /** A named part of the path; empty if the route has no such part. */
  public String path(String name) {
    return parameters.getOrDefault(name, "");
  }

  /**
   * A parameter of the query; empty text if it has no value.
   *
   * @throws RequestException with status 400 if the encoding of the query is malformed
   */
  public Optional<String> query(String name) {
    return Stream.of(head.query().split("&"))
        .map(pair -> pair.split("=", 2))
        .filter(pair -> Head.decode(pair[0], true).equals(name))
        .map(pair -> pair.length == 1 ? "" : Head.decode(pair[1], true))
        .findFirst();
  }

  /**
   * A number of the query.
   *
   * @throws RequestException with status 400 if it is not a number or is out of range
   */
  public int query(String name, int otherwise, int least, int most) {
    Optional<String> text = query(name);
    if (text.isEmpty()) {
      return otherwise;
    }
    OptionalLong value = number(text.get());
    if (value.isPresent() && value.getAsLong() >= least && value.getAsLong() <= most) {
      return (int) value.getAsLong();
    }
    throw new RequestException(
        400, "'%s' should be %d to %d, found '%s'".formatted(name, least, most, text.get()));
  }

  /** Whether a flag of the query is set. */
  public boolean isOn(String name) {
    return query(name)
        .map(text ->
            switch (text) {
              case "", "true", "1" -> true;
              case "false", "0" -> false;
              default ->
                  throw new RequestException(
                      400, "'%s' should be true or false, found '%s'".formatted(name, text));
            })
        .orElse(false);
  }

  /** The first value of a header field. */
  public Optional<String> header(String name) {
    return head.first(name);
  }

  /**
   * The remaining time of the request.
   *
   * @param asked the time limit in the body, in microseconds
   * @throws RequestException with status 400 if the header is not a number of milliseconds, 504 if
   *     no time remains
   */
  public Duration left(OptionalLong asked) {
    Duration whole = limits.deadline();
    Optional<String> text = header(TIMEOUT_HEADER);
    if (text.isPresent()) {
      long millis =
          number(text.get())
              .orElseThrow(() ->
                  new RequestException(
                      400,
                      "%s should be a number of milliseconds, found '%s'"
                          .formatted(TIMEOUT_HEADER, text.get())));
      whole = shorter(whole, Duration.ofMillis(millis));
    }
    if (asked.isPresent()) {
      whole = shorter(whole, Duration.of(asked.getAsLong(), ChronoUnit.MICROS));
    }
    Duration left = whole.minusNanos(System.nanoTime() - arrived);
    if (left.isNegative() || left.isZero()) {
      throw new RequestException(
          504, "the request's time of %d ms is over".formatted(whole.toMillis()));
    }
    return left;
  }

  /**
   * Parses a number that has only ASCII digits, because programs disagree on signs and on digits of
   * other scripts. A number of more than 18 digits counts as the largest. The result is empty if
   * the text is no such number.
   */
  public static OptionalLong number(String text) {
    if (!DIGITS.matcher(text).matches()) {
      return OptionalLong.empty();
    }
    return OptionalLong.of(text.length() > 18 ? Long.MAX_VALUE : Long.parseLong(text));
  }

  private static Duration shorter(Duration a, Duration b) {
    return a.compareTo(b) < 0 ? a : b;
  }

  /**
   * Receives the body within the bounds on size, time and memory. A body that is compressed with
   * gzip must keep the bounds after decompression, too.
   *
   * @throws RequestException with status 413 if it is too large, 408 if it takes too long, 415 if
   *     it has another encoding, 400 if its gzip data are damaged, 503 if the bodies of other
   *     requests take all the memory
   * @throws ClientGoneException if the connection ends first
   */
  public byte[] body() {
    List<String> codings =
        head.list("content-encoding").stream().filter(c -> !c.equals("identity")).toList();
    boolean gzip = codings.equals(List.of("gzip")) || codings.equals(List.of("x-gzip"));
    if (!codings.isEmpty() && !gzip) {
      throw new RequestException(
          415, "a body may be encoded with gzip or not at all, found %s".formatted(codings));
    }
    OptionalLong length =
        head.framing() instanceof Head.Framing.Length(long bytes)
            ? OptionalLong.of(bytes)
            : OptionalLong.empty();
    if (length.orElse(0) > limits.bodyBytes()) {
      throw limits.tooLarge();
    }
    connection.enter(Connections.Phase.RECEIVING);
    try {
      if (gzip) {
        return unzipped();
      }
      return length.isPresent() ? exactly((int) length.getAsLong()) : all(body);
    } catch (IOException e) {
      throw new RequestException(400, "the body is not whole gzip, as its head says", e);
    } finally {
      connection.enter(Connections.Phase.WORKING);
      arrived = System.nanoTime();
      details.put("body", reserved * (long) KILOBYTE);
    }
  }

  private byte[] unzipped() throws IOException {
    // The JDK's stream would ignore bytes after the last member.
    try (InputStream stream =
        GzipCompressorInputStream.builder()
            .setInputStream(body)
            .setDecompressConcatenated(true)
            .get()) {
      return all(stream);
    }
  }

  private byte[] exactly(int length) {
    reserve(length);
    byte[] bytes = new byte[length];
    int at = 0;
    while (at < length) {
      at += body.read(bytes, at, length - at);
      requireInTime();
    }
    return bytes;
  }

  private byte[] all(InputStream stream) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    byte[] buffer = new byte[16 * KILOBYTE];
    for (int read = stream.read(buffer); read >= 0; read = stream.read(buffer)) {
      if (bytes.size() + read > limits.bodyBytes()) {
        throw limits.tooLarge();
      }
      // The bytes count twice, because the stream doubles its array and copies it at the end.
      reserve(2 * read);
      bytes.write(buffer, 0, read);
      requireInTime();
    }
    return bytes.toByteArray();
  }

  private void requireInTime() {
    if (age().compareTo(limits.receive()) > 0) {
      throw new RequestException(408, "the request was not received in time");
    }
  }

  private void reserve(int bytes) {
    int kilobytes = Math.ceilDiv(bytes, KILOBYTE);
    if (!memory.tryAcquire(kilobytes)) {
      throw new RequestException(503, "other requests take all the memory for bodies at present");
    }
    reserved += kilobytes;
  }

  /** Releases the memory of the body. */
  @Override
  public void close() {
    memory.release(reserved);
    reserved = 0;
  }
}
