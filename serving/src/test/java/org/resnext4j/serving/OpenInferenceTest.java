package org.resnext4j.serving;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.awt.Color;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

/** The Open Inference Protocol v2 over HTTP, against its text. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class OpenInferenceTest {

  private static final int PIXELS = ColourNetwork.SIZE * ColourNetwork.SIZE;

  private TestServer server;

  @BeforeAll
  void start() {
    server =
        TestServer.start(
            TestServer.options(),
            ColourNetwork.model("colours", "1", new ColourNetwork()),
            ColourNetwork.model("colours", "2", new ColourNetwork()));
  }

  @AfterAll
  void stop() {
    server.close();
  }

  /** A picture of one colour, [3, 8, 8]: a plane a channel. */
  private static String planes(double red, double green, double blue) {
    return String.join(
        ",",
        List.of(red, green, blue).stream()
            .map(value -> String.join(",", Collections.nCopies(PIXELS, Double.toString(value))))
            .toList());
  }

  private static String request(String data, int count, String rest) {
    return """
    {"id": "42", "inputs": [{"name": "input", "shape": [%d, 3, 8, 8], "datatype": "FP32",
      "data": [%s]}]%s}\
    """
        .formatted(count, data, rest);
  }

  @Test
  void serverDescribesItself() {
    JsonNode body = TestServer.json(server.get("/v2"));
    assertThat(body.get("name").asString()).isEqualTo("resnext4j");
    assertThat(body.get("version").asString()).isNotEmpty();
    assertThat(body.get("extensions").toString()).contains("binary_tensor_data");
  }

  @Test
  void serverIsLiveAndReady() {
    assertThat(server.get("/v2/health/live").statusCode()).isEqualTo(200);
    assertThat(server.get("/v2/health/ready").statusCode()).isEqualTo(200);
    assertThat(server.get("/v2/models/colours/ready").statusCode()).isEqualTo(200);
    assertThat(server.get("/v2/models/colours/versions/1/ready").statusCode()).isEqualTo(200);
  }

  @Test
  void modelDescribesItsTensors() {
    JsonNode body = TestServer.json(server.get("/v2/models/colours"));
    assertThat(body.get("name").asString()).isEqualTo("colours");
    assertThat(body.get("platform").asString()).isEqualTo("resnext4j");
    assertThat(body.get("versions").toString()).isEqualTo("[\"1\",\"2\"]");
    assertThat(body.get("inputs").toString())
        .isEqualTo("[{\"name\":\"input\",\"datatype\":\"FP32\",\"shape\":[-1,3,8,8]}]");
    assertThat(body.get("outputs").get(0).toString())
        .isEqualTo("{\"name\":\"logits\",\"datatype\":\"FP32\",\"shape\":[-1,3]}");
  }

  @Test
  void flatTensorsAreAnsweredInOrder() {
    HttpResponse<byte[]> response =
        server.post(
            "/v2/models/colours/infer",
            request(planes(1, 0, 0.5) + "," + planes(0, 0.25, 0), 2, ""));
    assertThat(response.statusCode()).isEqualTo(200);
    JsonNode body = TestServer.json(response);
    assertThat(body.get("model_name").asString()).isEqualTo("colours");
    assertThat(body.get("model_version").asString()).isEqualTo("2");
    assertThat(body.get("id").asString()).isEqualTo("42");
    JsonNode logits = body.get("outputs").get(0);
    assertThat(logits.get("name").asString()).isEqualTo("logits");
    assertThat(logits.get("datatype").asString()).isEqualTo("FP32");
    assertThat(logits.get("shape").toString()).isEqualTo("[2,3]");
    assertThat(logits.get("data").toString()).isEqualTo("[10.0,0.0,5.0,0.0,2.5,0.0]");
    JsonNode probabilities = body.get("outputs").get(1).get("data");
    double sum = Math.exp(10) + Math.exp(0) + Math.exp(5);
    assertThat(probabilities.get(0).asDouble()).isCloseTo(Math.exp(10) / sum, within(1e-6));
    assertThat(probabilities.get(2).asDouble()).isCloseTo(Math.exp(5) / sum, within(1e-6));
  }

  @Test
  void nestedTensorsAndFieldsInAnyOrderAreRead() {
    String row = "[" + String.join(",", Collections.nCopies(8, "1")) + "]";
    String plane = "[" + String.join(",", Collections.nCopies(8, row)) + "]";
    String json =
        """
        {"outputs": [{"name": "logits"}], "parameters": {"sequence": {"x": [1]}},
         "inputs": [{"data": [[%s, %s, %s]], "datatype": "FP32", "shape": [1, 3, 8, 8],
         "name": "input"}]}\
        """
            .formatted(plane, plane.replace("1", "2"), plane.replace("1", "-3"));
    JsonNode body = TestServer.json(server.post("/v2/models/colours/versions/1/infer", json));
    assertThat(body.get("model_version").asString()).isEqualTo("1");
    assertThat(body.has("id")).isFalse();
    assertThat(body.get("outputs")).hasSize(1);
    assertThat(body.get("outputs").get(0).get("data").toString()).isEqualTo("[10.0,20.0,-30.0]");
  }

  @Test
  void binaryTensorsGoInAndComeOut() {
    float[] values = new float[2 * 3 * PIXELS];
    Arrays.fill(values, PIXELS, 2 * PIXELS, 1f);
    Arrays.fill(values, 5 * PIXELS, 6 * PIXELS, -1f);
    ByteBuffer raw = ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
    raw.asFloatBuffer().put(values);
    byte[] json =
        """
        {"inputs": [{"name": "input", "shape": [2, 3, 8, 8], "datatype": "FP32",
           "parameters": {"binary_data_size": %d}}],
         "outputs": [{"name": "probabilities"},
           {"name": "logits", "parameters": {"binary_data": true}}]}\
        """
            .formatted(raw.capacity())
            .getBytes(StandardCharsets.UTF_8);
    byte[] body = Arrays.copyOf(json, json.length + raw.capacity());
    System.arraycopy(raw.array(), 0, body, json.length, raw.capacity());
    HttpResponse<byte[]> response =
        server.post(
            "/v2/models/colours/infer",
            body,
            "Content-Type",
            "application/octet-stream",
            "Inference-Header-Content-Length",
            Integer.toString(json.length));
    assertThat(response.statusCode()).isEqualTo(200);
    int length =
        Integer.parseInt(
            response.headers().firstValue("Inference-Header-Content-Length").orElseThrow());
    JsonNode head = TestServer.JSON.readTree(Arrays.copyOf(response.body(), length));
    assertThat(head.get("outputs").get(0).has("data")).isTrue();
    JsonNode logits = head.get("outputs").get(1);
    assertThat(logits.get("parameters").get("binary_data_size").asInt()).isEqualTo(24);
    assertThat(logits.has("data")).isFalse();
    float[] found = new float[6];
    ByteBuffer.wrap(response.body(), length, 24)
        .order(ByteOrder.LITTLE_ENDIAN)
        .asFloatBuffer()
        .get(found);
    assertThat(found).containsExactly(0, 10, 0, 0, 0, -10);
    assertThat(response.body()).hasSize(length + 24);
  }

  @Test
  void classificationOutputGivesTheBestAsText() {
    JsonNode body =
        TestServer.json(
            server.post(
                "/v2/models/colours/infer",
                request(
                    planes(0.5, 0, 1),
                    1,
                    ", \"outputs\": [{\"name\": \"logits\", \"parameters\":"
                        + " {\"classification\": 2}}]")));
    JsonNode output = body.get("outputs").get(0);
    assertThat(output.get("datatype").asString()).isEqualTo("BYTES");
    assertThat(output.get("shape").toString()).isEqualTo("[1,2]");
    assertThat(output.get("data").toString()).isEqualTo("[\"10.0:2:blue\",\"5.0:0:red\"]");
  }

  @Test
  void picturesAreTakenAsBytes() {
    String green = Base64.getEncoder().encodeToString(TestServer.png(new Color(0, 255, 0), 20, 10));
    String json =
        """
        {"inputs": [{"name": "image", "shape": [1], "datatype": "BYTES", "data": ["%s"]}],
         "outputs": [{"name": "logits"}]}\
        """
            .formatted(green);
    JsonNode body = TestServer.json(server.post("/v2/models/colours/infer", json));
    assertThat(body.get("outputs").get(0).get("data").toString()).isEqualTo("[0.0,10.0,0.0]");
  }

  @Test
  void picturesAreTakenAsBinaryElements() {
    byte[] png = TestServer.png(new Color(0, 0, 255), 9, 30);
    byte[] json =
        """
        {"inputs": [{"name": "image", "shape": [1, 1], "datatype": "BYTES",
          "parameters": {"binary_data_size": %d}}], "parameters": {"binary_data_output": true},
         "outputs": [{"name": "logits"}]}\
        """
            .formatted(png.length + 4)
            .getBytes(StandardCharsets.UTF_8);
    byte[] body =
        ByteBuffer.allocate(json.length + 4 + png.length)
            .order(ByteOrder.LITTLE_ENDIAN)
            .put(json)
            .putInt(png.length)
            .put(png)
            .array();
    HttpResponse<byte[]> response =
        server.post(
            "/v2/models/colours/infer",
            body,
            "Inference-Header-Content-Length",
            Integer.toString(json.length));
    assertThat(response.statusCode()).isEqualTo(200);
    ByteBuffer raw = ByteBuffer.wrap(response.body()).order(ByteOrder.LITTLE_ENDIAN);
    assertThat(raw.getFloat(response.body().length - 4)).isEqualTo(10f);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "[] | the request should be a JSON object",
        "{} | the request has no input; expected 'input' or 'image'",
        "{\"inputs\": 3} | 'inputs' should be an array of tensors",
        "{\"inputs\": [{\"name\": \"input\"}]} | has no 'data' and no 'binary_data_size'",
        "{\"inputs\": [{\"name\": \"x\", \"data\": []}]} | there is no input 'x'",
        "{\"inputs\": [{\"name\": \"input\", \"datatype\": \"INT8\", \"data\": []}]} | FP32",
        "{\"inputs\": [{\"name\": \"input\", \"datatype\": \"FP32\", \"shape\": [1,2],"
            + " \"data\": []}]} | should have shape [n, 3, 8, 8], found [1, 2]",
        "{\"inputs\": [{\"name\": \"input\", \"datatype\": \"FP32\", \"shape\": [1,3,8,8],"
            + " \"data\": [1]}]} | needs 192 numbers, found 1",
        "{\"inputs\": [{\"name\": \"input\", \"datatype\": \"FP32\", \"shape\": [999999,3,8,8],"
            + " \"data\": [1]}]} | 1 to 256 pictures, found 999999",
        "{\"inputs\": [{\"name\": \"input\", \"datatype\": \"FP32\", \"shape\": [-1,3,8,8],"
            + " \"data\": [1]}]} | 1 to 256 pictures, found -1",
        "{\"inputs\": [{\"name\": \"input\", \"datatype\": \"FP32\", \"shape\": [1,3,8,8],"
            + " \"parameters\": {\"binary_data_size\": 768}}]} | but only 0 follow",
        "{\"inputs\": [{\"name\": \"input\", \"data\": [null]}]} | numbers or strings only",
        "{\"inputs\": [{\"name\": \"image\", \"datatype\": \"BYTES\", \"shape\": [1],"
            + " \"data\": [\"?\"]}]} | should hold Base64 strings",
        "{\"outputs\": [{\"name\": \"y\"}]} | there is no output 'y'",
        "{\"inputs\": [ | the request is not valid JSON",
        "{} {} | there is more after the request",
        "{\"inputs\": [{\"name\": \"input\", \"data\": [1e999999999]}]} | FP32",
      })
  void wrongRequestIsRefusedInOneSentence(String json, String message) {
    HttpResponse<byte[]> response = server.post("/v2/models/colours/infer", json);
    assertThat(response.statusCode()).isEqualTo(400);
    JsonNode body = TestServer.json(response);
    assertThat(body.propertyNames()).containsExactly("error");
    assertThat(body.get("error").asString()).contains(message);
  }

  @Test
  void deepNestingIsRefused() {
    String deep = "[".repeat(100_000);
    HttpResponse<byte[]> response =
        server.post(
            "/v2/models/colours/infer", "{\"inputs\": [{\"name\": \"input\", \"data\": " + deep);
    assertThat(response.statusCode()).isEqualTo(400);
  }

  @Test
  void infiniteNumbersAreRefused() {
    String data = planes(1, 1, 1).replaceFirst("1.0", "1e99");
    HttpResponse<byte[]> response = server.post("/v2/models/colours/infer", request(data, 1, ""));
    assertThat(response.statusCode()).isEqualTo(400);
    assertThat(TestServer.json(response).get("error").asString()).contains("finite numbers");
  }

  @ParameterizedTest
  @CsvSource({"/v2/models/none", "/v2/models/none/ready", "/v2/models/colours/versions/9/ready"})
  void unknownModelIsNotFound(String path) {
    HttpResponse<byte[]> response = server.get(path);
    assertThat(response.statusCode()).isEqualTo(404);
    assertThat(TestServer.json(response).get("error").asString())
        .isNotEmpty()
        .satisfiesAnyOf(
            text -> assertThat(text).contains("'none'"), text -> assertThat(text).contains("9"));
  }
}
