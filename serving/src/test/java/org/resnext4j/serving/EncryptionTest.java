package org.resnext4j.serving;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.awt.Color;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.resnext4j.serving.http.Limits;

@Timeout(60)
class EncryptionTest {

  private static final String PASSWORD = "only-for-this-test";

  @TempDir private Path folder;

  @Test
  void requestsAreEncryptedWithTheCertificateOfPemFiles() throws Exception {
    KeyStore store = selfSigned();
    ServerOptions.Tls files = files(store);
    try (TestServer server =
            TestServer.start(
                // Slower than the moment after which a client is watched.
                TestServer.options().withTls(files),
                ColourNetwork.model("colours", "1", new ColourNetwork(40)));
        HttpClient client = HttpClient.newBuilder().sslContext(trusting(store)).build()) {
      assertThat(server.server.address().getScheme()).isEqualTo("https");
      HttpRequest request =
          HttpRequest.newBuilder(server.uri("/v1/classify?top=1"))
              .POST(BodyPublishers.ofByteArray(TestServer.png(Color.GREEN, 8, 8)))
              .build();
      for (int i = 0; i < 3; i++) {
        HttpResponse<byte[]> response = client.send(request, BodyHandlers.ofByteArray());
        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(new String(response.body(), StandardCharsets.UTF_8)).contains("\"green\"");
      }
    }
  }

  @Test
  void handshakesThatTrickleAreCutOff() throws Exception {
    KeyStore store = selfSigned();
    Limits limits =
        Limits.defaults()
            .withTimes(Duration.ofSeconds(5), Duration.ofMillis(300), Duration.ofSeconds(5));
    try (TestServer server =
            TestServer.start(
                TestServer.options().withLimits(limits).withTls(files(store)),
                ColourNetwork.model("colours", "1", new ColourNetwork()));
        Socket slow = new Socket(InetAddress.getLoopbackAddress(), server.server.port());
        HttpClient client = HttpClient.newBuilder().sslContext(trusting(store)).build()) {
      // The head of a handshake record of 512 bytes, of which one comes now and then.
      slow.getOutputStream().write(new byte[] {22, 3, 1, 2, 0, 1, 0, 1, (byte) 0xfc});
      Thread.startVirtualThread(() -> {
        try {
          while (true) {
            Thread.sleep(50);
            slow.getOutputStream().write(3);
          }
        } catch (IOException | InterruptedException e) {
          // Cut off, as it should be.
        }
      });
      slow.setSoTimeout(5000);
      assertThat(isCut(slow)).isTrue();
      // A connection whose handshake is done lives on beyond that time.
      HttpRequest request = HttpRequest.newBuilder(server.uri("/v2/health/live")).build();
      assertThat(client.send(request, BodyHandlers.discarding()).statusCode()).isEqualTo(200);
      Thread.sleep(700);
      assertThat(client.send(request, BodyHandlers.discarding()).statusCode()).isEqualTo(200);
    }
  }

  private static boolean isCut(Socket socket) throws IOException {
    try {
      return socket.getInputStream().read() < 0;
    } catch (SocketTimeoutException e) {
      return false;
    } catch (SocketException e) {
      return true;
    }
  }

  @Test
  void keyThatIsNoneIsSaid() throws Exception {
    Path none = Files.writeString(folder.resolve("none.pem"), "hello");
    assertThatThrownBy(() ->
            InferenceServer.start(
                TestServer.options().withTls(new ServerOptions.Tls(none, none)),
                ModelRepository.Source.none(),
                List::of))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("none.pem");
  }

  private ServerOptions.Tls files(KeyStore store) throws Exception {
    return new ServerOptions.Tls(
        pem("CERTIFICATE", store.getCertificate("server").getEncoded()),
        pem("PRIVATE KEY", store.getKey("server", PASSWORD.toCharArray()).getEncoded()));
  }

  private Path pem(String kind, byte[] content) throws Exception {
    String text =
        "-----BEGIN %s-----\n%s\n-----END %s-----\n"
            .formatted(kind, Base64.getMimeEncoder().encodeToString(content), kind);
    return Files.writeString(folder.resolve(kind.replace(' ', '-') + ".pem"), text);
  }

  /** A key for localhost, made for this run. */
  private KeyStore selfSigned() throws Exception {
    Path file = folder.resolve("store.p12");
    Process keytool =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-alias",
                "server",
                "-keyalg",
                "EC",
                "-dname",
                "CN=localhost",
                "-ext",
                "san=ip:127.0.0.1",
                "-storetype",
                "PKCS12",
                "-keystore",
                file.toString(),
                "-storepass",
                PASSWORD)
            .redirectErrorStream(true)
            .start();
    String said = new String(keytool.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(keytool.waitFor()).as(said).isZero();
    KeyStore store = KeyStore.getInstance("PKCS12");
    try (InputStream stream = Files.newInputStream(file)) {
      store.load(stream, PASSWORD.toCharArray());
    }
    return store;
  }

  private static SSLContext trusting(KeyStore store) throws Exception {
    KeyStore trusted = KeyStore.getInstance("PKCS12");
    trusted.load(null, null);
    trusted.setCertificateEntry("server", store.getCertificate("server"));
    TrustManagerFactory factory =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    factory.init(trusted);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, factory.getTrustManagers(), null);
    return context;
  }
}
