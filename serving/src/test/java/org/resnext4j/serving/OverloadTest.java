package org.resnext4j.serving;

import static org.assertj.core.api.Assertions.assertThat;

import java.awt.Color;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.resnext4j.serving.batch.Batcher;
import org.resnext4j.serving.http.Limits;

/**
 * Ten times the load that the service can take, and among it clients that misbehave. Every request
 * is accounted for: answered, refused, or failed with a reason.
 *
 * <p>That it is ten times as much holds on any machine, because the load is the network's clock: it
 * is done with one picture for every ten requests that were sent.
 */
@Timeout(60)
class OverloadTest {

  private static final int OVERLOAD = 10;
  private static final int REQUESTS = 3000;
  private static final int QUEUE = 16;

  /** More than can be in the service at once, so there are always some that send. */
  private static final int CLIENTS = 3 * QUEUE;

  private static final byte[] PICTURE = TestServer.png(Color.RED, 16, 16);

  private static byte[] head(String path, int length) {
    return """
    POST %s HTTP/1.1\r
    Host: localhost\r
    Content-Length: %d\r
    \r
    """
        .formatted(path, length)
        .getBytes(StandardCharsets.US_ASCII);
  }

  /** The status of an answer, or that the connection ended. */
  private static int status(InputStream stream) throws IOException {
    StringBuilder head = new StringBuilder();
    while (head.indexOf("\r\n\r\n") < 0) {
      int next = stream.read();
      if (next < 0) {
        return -1;
      }
      head.append((char) next);
    }
    String text = head.toString();
    int at = text.toLowerCase(java.util.Locale.ROOT).indexOf("content-length:");
    int length = Integer.parseInt(text.substring(at + 15, text.indexOf("\r\n", at)).strip());
    stream.readNBytes(length);
    if (text.startsWith("429", 9)) {
      assertThat(text).contains("Retry-After: ");
    }
    return Integer.parseInt(text.substring(9, 12));
  }

  private static int request(Socket socket, byte[] body) throws IOException {
    OutputStream out = socket.getOutputStream();
    out.write(head("/v1/classify", body.length));
    out.write(body);
    out.flush();
    return status(new BufferedInputStream(socket.getInputStream()));
  }

  /** Counts what is sent, and lets the network do one picture for ten of those. */
  private static final class Load implements ColourNetwork.Pace {

    final AtomicInteger sent = new AtomicInteger();
    private int paid;

    boolean next() {
      synchronized (this) {
        notifyAll();
      }
      return sent.getAndIncrement() < REQUESTS;
    }

    /** Whether there are more to come. */
    boolean isOn() {
      return sent.get() < REQUESTS;
    }

    @Override
    public synchronized void await(int pictures) throws InterruptedException {
      paid += OVERLOAD * pictures;
      while (isOn() && sent.get() < paid) {
        wait();
      }
    }
  }

