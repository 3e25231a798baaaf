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
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Ten times the load that the service can take, and among it clients that misbehave. Every request
 * is accounted for: answered, refused, or failed with a reason.
 */
@Timeout(60)
class OverloadTest {

  /** The network takes 10 ms a picture: 100 a second. */
  private static final int MILLIS_PER_PICTURE = 10;

  private static final int CLIENTS = 60;
  private static final Duration LOAD = Duration.ofSeconds(4);

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

  @Test
  void everyRequestOfTenfoldLoadIsAccountedFor() throws Exception {
    ColourNetwork network = new ColourNetwork(MILLIS_PER_PICTURE);
    ServerOptions options =
        TestServer.options()
            .withBatching(new Batcher.Policy(8, Duration.ofMillis(2), 16))
            .withLimits(
                ServerOptions.Limits.defaults()
                    .withTimes(
                        Duration.ofSeconds(5), Duration.ofMillis(1500), Duration.ofSeconds(5)));
    Map<Integer, AtomicInteger> statuses = new ConcurrentHashMap<>();
    AtomicInteger sent = new AtomicInteger();
    AtomicInteger badSent = new AtomicInteger();
    AtomicInteger slowCut = new AtomicInteger();
    AtomicInteger left = new AtomicInteger();
    try (TestServer server =
            TestServer.start(options, ColourNetwork.model("colours", "1", network));
        ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor()) {
      int port = server.server.port();
      long end = System.nanoTime() + LOAD.toNanos();
      var good =
          IntStream.range(0, CLIENTS)
              .mapToObj(number ->
                  clients.submit(() -> {
                    // One in six sends what is no picture.
                    boolean bad = number % 6 == 0;
                    byte[] body = bad ? new byte[200] : PICTURE;
                    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
                      while (System.nanoTime() < end) {
                        (bad ? badSent : sent).incrementAndGet();
                        statuses
                            .computeIfAbsent(request(socket, body), _ -> new AtomicInteger())
                            .incrementAndGet();
                        Thread.sleep(bad ? 20 : 2);
                      }
                    }
                    return number;
                  }))
              .toList();
      var leavers =
          IntStream.range(0, 10)
              .mapToObj(number ->
                  clients.submit(() -> {
                    while (System.nanoTime() < end) {
                      try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
                        OutputStream out = socket.getOutputStream();
                        out.write(head("/v1/classify", PICTURE.length));
                        // Some leave amid the body, some without waiting for the answer.
                        out.write(PICTURE, 0, number % 2 == 0 ? 20 : PICTURE.length);
                        out.flush();
                        left.incrementAndGet();
                        Thread.sleep(20);
                      }
                    }
                    return number;
                  }))
              .toList();
      var slow =
          IntStream.range(0, 5)
              .mapToObj(number ->
                  clients.submit(() -> {
                    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
                      OutputStream out = socket.getOutputStream();
                      out.write(head("/v1/classify", PICTURE.length));
                      for (byte next : PICTURE) {
                        out.write(next);
                        out.flush();
                        Thread.sleep(60);
                      }
                      assertThat(status(socket.getInputStream())).isEqualTo(408);
                    } catch (IOException e) {
                      // Cut off while it was still sending: refused, with less ceremony.
                    }
                    slowCut.incrementAndGet();
                    return number;
                  }))
              .toList();
      for (Future<Integer> client : good) {
        client.get(30, TimeUnit.SECONDS);
      }
      for (Future<Integer> client : leavers) {
        client.get(30, TimeUnit.SECONDS);
      }
      for (Future<Integer> client : slow) {
        client.get(30, TimeUnit.SECONDS);
      }
      int answered = count(statuses, 200);
      int refused = count(statuses, 429);
      int bad = count(statuses, 400);
      // Nothing but these three, and together as many as were sent.
      assertThat(statuses.keySet()).isSubsetOf(200, 400, 429);
      assertThat(answered + refused + bad).isEqualTo(sent.get() + badSent.get());
      assertThat(bad).isPositive();
      assertThat(slowCut.get()).isEqualTo(5);
      assertThat(left.get()).isPositive();
      // It shed more than it took, and what it took it ran in batches.
      assertThat(refused).isGreaterThan(answered);
      assertThat(answered).isGreaterThan(20);
      assertThat(network.largestBatch.get()).isGreaterThan(1);
      // It is well afterwards, and its own account agrees.
      assertThat(server.get("/v2/health/ready").statusCode()).isEqualTo(200);
      assertThat(server.post("/v1/classify", PICTURE).statusCode()).isEqualTo(200);
      String metrics = new String(server.get("/metrics").body(), StandardCharsets.UTF_8);
      assertThat(counted(metrics, 200)).isGreaterThanOrEqualTo(answered);
      assertThat(counted(metrics, 429)).isGreaterThanOrEqualTo(refused);
      assertThat(counted(metrics, 400)).isEqualTo(bad);
      // Those who left and those who were too slow.
      assertThat(counted(metrics, 499) + counted(metrics, 408)).isPositive();
      assertThat(counted(metrics, 500)).isZero();
      assertThat(metrics).contains("resnext_queued_pictures 0.0");
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

  private static int count(Map<Integer, AtomicInteger> statuses, int status) {
    return statuses.getOrDefault(status, new AtomicInteger()).get();
  }
}
