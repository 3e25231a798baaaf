package org.resnext4j.serving;

import static org.assertj.core.api.Assertions.assertThat;

import java.awt.Color;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A service with little memory, asked for more than it has: it refuses some, and lives. */
@Timeout(120)
class SmallHeapTest {

  /** The service, in a process of its own. */
  static final class SmallService {

    private SmallService() {}

    /** Says its port, and serves until its input ends. */
    public static void main(String[] arguments) throws IOException {
      try (InferenceServer server =
          InferenceServer.start(
              ServerOptions.defaults().withAddress("127.0.0.1", 0),
              ModelRepository.Source.none(),
              List::of)) {
        server.repository().add(ColourNetwork.model("colours", "1", new ColourNetwork()));
        server.becomeReady();
        System.out.println(server.port());
        System.out.flush();
        System.in.readAllBytes();
      }
    }
  }

  @Test
  void littleMemoryUnderLoadIsAnsweredWithALaterAndTheServiceLives() throws Exception {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(
        List.of("--add-modules=jdk.incubator.vector", "-Xmx96m", "-XX:+UseSerialGC", "-cp"));
    command.addAll(List.of(System.getProperty("java.class.path"), SmallService.class.getName()));
    Process service =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
    try (HttpClient client = HttpClient.newHttpClient()) {
      String port =
          new BufferedReader(
                  new InputStreamReader(service.getInputStream(), StandardCharsets.UTF_8))
              .readLine();
      URI root = URI.create("http://127.0.0.1:" + port);
      // 27 megapixels: 81 MB of samples, more than the heap has beside everything else.
      byte[] huge = TestServer.png(Color.GREEN, 6000, 4500);
      byte[] small = TestServer.png(Color.RED, 16, 16);
      byte[] fat = new byte[6 << 20];
      Map<Integer, AtomicInteger> statuses = new ConcurrentHashMap<>();
      List<CompletableFuture<?>> coming = new ArrayList<>();
      for (int i = 0; i < 12; i++) {
        for (byte[] body : List.of(huge, small, fat)) {
          HttpRequest request =
              HttpRequest.newBuilder(root.resolve("/v1/classify"))
                  .POST(BodyPublishers.ofByteArray(body))
                  .build();
          coming.add(
              client
                  .sendAsync(request, BodyHandlers.ofString())
                  .thenAccept(answer ->
                      statuses
                          .computeIfAbsent(answer.statusCode(), _ -> new AtomicInteger())
                          .incrementAndGet()));
        }
      }
      CompletableFuture.allOf(coming.toArray(CompletableFuture[]::new)).get(100, TimeUnit.SECONDS);
      // Every request was answered: with room, or that there is none now, or, where a picture
      // waited
      // for the memory of others, at its deadline.
      assertThat(statuses.keySet()).isSubsetOf(200, 400, 413, 429, 503, 504).contains(503);
      HttpRequest request =
          HttpRequest.newBuilder(root.resolve("/v1/classify?top=1"))
              .POST(BodyPublishers.ofByteArray(small))
              .build();
      assertThat(client.send(request, BodyHandlers.ofString()).body()).contains("\"red\"");
      assertThat(service.isAlive()).isTrue();
    } finally {
      service.destroy();
      service.waitFor(10, TimeUnit.SECONDS);
    }
  }
}
