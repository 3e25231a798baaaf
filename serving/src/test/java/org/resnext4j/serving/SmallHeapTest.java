package org.resnext4j.serving;

import static org.assertj.core.api.Assertions.assertThat;

import java.awt.Color;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A service with little memory, asked for more than it has: it answers 200 or 503, and lives. */
@Timeout(60)
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

  /** A picture whose file is long: PNG files may go on behind their end. */
  private static byte[] fat() {
    return Arrays.copyOf(TestServer.png(Color.RED, 16, 16), 6 << 20);
  }

  /** A request whose body lacks its last byte, so that the service holds memory for it. */
  private static Socket unfinished(int port, byte[] body) throws IOException {
    Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
    OutputStream out = socket.getOutputStream();
    out.write(
        ("POST /v1/classify HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Length: "
                + body.length
                + "\r\n\r\n")
            .getBytes(StandardCharsets.US_ASCII));
    out.write(body, 0, body.length - 1);
    out.flush();
    return socket;
  }

  private static HttpRequest classify(int port, byte[] body) {
    return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/v1/classify?top=1"))
        .POST(BodyPublishers.ofByteArray(body))
        .build();
  }

  @Test
  void aPictureIsNamedOrAskedToComeAgainAndTheServiceLives() throws Exception {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(
        List.of("--add-modules=jdk.incubator.vector", "-Xmx96m", "-XX:+UseSerialGC", "-cp"));
    command.addAll(List.of(System.getProperty("java.class.path"), SmallService.class.getName()));
    Process service =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
    try (HttpClient client = HttpClient.newHttpClient();
        BufferedReader said =
            new BufferedReader(
                new InputStreamReader(service.getInputStream(), StandardCharsets.UTF_8))) {
      int port = Integer.parseInt(said.readLine());
      // A quarter of the heap is for bodies: three of 6 MB fit, a fourth does not.
      byte[] fat = fat();
      List<Socket> holders = new ArrayList<>();
      for (int i = 0; i < 3; i++) {
        holders.add(unfinished(port, fat));
      }
      HttpResponse<String> refused;
      do { // The others arrive in their own time.
        refused = client.send(classify(port, fat), BodyHandlers.ofString());
        assertThat(refused.statusCode()).isIn(200, 503);
      } while (refused.statusCode() != 503);
      assertThat(refused.headers().firstValue("Retry-After")).hasValue("1");
      for (Socket holder : holders) {
        try (holder) {
          holder.getOutputStream().write(0);
          byte[] answer = holder.getInputStream().readAllBytes();
          assertThat(new String(answer, StandardCharsets.UTF_8)).startsWith("HTTP/1.1 200 ");
        }
      }
      // 4 megapixels take 24 MB while they are decoded: two such pictures at once are too many.
      byte[] large = TestServer.png(Color.GREEN, 2000, 2000);
      byte[] small = TestServer.png(Color.RED, 16, 16);
      List<CompletableFuture<HttpResponse<String>>> coming = new ArrayList<>();
      for (int i = 0; i < 12; i++) {
        for (byte[] body : List.of(large, small, fat)) {
          coming.add(client.sendAsync(classify(port, body), BodyHandlers.ofString()));
        }
      }
      for (CompletableFuture<HttpResponse<String>> answer : coming) {
        assertThat(answer.get(50, TimeUnit.SECONDS).statusCode()).isIn(200, 503);
      }
      // 27 megapixels do not fit.
      HttpResponse<String> never =
          client.send(
              classify(port, TestServer.png(Color.GREEN, 6000, 4500)), BodyHandlers.ofString());
      assertThat(never.statusCode()).isEqualTo(503);
      assertThat(client.send(classify(port, large), BodyHandlers.ofString()).body())
          .contains("\"green\"");
      assertThat(service.isAlive()).isTrue();
    } finally {
      service.destroy();
      service.waitFor(10, TimeUnit.SECONDS);
    }
  }
}
