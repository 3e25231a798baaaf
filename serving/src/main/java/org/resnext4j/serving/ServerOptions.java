package org.resnext4j.serving;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.resnext4j.serving.batch.Batcher;
import org.resnext4j.serving.http.Limits;
import org.resnext4j.vision.ImageReader;

/**
 * Options of a service. {@link #defaults} suits one machine, and each option has a {@code with}
 * method.
 *
 * @param host address to listen on; loopback by default
 * @param port port to listen on, 0 for any that is free
 * @param batching bounds on batches and on the queue
 * @param limits bounds on requests and connections
 * @param reader how the pictures of requests are read: the most pixels, and whether files that end
 *     early are read too
 * @param token bearer token that every request but health checks and the page must carry
 * @param tls certificate and key; empty if connections are not encrypted
 * @param origins web sites whose pages may send requests, such as {@code https://example.org};
 *     {@code *} for all
 * @param runs folder of training runs whose curves the page draws
 * @param accessLog receives one line, a JSON object, for each request; many threads call it
 */
public record ServerOptions(
    String host,
    int port,
    Batcher.Policy batching,
    Limits limits,
    ImageReader reader,
    Optional<String> token,
    Optional<Tls> tls,
    Set<String> origins,
    Optional<Path> runs,
    Optional<Consumer<String>> accessLog) {

  private static final Pattern ORIGIN =
      Pattern.compile("https?://[A-Za-z0-9.-]+(:[0-9]+)?|https?://\\[[0-9A-Fa-f:]+](:[0-9]+)?");

  /**
   * Checks the origins.
   *
   * @throws IllegalArgumentException if an origin is malformed
   */
  public ServerOptions {
    // Browsers send the host of an origin in small letters.
    origins =
        origins.stream()
            .map(text -> text.toLowerCase(Locale.ROOT))
            .collect(Collectors.toUnmodifiableSet());
    for (String origin : origins) {
      if (!origin.equals("*") && !ORIGIN.matcher(origin).matches()) {
        throw new IllegalArgumentException(
            "a web site should be such as https://example.org, found '%s'".formatted(origin));
      }
    }
  }

  /**
   * PEM files for encrypted connections.
   *
   * @param certificate the server's certificate and its chain
   * @param key its private key (PKCS#8), not encrypted
   */
  public record Tls(Path certificate, Path key) {}

  /** Loopback, port 8080, batches of 16 that wait 2 ms at most, 256 pictures queued. */
  public static ServerOptions defaults() {
    return new ServerOptions(
        "127.0.0.1",
        8080,
        new Batcher.Policy(16, Duration.ofMillis(2), 256),
        Limits.defaults(),
        ImageReader.defaults(),
        Optional.empty(),
        Optional.empty(),
        Set.of(),
        Optional.empty(),
        Optional.empty());
  }

  /** These options with another address. */
  public ServerOptions withAddress(String newHost, int newPort) {
    return new ServerOptions(
        newHost, newPort, batching, limits, reader, token, tls, origins, runs, accessLog);
  }

  /** These options with other bounds of batching. */
  public ServerOptions withBatching(Batcher.Policy policy) {
    return new ServerOptions(
        host, port, policy, limits, reader, token, tls, origins, runs, accessLog);
  }

  /** These options with other limits. */
  public ServerOptions withLimits(Limits newLimits) {
    return new ServerOptions(
        host, port, batching, newLimits, reader, token, tls, origins, runs, accessLog);
  }

  /** These options with another reader of pictures. */
  public ServerOptions withReader(ImageReader newReader) {
    return new ServerOptions(
        host, port, batching, limits, newReader, token, tls, origins, runs, accessLog);
  }

  /** These options with a bearer token that requests must carry. */
  public ServerOptions withToken(String newToken) {
    return new ServerOptions(
        host, port, batching, limits, reader, Optional.of(newToken), tls, origins, runs, accessLog);
  }

  /** These options with encrypted connections. */
  public ServerOptions withTls(Tls newTls) {
    return new ServerOptions(
        host, port, batching, limits, reader, token, Optional.of(newTls), origins, runs, accessLog);
  }

  /**
   * These options with web sites whose pages may send requests.
   *
   * @param newOrigins such as {@code https://example.org}, or {@code *}
   */
  public ServerOptions withOrigins(Set<String> newOrigins) {
    return new ServerOptions(
        host, port, batching, limits, reader, token, tls, Set.copyOf(newOrigins), runs, accessLog);
  }

  /** These options with a folder of training runs. */
  public ServerOptions withRuns(Path folder) {
    return new ServerOptions(
        host, port, batching, limits, reader, token, tls, origins, Optional.of(folder), accessLog);
  }

  /** These options with an access log. */
  public ServerOptions withAccessLog(Consumer<String> log) {
    return new ServerOptions(
        host, port, batching, limits, reader, token, tls, origins, runs, Optional.of(log));
  }
}
