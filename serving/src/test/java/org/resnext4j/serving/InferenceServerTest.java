package org.resnext4j.serving;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.awt.Color;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.resnext4j.serving.batch.Batcher;
import org.resnext4j.serving.http.Limits;
import org.resnext4j.serving.page.Runs;
import tools.jackson.databind.JsonNode;

@Timeout(60)
class InferenceServerTest {

  private static final byte[] RED = TestServer.png(Color.RED, 8, 8);

  /** A source of one model, whose networks the test can look at. */
  private static final class Colours implements ModelRepository.Source {
    final ConcurrentLinkedQueue<ColourNetwork> networks = new ConcurrentLinkedQueue<>();
    final CountDownLatch entered = new CountDownLatch(1);
    volatile CountDownLatch gate = new CountDownLatch(0);
    volatile boolean broken;

    @Override
    public SortedSet<String> names() {
      return new TreeSet<>(List.of("colours"));
    }

    @Override
    public List<ServedModel> load(String name) throws IOException {
      entered.countDown();
      try {
        assertThat(gate.await(10, TimeUnit.SECONDS)).isTrue();
      } catch (InterruptedException e) {
        throw new IOException(e);
      }
      if (broken) {
        throw new IOException("colours.safetensors: the file is truncated");
      }
      ColourNetwork network = new ColourNetwork(1);
      networks.add(network);
      return List.of(ColourNetwork.model(name, "1", network));
    }
  }

  @Test
  void modelsAreReplacedWhileRequestsRunAndNoneIsDropped() throws Exception {
    Colours source = new Colours();
    try (TestServer server = TestServer.start(TestServer.options(), source, List.of())) {
      server.server.repository().load("colours");
      AtomicBoolean stop = new AtomicBoolean();
      AtomicInteger answered = new AtomicInteger();
      ConcurrentLinkedQueue<Integer> others = new ConcurrentLinkedQueue<>();
      List<Thread> clients = new ArrayList<>();
      for (int i = 0; i < 8; i++) {
        clients.add(
            Thread.startVirtualThread(() -> {
              while (!stop.get()) {
                int status = server.post("/v1/classify", RED).statusCode();
                if (status == 200) {
                  answered.incrementAndGet();
                } else {
                  others.add(status);
                }
              }
            }));
      }
      for (int i = 0; i < 20; i++) {
        assertThat(server.post("/v2/repository/models/colours/load", "").statusCode())
            .isEqualTo(200);
        Thread.sleep(20);
      }
      stop.set(true);
      for (Thread client : clients) {
        client.join();
      }
      assertThat(others).isEmpty();
      assertThat(answered.get()).isGreaterThan(50);
      // Every network but the last was let go of, and none while in use: it would have thrown.
      assertThat(source.networks).hasSize(21);
      long open = source.networks.stream().filter(network -> !network.closed.get()).count();
      assertThat(open).isEqualTo(1);
    }
  }

  @Test
  void readinessTellsTheTruthWhileAModelLoads() throws Exception {
    Colours source = new Colours();
    source.gate = new CountDownLatch(1);
    InferenceServer inference = InferenceServer.start(TestServer.options(), source, List::of);
    try (inference;
        var client = java.net.http.HttpClient.newHttpClient()) {
      CompletableFuture<Void> loading =
          CompletableFuture.runAsync(() -> {
            try {
              inference.repository().load("colours");
              inference.becomeReady();
            } catch (IOException e) {
              throw new java.io.UncheckedIOException(e);
            }
          });
      source.entered.await();
      assertThat(status(client, inference, "/v2/health/live")).isEqualTo(200);
      assertThat(status(client, inference, "/v2/health/ready")).isEqualTo(503);
      assertThat(status(client, inference, "/v2/models/colours/ready")).isEqualTo(503);
      assertThat(status(client, inference, "/v2/models/colours")).isEqualTo(503);
      source.gate.countDown();
      loading.get(10, TimeUnit.SECONDS);
      assertThat(status(client, inference, "/v2/health/ready")).isEqualTo(200);
      assertThat(status(client, inference, "/v2/models/colours/ready")).isEqualTo(200);
      source.gate = new CountDownLatch(1);
      CompletableFuture<Void> again =
          CompletableFuture.runAsync(() -> {
            try {
              inference.repository().load("colours");
            } catch (IOException e) {
              throw new java.io.UncheckedIOException(e);
            }
          });
      // Its predecessor goes on answering.
      assertThat(status(client, inference, "/v2/models/colours/ready")).isEqualTo(200);
      source.gate.countDown();
      again.get(10, TimeUnit.SECONDS);
    }
  }

