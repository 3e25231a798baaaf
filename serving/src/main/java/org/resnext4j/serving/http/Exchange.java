package org.resnext4j.serving.http;

import io.helidon.common.buffers.DataReader;
import io.helidon.http.HeaderNames;
import io.helidon.webserver.CloseConnectionException;
import io.helidon.webserver.http.ServerRequest;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.Semaphore;
import org.resnext4j.serving.batch.OverloadedException;

/** One request, as the endpoints see it. */
public final class Exchange implements AutoCloseable {

  /** How long a client waits for its answer at most, in milliseconds. */
  static final String TIMEOUT_HEADER = "X-Request-Timeout-Ms";

  private static final int KILOBYTE = 1024;

  private final ServerRequest request;
  private final Connections.Connection connection;
  private final Limits limits;
  private final Semaphore memory;
  private final Map<String, Object> details = new LinkedHashMap<>();
  private final long start = System.nanoTime();
  private long arrived = start;
  private int reserved;

  /**
   * A request.
   *
   * @param memory kilobytes that bodies may still take
   */
  public Exchange(
      ServerRequest request, Connections.Connection connection, Limits limits, Semaphore memory) {
    this.request = request;
    this.connection = connection;
    this.limits = limits;
    this.memory = memory;
  }

  /** What the access log says of it besides the usual. */
  public Map<String, Object> details() {
    return details;
  }

  public Connections.Connection connection() {
    return connection;
  }

  /** Time since its head was here. */
  public Duration age() {
    return Duration.ofNanos(System.nanoTime() - start);
  }

  /** A part of the path; empty if the route has none of this name. */
  public String path(String name) {
    return request.path().pathParameters().first(name).orElse("");
  }

  /** A parameter of the query. */
  public Optional<String> query(String name) {
    return request.query().first(name).asOptional();
  }

  /**
   * A number of the query.
   *
   * @throws RequestException with status 400 if it is none, or out of range
   */
  public int query(String name, int otherwise, int least, int most) {
    Optional<String> text = query(name);
    if (text.isEmpty()) {
      return otherwise;
    }
    try {
      int value = Integer.parseInt(text.get());
      if (value >= least && value <= most) {
        return value;
      }
    } catch (NumberFormatException e) {
      // Said below, as for any other text.
    }
    throw new RequestException(
        400, "'%s' should be %d to %d, found '%s'".formatted(name, least, most, text.get()));
  }

  /** Whether a switch of the query is on. */
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

  public Optional<String> header(String name) {
    return request.headers().first(HeaderNames.create(name));
  }

  /**
   * How much of its time is left.
   *
   * @param asked what the client asked for in its body, in microseconds
   * @throws RequestException with status 400 if the header is not a number of milliseconds, 504 if
   *     nothing is left
   */
  public Duration left(OptionalLong asked) {
    Duration whole = limits.deadline();
    Optional<String> text = header(TIMEOUT_HEADER);
    if (text.isPresent()) {
      try {
        whole = shorter(whole, Duration.ofMillis(Long.parseLong(text.get().strip())));
      } catch (NumberFormatException e) {
        throw new RequestException(
            400, "%s should be a number, found '%s'".formatted(TIMEOUT_HEADER, text.get()));
      }
    }
    if (asked.isPresent()) {
      whole = shorter(whole, Duration.ofNanos(asked.getAsLong() * 1000));
    }
    Duration left = whole.minusNanos(System.nanoTime() - arrived);
    if (left.isNegative() || left.isZero()) {
      throw new RequestException(
          504, "the request's time of %d ms is over".formatted(whole.toMillis()));
    }
    return left;
  }

  private static Duration shorter(Duration a, Duration b) {
    return a.compareTo(b) < 0 ? a : b;
  }

  /**
   * Receives the body, within the bounds of size, time and memory.
   *
   * @throws RequestException with status 413 if it is too large, 408 if it takes too long
   * @throws OverloadedException if bodies take too much memory already
   * @throws ClientGoneException if the connection ends first
   */
  public byte[] body() {
    OptionalLong length = request.headers().contentLength();
    if (length.isEmpty() && !request.headers().contains(HeaderNames.TRANSFER_ENCODING)) {
      return new byte[0];
    }
    if (length.isPresent() && length.getAsLong() > limits.bodyBytes()) {
      throw tooLarge();
    }
    connection.enter(Connections.Phase.RECEIVING);
    try (InputStream stream = request.content().inputStream()) {
      byte[] body = length.isPresent() ? exactly(stream, (int) length.getAsLong()) : all(stream);
      return body;
    } catch (IOException
        | UncheckedIOException
        | CloseConnectionException
        | DataReader.InsufficientDataAvailableException e) {
      // The connection ended, by the client or because it was too slow: nobody is there to tell.
      throw new ClientGoneException(e);
    } finally {
      connection.enter(Connections.Phase.WORKING);
      arrived = System.nanoTime();
      details.put("body", reserved * (long) KILOBYTE);
    }
  }

  private byte[] exactly(InputStream stream, int length) throws IOException {
    reserve(length);
    byte[] body = new byte[length];
    int at = 0;
    while (at < length) {
      int read = stream.read(body, at, length - at);
      if (read < 0) {
        throw new EOFException("the body ended early");
      }
      at += read;
      requireInTime();
    }
    return body;
  }

  private byte[] all(InputStream stream) throws IOException {
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    byte[] buffer = new byte[16 * KILOBYTE];
    for (int read = stream.read(buffer); read >= 0; read = stream.read(buffer)) {
      if (body.size() + read > limits.bodyBytes()) {
        throw tooLarge();
      }
      // Twice, because the stream doubles its array and is copied at the end.
      reserve(2 * read);
      body.write(buffer, 0, read);
      requireInTime();
    }
    return body.toByteArray();
  }

  private void requireInTime() {
    if (age().compareTo(limits.receive()) > 0) {
      throw new RequestException(408, "the request was not received in time");
    }
  }

  private RequestException tooLarge() {
    connection.refuseBody();
    return new RequestException(
        413, "a request may have at most %d bytes".formatted(limits.bodyBytes()));
  }

  private void reserve(int bytes) {
    int kilobytes = Math.ceilDiv(bytes, KILOBYTE);
    if (!memory.tryAcquire(kilobytes)) {
      throw new OverloadedException(
          "requests take all the memory there is for them", Duration.ofSeconds(1));
    }
    reserved += kilobytes;
  }

  /** Gives back the memory of its body. */
  @Override
  public void close() {
    memory.release(reserved);
    reserved = 0;
  }
}
