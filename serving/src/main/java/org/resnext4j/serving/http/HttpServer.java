package org.resnext4j.serving.http;

import io.helidon.common.configurable.Resource;
import io.helidon.common.pki.Keys;
import io.helidon.common.socket.SocketOptions;
import io.helidon.common.tls.Tls;
import io.helidon.webserver.WebServer;
import io.helidon.webserver.WebServerConfig;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLContext;

/**
 * Listens for connections and passes requests to a {@link Service}.
 *
 * <p>Helidon's web server accepts connections, encrypts them and gives each a virtual thread.
 * {@link Connections} reads and writes the messages.
 */
public final class HttpServer implements AutoCloseable {

  private final Connections connections;
  private final WebServer server;
  private final int port;

  private HttpServer(Connections connections, WebServer server) {
    this.connections = connections;
    this.server = server;
    this.port = server.port(); // Helidon forgets the port when it stops.
  }

  /**
   * Reads a certificate.
   *
   * @param certificate PEM file of the server's certificate and its chain
   * @param key PEM file of its private key (PKCS#8), not encrypted
   * @throws IllegalArgumentException if they cannot be used
   */
  public static SSLContext certificate(Path certificate, Path key) {
    for (Path file : List.of(certificate, key)) {
      if (!Files.isReadable(file)) {
        throw new IllegalArgumentException("there is no readable file '%s'".formatted(file));
      }
    }
    try {
      Keys keys =
          Keys.builder()
              .pem(pem -> pem.key(Resource.create(key)).certChain(Resource.create(certificate)))
              .build();
      return Tls.builder().privateKey(keys).privateKeyCertChain(keys).build().sslContext();
    } catch (RuntimeException e) {
      throw new IllegalArgumentException(
          "%s and %s should be a certificate and its private key (PKCS#8) in PEM form: %s"
              .formatted(certificate, key, rootMessage(e)),
          e);
    }
  }

  /**
   * Starts to listen.
   *
   * @param host name or address to listen on
   * @param port port to listen on, 0 for any free port
   * @param certificate certificate for encrypted connections
   * @throws IllegalStateException if the server cannot listen there
   */
  public static HttpServer start(
      String host, int port, Optional<SSLContext> certificate, Limits limits, Service service) {
    Connections connections = new Connections(service, limits);
    WebServerConfig.Builder builder =
        WebServer.builder()
            .host(host)
            .port(port)
            .shutdownHook(false)
            .maxTcpConnections(limits.connections() + Connections.REFUSING)
            .shutdownGracePeriod(limits.drain())
            .connectionOptions(SocketOptions.builder().tcpNoDelay(true).build())
            // Blocking sockets: with TLS they may be read by one thread and written by another.
            .useNio(false)
            .protocolsDiscoverServices(false)
            .addConnectionSelector(connections);
    certificate.ifPresent(
        context -> builder.tls(Tls.builder().sslContext(connections.bounded(context)).build()));
    try {
      return new HttpServer(connections, builder.build().start());
    } catch (RuntimeException e) {
      connections.close();
      throw new IllegalStateException(
          "cannot listen on %s:%d: %s".formatted(host, port, rootMessage(e)), e);
    }
  }

  private static String rootMessage(Throwable e) {
    return e.getCause() == null ? String.valueOf(e.getMessage()) : rootMessage(e.getCause());
  }

  /** The port that the server listens on. */
  public int port() {
    return port;
  }

  /** Number of connections that are open. */
  public int connections() {
    return connections.count();
  }

  /** Number of connections that were refused because too many were open. */
  public long refused() {
    return connections.refused();
  }

  /** Number of messages that were not valid requests. */
  public long malformed() {
    return connections.malformed();
  }

  /** Stops accepting connections and returns when the running requests are answered. */
  @Override
  public void close() {
    server.stop();
    connections.close();
  }
}
