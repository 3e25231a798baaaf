package org.resnext4j.serving;

import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.List;
import javax.imageio.ImageIO;
import org.resnext4j.serving.page.BoardLine;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A server on a free port of loopback, and a client of it. */
final class TestServer implements AutoCloseable {

  static final JsonMapper JSON = JsonMapper.shared();

  final InferenceServer server;
  final HttpClient client = HttpClient.newHttpClient();

  private TestServer(InferenceServer server) {
    this.server = server;
  }

  static ServerOptions options() {
    return ServerOptions.defaults().withAddress("127.0.0.1", 0);
  }

  static TestServer start(ServerOptions options, ServedModel... models) {
    return start(options, ModelRepository.Source.none(), List.of(), models);
  }

  static TestServer start(
      ServerOptions options,
      ModelRepository.Source source,
      List<BoardLine> board,
      ServedModel... models) {
    InferenceServer server = InferenceServer.start(options, source, () -> board);
    for (ServedModel model : models) {
      server.repository().add(model);
    }
    server.becomeReady();
    return new TestServer(server);
  }

  static TestServer colours() {
    return start(options(), ColourNetwork.model("colours", "1", new ColourNetwork()));
  }

  URI uri(String path) {
    return server.address().resolve(path);
  }

  HttpResponse<byte[]> send(HttpRequest request) {
    try {
      return client.send(request, BodyHandlers.ofByteArray());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  HttpResponse<byte[]> get(String path) {
    return send(HttpRequest.newBuilder(uri(path)).build());
  }

  HttpResponse<byte[]> post(String path, byte[] body, String... headers) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(uri(path)).POST(BodyPublishers.ofByteArray(body));
    if (headers.length > 0) {
      request.headers(headers);
    }
    return send(request.build());
  }

  HttpResponse<byte[]> post(String path, String json) {
    return post(path, json.getBytes(StandardCharsets.UTF_8), "Content-Type", "application/json");
  }

  static JsonNode json(HttpResponse<byte[]> response) {
    return JSON.readTree(response.body());
  }

  /** A PNG of one colour. */
  static byte[] png(Color colour, int width, int height) {
    BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    Graphics2D graphics = image.createGraphics();
    graphics.setColor(colour);
    graphics.fillRect(0, 0, width, height);
    graphics.dispose();
    return png(image);
  }

  static byte[] png(BufferedImage image) {
    try (ByteArrayOutputStream bytes = new ByteArrayOutputStream()) {
      ImageIO.write(image, "png", bytes);
      return bytes.toByteArray();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    client.close();
    server.close();
  }
}
