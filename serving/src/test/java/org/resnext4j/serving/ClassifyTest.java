package org.resnext4j.serving;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.awt.Color;
import java.io.ByteArrayOutputStream;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.resnext4j.serving.http.Limits;
import org.resnext4j.vision.ImageReader;
import tools.jackson.databind.JsonNode;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ClassifyTest {

  private TestServer server;

  @BeforeAll
  void start() {
    ServerOptions options =
        TestServer.options()
            .withLimits(Limits.defaults().withBodyBytes(1 << 20))
            .withReader(ImageReader.defaults().withMaximumPixels(10_000));
    server = TestServer.start(options, ColourNetwork.model("colours", "1", new ColourNetwork()));
  }

  @AfterAll
  void stop() {
    server.close();
  }

  private static byte[] multipart(String boundary, List<byte[]> files) {
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    int number = 0;
    for (byte[] file : files) {
      body.writeBytes(
          """
          --%s\r
          Content-Disposition: form-data; name="file"; filename="%d.png"\r
          Content-Type: image/png\r
          \r
          """
              .formatted(boundary, number++)
              .getBytes(StandardCharsets.UTF_8));
      body.writeBytes(file);
      body.writeBytes("\r\n".getBytes(StandardCharsets.UTF_8));
    }
    body.writeBytes(("--" + boundary + "--\r\n").getBytes(StandardCharsets.UTF_8));
    return body.toByteArray();
  }

  @Test
  void pictureIsAnsweredWithLabelsProbabilitiesAndTiming() {
    HttpResponse<byte[]> response =
        server.post("/v1/classify?top=2", TestServer.png(Color.RED, 12, 30));
    assertThat(response.statusCode()).isEqualTo(200);
    JsonNode body = TestServer.json(response);
    assertThat(body.get("model").asString()).isEqualTo("colours");
    JsonNode result = body.get("results").get(0);
    assertThat(result.get("width").asInt()).isEqualTo(12);
    assertThat(result.get("height").asInt()).isEqualTo(30);
    JsonNode best = result.get("predictions");
    assertThat(best).hasSize(2);
    assertThat(best.get(0).get("label").asString()).isEqualTo("red");
    assertThat(best.get(0).get("index").asInt()).isZero();
    double expected = Math.exp(10) / (Math.exp(10) + 2);
    assertThat(best.get(0).get("probability").asDouble()).isCloseTo(expected, within(1e-6));
    assertThat(result.has("heatmap")).isFalse();
    assertThat(body.get("timing").get("batch").asInt()).isEqualTo(1);
    assertThat(body.get("timing").get("total_ms").asDouble()).isPositive();
  }

  @Test
  void heatMapLiesOverWhatTheNetworkSaw() {
    JsonNode body =
        TestServer.json(
            server.post("/v1/classify?explain=true", TestServer.png(Color.GREEN, 40, 16)));
    JsonNode map = body.get("results").get(0).get("heatmap");
    assertThat(map.get("label").asString()).isEqualTo("green");
    assertThat(map.get("rows").asInt()).isEqualTo(ColourNetwork.SIZE);
    assertThat(map.get("values")).hasSize(ColourNetwork.SIZE * ColourNetwork.SIZE);
    assertThat(map.get("values").get(5).asDouble()).isEqualTo(10);
    // 40×16 becomes 20×8; the central 8×8 of it is 16×16 of the picture, from x = 12.
    assertThat(map.get("region").toString())
        .isEqualTo("{\"x\":12.0,\"y\":0.0,\"width\":16.0,\"height\":16.0}");
  }

  @Test
  void severalPicturesAreAnsweredInOrder() {
    List<byte[]> files =
        List.of(
            TestServer.png(Color.BLUE, 8, 8),
            TestServer.png(Color.RED, 8, 8),
            TestServer.png(Color.GREEN, 8, 8));
    HttpResponse<byte[]> response =
        server.post(
            "/v1/classify?top=1",
            multipart("-x-7", files),
            "Content-Type",
            "multipart/form-data; boundary=\"-x-7\"");
    JsonNode results = TestServer.json(response).get("results");
    assertThat(results.values().stream().map(r -> r.get("name").asString()))
        .containsExactly("0.png", "1.png", "2.png");
    assertThat(
            results.values().stream().map(r -> r.get("predictions").get(0).get("label").asString()))
        .containsExactly("blue", "red", "green");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "multipart/form-data",
        "multipart/form-data; boundary=y",
        "multipart/form-data; boundary=-x-7-",
      })
  void brokenMultipartIsRefused(String type) {
    byte[] body = multipart("-x-7", List.of(TestServer.png(Color.RED, 8, 8)));
    HttpResponse<byte[]> response = server.post("/v1/classify", body, "Content-Type", type);
    assertThat(response.statusCode()).isEqualTo(400);
    assertThat(TestServer.json(response).get("error").asString()).contains("multipart");
  }

  @Test
  void bodyThatIsNoPictureIsRefused() {
    for (byte[] body :
        List.of(new byte[0], "hello".getBytes(StandardCharsets.UTF_8), new byte[5000])) {
      HttpResponse<byte[]> response = server.post("/v1/classify", body);
      assertThat(response.statusCode()).isEqualTo(400);
      assertThat(TestServer.json(response).get("error").asString()).contains("picture");
    }
  }

  @Test
  void truncatedPictureIsRefusedUnlessTheOptionsAllowIt() {
    byte[] png = TestServer.png(Color.RED, 64, 64);
    byte[] half = Arrays.copyOf(png, png.length / 2);
    assertThat(server.post("/v1/classify", half).statusCode()).isEqualTo(400);
    ServerOptions options =
        TestServer.options().withReader(ImageReader.defaults().withTruncated(true));
    try (TestServer lenient =
        TestServer.start(options, ColourNetwork.model("colours", "1", new ColourNetwork()))) {
      assertThat(lenient.post("/v1/classify", half).statusCode()).isEqualTo(200);
    }
  }

  @Test
  void pictureOfTooManyPixelsIsRefused() {
    HttpResponse<byte[]> response =
        server.post("/v1/classify", TestServer.png(Color.RED, 200, 200));
    assertThat(response.statusCode()).isEqualTo(400);
    assertThat(TestServer.json(response).get("error").asString()).contains("10,000");
  }

  /** However much the client has still to send, it gets to read why. */
  @ParameterizedTest
  @ValueSource(ints = {(1 << 20) + 1, 32 << 20})
  void bodyThatIsTooLargeIsRefused(int length) {
    HttpResponse<byte[]> response = server.post("/v1/classify", new byte[length]);
    assertThat(response.statusCode()).isEqualTo(413);
    assertThat(TestServer.json(response).get("error").asString()).contains("too large");
  }

  @ParameterizedTest
  @ValueSource(strings = {"top=0", "top=4", "top=x", "explain=maybe", "top=-1"})
  void wrongParameterIsRefused(String query) {
    HttpResponse<byte[]> response =
        server.post("/v1/classify?" + query, TestServer.png(Color.RED, 8, 8));
    assertThat(response.statusCode()).isEqualTo(400);
    assertThat(TestServer.json(response).get("error").asString())
        .startsWith("'" + query.replaceFirst("=.*", "") + "' should be");
  }

  @Test
  void timeoutThatIsOverIsSaid() {
    HttpResponse<byte[]> response =
        server.post("/v1/classify", TestServer.png(Color.RED, 8, 8), "X-Request-Timeout-Ms", "0");
    assertThat(response.statusCode()).isEqualTo(504);
  }
}