  private static int status(java.net.http.HttpClient client, InferenceServer server, String path)
      throws Exception {
    return client
        .send(
            HttpRequest.newBuilder(server.address().resolve(path)).build(),
            BodyHandlers.discarding())
        .statusCode();
  }

  @Test
  void modelThatCannotBeLoadedLeavesTheServedOneServing() {
    Colours source = new Colours();
    try (TestServer server = TestServer.start(TestServer.options(), source, List.of())) {
      server.post("/v2/repository/models/colours/load", "");
      source.broken = true;
      HttpResponse<byte[]> failed = server.post("/v2/repository/models/colours/load", "");
      assertThat(failed.statusCode()).isEqualTo(400);
      assertThat(TestServer.json(failed).get("error").asString())
          .isEqualTo(
              "model 'colours' cannot be loaded: colours.safetensors: the file is truncated");
      assertThat(server.post("/v1/classify", RED).statusCode()).isEqualTo(200);
    }
  }

  @Test
  void modelsAreLoadedByTheNamesOfTheRepositoryOnly() {
    try (TestServer server = TestServer.start(TestServer.options(), new Colours(), List.of())) {
      for (String name : List.of("none", "..%2F..%2Fetc%2Fpasswd", "%00", ".")) {
        assertThat(server.post("/v2/repository/models/" + name + "/load", "").statusCode())
            .isIn(400, 404, 405);
      }
      JsonNode before = TestServer.json(server.post("/v2/repository/index", ""));
      assertThat(before.get(0).get("state").asString()).isEqualTo("UNAVAILABLE");
      assertThat(server.post("/v2/repository/models/colours/load", "").statusCode()).isEqualTo(200);
      JsonNode after = TestServer.json(server.post("/v2/repository/index", ""));
      assertThat(after.get(0).toString())
          .isEqualTo(
              "{\"name\":\"colours\",\"version\":\"1\",\"state\":\"READY\",\"reason\":\"\"}");
      assertThat(server.post("/v2/repository/models/colours/unload", "").statusCode())
          .isEqualTo(200);
      assertThat(server.get("/v2/models/colours/ready").statusCode()).isEqualTo(503);
      assertThat(server.post("/v1/classify", RED).statusCode()).isEqualTo(503);
    }
  }

