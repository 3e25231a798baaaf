package org.resnext4j.inference.catalogue;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** A server of one file that behaves, request by request, as told. */
final class TestServer implements AutoCloseable {

  /** How one request is answered. */
  sealed interface Behaviour {}

  /** Properly: all of it, or the range asked for if it is still the same file. */
  record Proper() implements Behaviour {}

  /** With only so many bytes of what was announced; then the connection is cut. */
  record CutAfter(int bytes) implements Behaviour {}

  /** With so many bytes; then nothing more for so long. */
  record SilentAfter(int bytes, int milliseconds) implements Behaviour {}

  /** With a status and no file. */
  record Status(int code) implements Behaviour {}

  /** With the whole file, whatever range was asked for. */
  record IgnoringRanges() implements Behaviour {}

  /** With this file from now on. */
  @SuppressWarnings("ArrayRecordComponent") // Never compared.
  record Changed(byte[] file, String tag) implements Behaviour {}

  private final HttpServer server;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final Queue<Behaviour> script = new ArrayDeque<>();
  private final List<Optional<String>> ranges = new CopyOnWriteArrayList<>();
  private final List<String> requests = new CopyOnWriteArrayList<>();
  private byte[] file;
  private String tag = "\"one\"";

  TestServer(byte[] file, Behaviour... behaviours) throws IOException {
    this.file = file;
    script.addAll(List.of(behaviours));
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(threads);
    server.createContext("/", this::answer);
    server.start();
  }

  URI address() {
    return URI.create("http://127.0.0.1:%d/weights.pth".formatted(port()));
  }

  int port() {
    return server.getAddress().getPort();
  }

  /** The {@code Range} of each request, in order. */
  List<Optional<String>> ranges() {
    return ranges;
  }

  /** What each request asked for. */
  List<String> requests() {
    return requests;
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      requests.add(exchange.getRequestURI().toString());
      Optional<String> range = Optional.ofNullable(exchange.getRequestHeaders().getFirst("Range"));
      ranges.add(range);
      Behaviour behaviour = next();
      switch (behaviour) {
        case Status status -> exchange.sendResponseHeaders(status.code(), -1);
        case Changed changed -> {
          file = changed.file();
          tag = changed.tag();
          send(exchange, range, file.length, 0);
        }
        case CutAfter cut -> send(exchange, range, cut.bytes(), 0);
        case SilentAfter silent -> send(exchange, range, silent.bytes(), silent.milliseconds());
        case IgnoringRanges _ -> send(exchange, Optional.empty(), file.length, 0);
        case Proper _ -> send(exchange, range, file.length, 0);
      }
    }
  }

  private synchronized Behaviour next() {
    Behaviour behaviour = script.poll();
    return behaviour == null ? new Proper() : behaviour;
  }

  private void send(HttpExchange exchange, Optional<String> range, int most, int silence)
      throws IOException {
    boolean same = tag.equals(exchange.getRequestHeaders().getFirst("If-Range"));
    int from =
        range
            .filter(_ -> same)
            .map(r -> Integer.parseInt(r.replaceAll("bytes=(\\d+)-", "$1")))
            .orElse(0);
    exchange.getResponseHeaders().set("ETag", tag);
    if (from > 0) {
      exchange
          .getResponseHeaders()
          .set("Content-Range", "bytes %d-%d/%d".formatted(from, file.length - 1, file.length));
    }
    exchange.sendResponseHeaders(from > 0 ? 206 : 200, file.length - from);
    // Not closed on purpose where the answer is cut short: closing would complain about it.
    OutputStream body = exchange.getResponseBody();
    body.write(Arrays.copyOfRange(file, from, Math.min(file.length, from + most)));
    body.flush();
    if (silence > 0) {
      try {
        Thread.sleep(silence);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
