package org.resnext4j.serving;

import static org.assertj.core.api.Assertions.assertThat;

import java.awt.Color;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.resnext4j.serving.page.BoardLine;
import org.resnext4j.serving.page.Runs;
import tools.jackson.databind.JsonNode;

/** The API's description against what the server does. */
class OpenApiTest {

  private static final String NUMBERS = "0.5,".repeat(3 * 64 - 1) + "0.5";

  /** A request for every endpoint, and one that each refuses. */
  @SuppressWarnings("ArrayRecordComponent") // Never compared.
  private record Call(String method, String path, String template, byte[] body, String... headers) {
    Call(String method, String path, String template) {
      this(method, path, template, new byte[0]);
    }
  }

  private JsonNode document;

  @Test
  void everyEndpointIsDescribedAndNoOther() {
    try (TestServer server = TestServer.colours()) {
      document = TestServer.json(server.get("/openapi.json"));
      assertThat(document.get("openapi").asString()).startsWith("3.1");
      List<String> described = new ArrayList<>();
      for (Map.Entry<String, JsonNode> path : document.get("paths").properties()) {
        for (String method : path.getValue().propertyNames()) {
          described.add(method.toUpperCase(Locale.ROOT) + " " + path.getKey());
        }
      }
      assertThat(described).containsExactlyInAnyOrderElementsOf(server.server.endpoints());
    }
  }

  @Test
  void everyAnswerIsAsDescribed(@TempDir Path runs) throws Exception {
    Files.writeString(
        Files.createDirectories(runs.resolve("a")).resolve(Runs.FILE), "{\"epoch\":1}\n");
    BoardLine line =
        new BoardLine(
            "classification",
            "ImageNet",
            "",
            "top-1",
            "%",
            "resnext50",
            OptionalDouble.of(77.8),
            "the paper",
            OptionalDouble.empty(),
            "not measured",
            OptionalLong.of(4_200_000_000L),
            Optional.empty());
    byte[] infer =
        """
        {"inputs": [{"name": "input", "shape": [1, 3, 8, 8], "datatype": "FP32", "data": [%s]}]}\
        """
            .formatted(NUMBERS)
            .getBytes(StandardCharsets.UTF_8);
    byte[] picture = TestServer.png(Color.RED, 9, 9);
    String model = "/v2/models/{model}";
    String version = "/v2/models/{model}/versions/{version}";
    String colours = "/v2/models/colours";
    List<Call> calls =
        List.of(
            new Call("GET", "/v2", "/v2"),
            new Call("GET", "/v2/health/live", "/v2/health/live"),
            new Call("GET", "/v2/health/ready", "/v2/health/ready"),
            new Call("GET", colours, model),
            new Call("GET", "/v2/models/none", model),
            new Call("GET", colours + "/ready", model + "/ready"),
            new Call("GET", "/v2/models/none/ready", model + "/ready"),
            new Call("POST", colours + "/infer", model + "/infer", infer),
            new Call("POST", colours + "/infer", model + "/infer"),
            new Call("POST", "/v2/models/none/infer", model + "/infer", infer),
            new Call(
                "POST", colours + "/infer", model + "/infer", infer, "X-Request-Timeout-Ms", "0"),
            new Call("GET", colours + "/versions/1", version),
            new Call("GET", colours + "/versions/7", version),
            new Call("GET", colours + "/versions/1/ready", version + "/ready"),
            new Call("POST", colours + "/versions/1/infer", version + "/infer", infer),
            new Call("POST", "/v2/repository/index", "/v2/repository/index"),
            new Call("POST", "/v2/repository/models/x/load", "/v2/repository/models/{model}/load"),
            new Call(
                "POST", "/v2/repository/models/x/unload", "/v2/repository/models/{model}/unload"),
            new Call("POST", "/v1/classify?explain=true", "/v1/classify", picture),
            new Call("POST", "/v1/classify", "/v1/classify"),
            new Call("POST", "/v1/classify?model=none", "/v1/classify", picture),
            new Call(
                "POST", "/v1/classify", "/v1/classify", picture, "Sec-Fetch-Site", "cross-site"),
            new Call("GET", "/v1/models", "/v1/models"),
            new Call("GET", "/v1/board", "/v1/board"),
            new Call("GET", "/v1/explorer", "/v1/explorer"),
            new Call("GET", "/v1/explorer?cardinality=16", "/v1/explorer"),
            new Call("GET", "/v1/explorer?cardinality=-1", "/v1/explorer"),
            new Call("GET", "/v1/runs", "/v1/runs"),
            new Call("GET", "/v1/runs/a", "/v1/runs/{run}"),
            new Call("GET", "/v1/runs/b", "/v1/runs/{run}"),
            new Call("GET", "/metrics", "/metrics"),
            new Call("GET", "/openapi.json", "/openapi.json"),
            new Call("GET", "/", "/"),
            new Call("GET", "/page/app.js", "/page/{file}"),
            new Call("GET", "/page/none", "/page/{file}"),
            new Call(
                "POST",
                "/v2/repository/models/colours/unload",
                "/v2/repository/models/{model}/unload"),
            new Call("GET", colours, model),
            new Call("GET", colours + "/ready", model + "/ready"),
            new Call("GET", "/v2/health/ready", "/v2/health/ready"));
    try (TestServer server =
        TestServer.start(
            TestServer.options().withRuns(runs),
            ModelRepository.Source.none(),
            List.of(line),
            ColourNetwork.model("colours", "1", new ColourNetwork()))) {
      document = TestServer.json(server.get("/openapi.json"));
      for (Call call : calls) {
        HttpResponse<byte[]> response =
            call.method().equals("GET")
                ? server.get(call.path())
                : server.post(call.path(), call.body(), call.headers());
        check(call, response);
      }
    }
  }

