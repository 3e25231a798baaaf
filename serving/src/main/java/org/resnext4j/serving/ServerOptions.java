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
 * How a service listens and what it bounds. {@link #defaults} suits one machine; every part has a
 * {@code with} method.
 *
 * @param host address to listen on; loopback unless told otherwise
 * @param port port to listen on, 0 for any that is free
 * @param batching bounds of batching and of the queue
 * @param limits bounds of what one client may ask
 * @param reader how the pictures of requests are read: the most pixels, and whether files that end
 *     early are read too
 * @param token bearer token that every request but health checks and the page must carry
 * @param tls certificate and key; without, connections are not encrypted
 * @param origins web sites whose pages may ask too, such as {@code https://example.org}; {@code *}
 *     for all
 * @param runs folder of training runs whose curves the page draws
 * @param accessLog takes a line for every request, a JSON object; called by many threads
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
   * Checks the web sites.
   *
   * @throws IllegalArgumentException naming one that is none
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
   * @param certificate the server's certificate, and those that vouch for it
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

  /** The same on another address. */
  public ServerOptions withAddress(String newHost, int newPort) {
    return new ServerOptions(
        newHost, newPort, batching, limits, reader, token, tls, origins, runs, accessLog);
  }

  /** The same with other bounds of batching. */
  public ServerOptions withBatching(Batcher.Policy policy) {
    return new ServerOptions(
        host, port, policy, limits, reader, token, tls, origins, runs, accessLog);
  }

  /** The same with other limits. */
  public ServerOptions withLimits(Limits newLimits) {
    return new ServerOptions(
        host, port, batching, newLimits, reader, token, tls, origins, runs, accessLog);
  }

  /** The same with another reader of pictures. */
  public ServerOptions withReader(ImageReader newReader) {
    return new ServerOptions(
        host, port, batching, limits, newReader, token, tls, origins, runs, accessLog);
  }

  /** The same, asking for a bearer token. */
  public ServerOptions withToken(String newToken) {
    return new ServerOptions(
        host, port, batching, limits, reader, Optional.of(newToken), tls, origins, runs, accessLog);
  }

  /** The same with encrypted connections. */
  public ServerOptions withTls(Tls newTls) {
    return new ServerOptions(
        host, port, batching, limits, reader, token, Optional.of(newTls), origins, runs, accessLog);
  }

  /**
   * The same, answering the pages of other web sites.
   *
   * @param newOrigins such as {@code https://example.org}, or {@code *}
   */
  public ServerOptions withOrigins(Set<String> newOrigins) {
    return new ServerOptions(
        host, port, batching, limits, reader, token, tls, Set.copyOf(newOrigins), runs, accessLog);
  }

  /** The same with a folder of training runs. */
  public ServerOptions withRuns(Path folder) {
    return new ServerOptions(
        host, port, batching, limits, reader, token, tls, origins, Optional.of(folder), accessLog);
  }

  /** The same, telling of every request with a line of JSON. */
  public ServerOptions withAccessLog(Consumer<String> log) {
    return new ServerOptions(
        host, port, batching, limits, reader, token, tls, origins, runs, Optional.of(log));
  }
}