  @Test
  void shutdownAnswersWhatItHasBegun() throws Exception {
    TestServer server =
        TestServer.start(
            TestServer.options(), ColourNetwork.model("slow", "1", new ColourNetwork(300)));
    List<CompletableFuture<HttpResponse<byte[]>>> coming = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      coming.add(
          server.client.sendAsync(
              HttpRequest.newBuilder(server.uri("/v1/classify"))
                  .POST(BodyPublishers.ofByteArray(RED))
                  .build(),
              BodyHandlers.ofByteArray()));
    }
    String metrics;
    do {
      Thread.sleep(10);
      metrics = new String(server.get("/metrics").body(), StandardCharsets.UTF_8);
    } while (!metrics.contains("resnext_requests_active 5.0"));
    server.server.close();
    for (CompletableFuture<HttpResponse<byte[]>> each : coming) {
      assertThat(each.get(1, TimeUnit.SECONDS).statusCode()).isEqualTo(200);
    }
    assertThatThrownBy(() -> server.get("/v2/health/live")).hasCauseInstanceOf(IOException.class);
    server.close();
  }

  @Test
  void clientThatGoesAwayIsNotComputedFor() throws Exception {
    // It computes nothing until the test lets it, however slow the machine is.
    CountDownLatch gate = new CountDownLatch(1);
    ColourNetwork network =
        new ColourNetwork(_ -> assertThat(gate.await(30, TimeUnit.SECONDS)).isTrue());
    ServerOptions options =
        TestServer.options().withBatching(new Batcher.Policy(1, Duration.ZERO, 32));
    try (TestServer server = TestServer.start(options, ColourNetwork.model("slow", "1", network))) {
      List<Socket> sockets = new ArrayList<>();
      byte[] head =
          "POST /v1/classify HTTP/1.1\r\nHost: localhost\r\nContent-Length: %d\r\n\r\n"
              .formatted(RED.length)
              .getBytes(StandardCharsets.US_ASCII);
      for (int i = 0; i < 8; i++) {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.server.port());
        socket.getOutputStream().write(head);
        socket.getOutputStream().write(RED);
        sockets.add(socket);
      }
      String metrics;
      do {
        Thread.sleep(10);
        metrics = new String(server.get("/metrics").body(), StandardCharsets.UTF_8);
      } while (!metrics.contains("resnext_requests_active 9.0"));
      for (Socket socket : sockets) {
        socket.close();
      }
      do {
        Thread.sleep(10);
        metrics = new String(server.get("/metrics").body(), StandardCharsets.UTF_8);
      } while (!metrics.contains("resnext_requests_active 1.0"));
      gate.countDown();
      assertThat(server.post("/v1/classify", RED).statusCode()).isEqualTo(200);
      // The one that was begun, and the last.
      assertThat(network.pictures.get()).isEqualTo(2);
      assertThat(metrics).contains("status=\"499\"");
    }
  }

  @Test
  void requestsOnOneConnectionAreAllAnsweredEvenWhenSentAtOnce() throws Exception {
    try (TestServer server =
            TestServer.start(
                TestServer.options(), ColourNetwork.model("slow", "1", new ColourNetwork(40)));
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.server.port())) {
      // The second request arrives while the first is waited for, and is read ahead.
      byte[] head =
          "POST /v1/classify?top=1 HTTP/1.1\r\nHost: localhost\r\nContent-Length: %d\r\n\r\n"
              .formatted(RED.length)
              .getBytes(StandardCharsets.US_ASCII);
      socket.getOutputStream().write(head);
      socket.getOutputStream().write(RED);
      Thread.sleep(30);
      byte[] green = TestServer.png(Color.GREEN, 8, 8);
      socket
          .getOutputStream()
          .write(
              new String(head, StandardCharsets.US_ASCII)
                  .replaceFirst("Length: \\d+", "Length: " + green.length)
                  .replaceFirst("Host", "Connection: close\r\nHost")
                  .getBytes(StandardCharsets.US_ASCII));
      socket.getOutputStream().write(green);
      String all = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      assertThat(all.indexOf("\"red\"")).isPositive().isLessThan(all.indexOf("\"green\""));
    }
  }

  @Test
  void slowHeadersAndSilenceAreCutOff() throws Exception {
    ServerOptions options =
        TestServer.options()
            .withLimits(
                Limits.defaults()
                    .withTimes(
                        Duration.ofSeconds(5), Duration.ofMillis(300), Duration.ofMillis(300)));
    try (TestServer server =
        TestServer.start(options, ColourNetwork.model("colours", "1", new ColourNetwork()))) {
      try (Socket silent = new Socket(InetAddress.getLoopbackAddress(), server.server.port());
          Socket slow = new Socket(InetAddress.getLoopbackAddress(), server.server.port())) {
        Thread.startVirtualThread(() -> {
          try {
            for (byte next :
                "GET /v2 HTTP/1.1\r\nHost: localhost\r\n".getBytes(StandardCharsets.US_ASCII)) {
              slow.getOutputStream().write(next);
              Thread.sleep(50);
            }
          } catch (IOException | InterruptedException e) {
            // Cut off, as it should be.
          }
        });
        silent.setSoTimeout(5000);
        slow.setSoTimeout(5000);
        assertThat(endOf(silent.getInputStream())).isTrue();
        assertThat(endOf(slow.getInputStream())).isTrue();
      }
    }
  }

  private static boolean endOf(InputStream stream) {
    try {
      stream.readAllBytes();
      return true;
    } catch (java.net.SocketTimeoutException e) {
      return false;
    } catch (IOException e) {
      return true;
    }
  }

  @Test
  void connectionsBeyondTheBoundAreToldSoAndOthersGoOn() throws Exception {
    ServerOptions options = TestServer.options().withLimits(Limits.defaults().withConnections(2));
    byte[] request =
        "GET /v2 HTTP/1.1\r\nHost: localhost\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
    try (TestServer server =
            TestServer.start(options, ColourNetwork.model("colours", "1", new ColourNetwork()));
        Socket first = new Socket(InetAddress.getLoopbackAddress(), server.server.port())) {
      try (Socket second = new Socket(InetAddress.getLoopbackAddress(), server.server.port())) {
        for (Socket socket : List.of(first, second)) {
          socket.getOutputStream().write(request);
          assertThat(new String(socket.getInputStream().readNBytes(12), StandardCharsets.US_ASCII))
              .isEqualTo("HTTP/1.1 200");
        }
        // Not before the two have their places: those that come together get them in any order.
        try (Socket third = new Socket(InetAddress.getLoopbackAddress(), server.server.port())) {
          third.getOutputStream().write(request);
          third.setSoTimeout(5000);
          assertThat(new String(third.getInputStream().readAllBytes(), StandardCharsets.US_ASCII))
              .startsWith("HTTP/1.1 503")
              .contains("Retry-After: 1\r\n")
              .endsWith("{\"error\":\"there are too many connections\"}");
        }
      }
      // The second's place is free as soon as the service sees that it left.
      int status;
      do {
        Thread.sleep(10);
        status = server.get("/v2").statusCode();
      } while (status == 503);
      assertThat(status).isEqualTo(200);
    }
  }

  @Test
  void accessLogIsAnObjectOfJsonForEveryRequest() throws Exception {
    BlockingQueue<String> log = new LinkedBlockingQueue<>();
    try (TestServer server =
        TestServer.start(
            TestServer.options().withAccessLog(log::add),
            ColourNetwork.model("colours", "1", new ColourNetwork()))) {
      server.post("/v1/classify", RED);
      server.get("/nothing%22%0a");
      String classified = log.poll(5, TimeUnit.SECONDS);
      assertThat(classified).doesNotContain("\n");
      JsonNode line = TestServer.JSON.readTree(classified);
      assertThat(line.get("status").asInt()).isEqualTo(200);
      assertThat(line.get("path").asString()).isEqualTo("/v1/classify");
      assertThat(line.get("batch").asInt()).isEqualTo(1);
      String lost = log.poll(5, TimeUnit.SECONDS);
      assertThat(lost).doesNotContain("\n");
      assertThat(TestServer.JSON.readTree(lost).get("status").asInt()).isEqualTo(404);
      assertThat(line.propertyNames())
          .contains("time", "ms", "client", "method", "body", "model", "queue_ms", "inference_ms");
    }
  }

  @Test
  void headersThatAreTooLargeAreRefused() throws Exception {
    try (TestServer server = TestServer.colours()) {
      try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.server.port())) {
        socket.setSoTimeout(5000);
        String request = "GET /v2 HTTP/1.1\r\nHost: localhost\r\nX: " + "y".repeat(20_000);
        socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
        // Refused before the headers are at their end; some of them may still be on their way.
        assertThat(endOf(socket.getInputStream())).isTrue();
      }
      assertThat(server.get("/v2").statusCode()).isEqualTo(200);
    }
  }

  @Test
  void whatIsNoRequestIsAnsweredInTheFormOfErrors() throws Exception {
    try (TestServer server = TestServer.colours()) {
      for (String request : List.of("GET /v2 HTTP/1.1\r\nno colon\r\n\r\n", "hello\r\n\r\n")) {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.server.port())) {
          socket.setSoTimeout(5000);
          socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
          assertThat(new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
              .startsWith("HTTP/1.1 400")
              .contains("{\"error\":");
        }
      }
    }
  }

  @Test
  void tokenGuardsEverythingButHealthAndThePage() {
    try (TestServer server =
        TestServer.start(
            TestServer.options().withToken("s3cret"),
            ColourNetwork.model("colours", "1", new ColourNetwork()))) {
      for (String path : List.of("/", "/page/app.js", "/v2/health/live", "/v2/health/ready")) {
        assertThat(server.get(path).statusCode()).as(path).isEqualTo(200);
      }
      for (String path : List.of("/metrics", "/v2/models/colours", "/v1/models", "/v1/runs")) {
        assertThat(server.get(path).statusCode()).as(path).isEqualTo(401);
      }
      HttpResponse<byte[]> refused = server.post("/v1/classify", RED);
      assertThat(refused.statusCode()).isEqualTo(401);
      assertThat(refused.headers().firstValue("WWW-Authenticate")).contains("Bearer");
      assertThat(server.post("/v1/classify", RED, "Authorization", "Bearer x").statusCode())
          .isEqualTo(401);
      assertThat(server.post("/v1/classify", RED, "Authorization", "Bearer s3cret").statusCode())
          .isEqualTo(200);
    }
  }

  @Test
  void otherWebSitesAreRefused() throws Exception {
    try (TestServer server = TestServer.colours()) {
      assertThat(server.post("/v1/classify", RED, "Sec-Fetch-Site", "cross-site").statusCode())
          .isEqualTo(403);
      assertThat(server.post("/v1/classify", RED, "Sec-Fetch-Site", "same-origin").statusCode())
          .isEqualTo(200);
      try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.server.port())) {
        socket
            .getOutputStream()
            .write(
                "GET /v2 HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n"
                    .getBytes(StandardCharsets.US_ASCII));
        assertThat(new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
            .startsWith("HTTP/1.1 403");
      }
    }
  }

  @Test
  void wrongMethodsAndPathsAreSaid() {
    try (TestServer server = TestServer.colours()) {
      HttpResponse<byte[]> wrong = server.get("/v1/classify");
      assertThat(wrong.statusCode()).isEqualTo(405);
      assertThat(wrong.headers().firstValue("Allow")).contains("OPTIONS, POST");
      assertThat(server.get("/nothing").statusCode()).isEqualTo(404);
      assertThat(server.get("/page/..%2Fopenapi.json").statusCode()).isEqualTo(404);
      assertThat(server.get("/page/%2e%2e/secret").statusCode()).isIn(400, 404);
    }
  }

  @Test
  void runsAreReadFromWhereTheReaderStopped(@TempDir Path folder) throws Exception {
    Path run = Files.createDirectories(folder.resolve("a run"));
    Files.createDirectories(folder.resolve("not a run"));
    Path file = run.resolve(Runs.FILE);
    Files.writeString(file, "{\"epoch\":1,\"loss\":2.5}\nnot json\n{\"epoch\":2,");
    try (TestServer server =
        TestServer.start(
            TestServer.options().withRuns(folder),
            ColourNetwork.model("colours", "1", new ColourNetwork()))) {
      JsonNode runs = TestServer.json(server.get("/v1/runs"));
      assertThat(runs).hasSize(1);
      assertThat(runs.get(0).get("name").asString()).isEqualTo("a run");
      JsonNode first = TestServer.json(server.get("/v1/runs/a%20run"));
      assertThat(first.get("lines").toString()).isEqualTo("[{\"epoch\":1,\"loss\":2.5}]");
      Files.writeString(file, "\"loss\":1.5}\n", java.nio.file.StandardOpenOption.APPEND);
      JsonNode second =
          TestServer.json(server.get("/v1/runs/a%20run?from=" + first.get("next").asLong()));
      assertThat(second.get("lines").toString()).isEqualTo("[{\"epoch\":2,\"loss\":1.5}]");
      assertThat(server.get("/v1/runs/..").statusCode()).isIn(400, 404);
      assertThat(server.get("/v1/runs/..%2F..%2Fetc").statusCode()).isEqualTo(404);
    }
  }

  @Test
  void explorerAnswersTableTwo() {
    try (TestServer server = TestServer.colours()) {
      int[][] table = {{1, 64, 64}, {2, 40, 80}, {4, 24, 96}, {8, 14, 112}, {32, 4, 128}};
      for (int[] row : table) {
        JsonNode answer =
            TestServer.json(server.get("/v1/explorer?like=resnext50_32x4d&cardinality=" + row[0]));
        assertThat(answer.get("width").asInt()).isEqualTo(row[1]);
        assertThat(answer.get("groupWidth").asInt()).isEqualTo(row[2]);
      }
      assertThat(server.get("/v1/explorer?cardinality=0").statusCode()).isEqualTo(400);
      assertThat(server.get("/v1/explorer?like=vgg16").statusCode()).isEqualTo(400);
    }
  }

  @Test
  void metricsTellOfRequestsBatchesQueueModelsAndTheMachine() {
    try (TestServer server = TestServer.colours()) {
      server.post("/v1/classify", RED);
      HttpResponse<byte[]> response = server.get("/metrics");
      assertThat(new String(response.body(), StandardCharsets.UTF_8))
          .contains("resnext_requests_seconds_bucket{route=\"POST /v1/classify\",status=\"200\"")
          .contains("resnext_batch_pictures_count{model=\"colours\"} 1")
          .contains("resnext_batch_seconds_sum{model=\"colours\"}")
          .contains("resnext_queued_pictures{model=\"colours\"} 0.0")
          .contains("resnext_connections_refused_total 0.0")
          .contains("resnext_models_ready 1.0")
          .contains("resnext_ready 1.0")
          .contains("jvm_memory_used_bytes")
          .contains("jvm_threads_live_threads");
    }
  }
}