  private void check(Call call, HttpResponse<byte[]> response) {
    String where = "%s %s: %d".formatted(call.method(), call.path(), response.statusCode());
    JsonNode operation =
        document.get("paths").get(call.template()).get(call.method().toLowerCase(Locale.ROOT));
    JsonNode described = operation.get("responses").get(Integer.toString(response.statusCode()));
    assertThat(described).as(where + " is not described").isNotNull();
    JsonNode answer = resolve(described);
    if (answer.has("headers") && answer.get("headers").has("Retry-After")) {
      assertThat(response.headers().firstValue("Retry-After")).as(where).isPresent();
    }
    String type = response.headers().firstValue("Content-Type").orElse("").replaceFirst(";.*", "");
    JsonNode content = answer.get("content");
    assertThat(content.propertyNames()).as(where).containsAnyOf(type, "*/*");
    if (type.equals("application/json") && content.has(type)) {
      match(
          where,
          TestServer.JSON.readTree(response.body()),
          content.get("application/json").get("schema"));
    }
  }

  private JsonNode resolve(JsonNode node) {
    return node.has("$ref") ? document.at(node.get("$ref").asString().substring(1)) : node;
  }

  /** As much of JSON Schema as the description uses; properties it does not name are errors. */
  private void match(String where, JsonNode value, JsonNode reference) {
    JsonNode schema = resolve(reference);
    if (schema.has("oneOf")) {
      long fitting =
          schema.get("oneOf").values().stream().filter(one -> fits(where, value, one)).count();
      assertThat(fitting).as(where + " matches one of the forms").isEqualTo(1);
      return;
    }
    JsonNode type = schema.get("type");
    List<String> types =
        type.isArray()
            ? type.values().stream().map(JsonNode::asString).toList()
            : List.of(type.asString());
    assertThat(types).as(where + " " + value).containsAnyElementsOf(typesOf(value));
    if (schema.has("enum")) {
      assertThat(schema.get("enum").values()).as(where).contains(value);
    }
    if (value.isArray() && schema.has("items")) {
      value.values().forEach(item -> match(where + "[]", item, schema.get("items")));
    }
    if (value.isObject() && schema.has("properties")) {
      JsonNode properties = schema.get("properties");
      schema
          .get("required")
          .values()
          .forEach(name -> assertThat(value.propertyNames()).as(where).contains(name.asString()));
      for (Map.Entry<String, JsonNode> property : value.properties()) {
        assertThat(properties.propertyNames()).as(where).contains(property.getKey());
        match(
            where + "." + property.getKey(),
            property.getValue(),
            properties.get(property.getKey()));
      }
    }
  }

  private boolean fits(String where, JsonNode value, JsonNode schema) {
    try {
      match(where, value, schema);
      return true;
    } catch (AssertionError e) {
      return false;
    }
  }

  private static List<String> typesOf(JsonNode value) {
    return switch (value.getNodeType()) {
      case OBJECT -> List.of("object");
      case ARRAY -> List.of("array");
      case STRING -> List.of("string");
      case BOOLEAN -> List.of("boolean");
      case NULL -> List.of("null");
      case NUMBER -> value.isIntegralNumber() ? List.of("integer", "number") : List.of("number");
      default -> List.of();
    };
  }
}