  @Test
  void everyRequestOfTenfoldLoadIsAccountedFor() throws Exception {
    Load load = new Load();
    ColourNetwork network = new ColourNetwork(load);
    ServerOptions options =
        TestServer.options()
            .withBatching(new Batcher.Policy(8, Duration.ofMillis(2), QUEUE))
            .withLimits(
                Limits.defaults()
                    .withTimes(
                        Duration.ofSeconds(30), Duration.ofMillis(1500), Duration.ofSeconds(30)));
    Map<Integer, AtomicInteger> good = new ConcurrentHashMap<>();
    Map<Integer, AtomicInteger> bad = new ConcurrentHashMap<>();
    AtomicInteger left = new AtomicInteger();
    AtomicInteger slow = new AtomicInteger();
    List<Future<?>> clients = new ArrayList<>();
    try (TestServer server =
            TestServer.start(options, ColourNetwork.model("colours", "1", network));
        ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      int port = server.server.port();
      for (int i = 0; i < CLIENTS; i++) {
        clients.add(
            threads.submit(() -> {
              try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
                while (load.next()) {
                  count(good, request(socket, PICTURE));
                }
              }
              return 0;
            }));
      }
      for (int i = 0; i < 4; i++) {
        clients.add(
            threads.submit(() -> {
              try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
                while (load.isOn()) {
                  count(bad, request(socket, new byte[200]));
                  Thread.sleep(2);
                }
              }
              return 0;
            }));
      }
      for (int i = 0; i < 10; i++) {
        // Some leave amid the body, some without waiting for the answer.
        int length = i % 2 == 0 ? 20 : PICTURE.length;
        clients.add(
            threads.submit(() -> {
              while (load.isOn()) {
                try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
                  OutputStream out = socket.getOutputStream();
                  out.write(head("/v1/classify", PICTURE.length));
                  out.write(PICTURE, 0, length);
                  left.incrementAndGet();
                  Thread.sleep(20);
                }
              }
              return 0;
            }));
      }
      for (int i = 0; i < 5; i++) {
        clients.add(
            threads.submit(() -> {
              slow.incrementAndGet();
              try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
                OutputStream out = socket.getOutputStream();
                out.write(head("/v1/classify", PICTURE.length));
                for (byte next : PICTURE) {
                  out.write(next);
                  Thread.sleep(60);
                }
                assertThat(status(socket.getInputStream())).isIn(408, 429);
              } catch (IOException e) {
                // Cut off while it was still sending: refused, with less ceremony.
              }
              return 0;
            }));
      }
      for (Future<?> client : clients) {
        client.get(50, TimeUnit.SECONDS);
      }
      // Each got an answer: a label, or that it should come again later.
      assertThat(good.keySet()).containsOnly(200, 429);
      assertThat(total(good)).isEqualTo(REQUESTS);
      // A tenth was answered: fewer where those that leave and those that are slow held a place,
      // more by those on their way when the load ended.
      assertThat(good.get(200).get())
          .isBetween(REQUESTS / OVERLOAD / 3, REQUESTS / OVERLOAD + CLIENTS);
      assertThat(network.largestBatch.get()).isGreaterThan(1);
      assertThat(bad.keySet()).isSubsetOf(400, 429).contains(400);
      // It is well afterwards, and its own account is complete: nothing else happened to anybody.
      assertThat(server.get("/v2/health/ready").statusCode()).isEqualTo(200);
      assertThat(server.post("/v1/classify", PICTURE).statusCode()).isEqualTo(200);
      String metrics;
      do {
        Thread.sleep(10);
        metrics = new String(server.get("/metrics").body(), StandardCharsets.UTF_8);
      } while (!metrics.contains("resnext_requests_active 1.0"));
      int told = 0;
      for (int status : new int[] {200, 400, 408, 429, 499}) {
        told += counted(metrics, status);
      }
      assertThat(told).isEqualTo(REQUESTS + total(bad) + left.get() + slow.get() + 1);
      assertThat(counted(metrics, 400)).isEqualTo(bad.get(400).get());
      // Those who left and those who were too slow.
      assertThat(counted(metrics, 499)).isPositive();
      assertThat(metrics)
          .contains("resnext_queued_pictures{model=\"colours\"} 0.0")
          .contains("resnext_connections_refused_total 0.0");
    }
  }

  private static int counted(String metrics, int status) {
    String line =
        "resnext_requests_seconds_count{route=\"POST /v1/classify\",status=\"%d\"} "
            .formatted(status);
    int at = metrics.indexOf(line);
    return at < 0
        ? 0
        : Integer.parseInt(metrics.substring(at + line.length(), metrics.indexOf('\n', at)));
  }

  private static void count(Map<Integer, AtomicInteger> statuses, int status) {
    statuses.computeIfAbsent(status, _ -> new AtomicInteger()).incrementAndGet();
  }

  private static int total(Map<Integer, AtomicInteger> statuses) {
    return statuses.values().stream().mapToInt(AtomicInteger::get).sum();
  }
}
