package org.resnext4j.serving;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.awt.Color;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** The examples of docs/serving.md and the README, as they stand there, against a service. */
@Timeout(120)
class DocumentationTest {

  private static final Path ROOT = Path.of(System.getProperty("resnext4j.root"));

  @TempDir private Path folder;

  /** The blocks of a language in a document. */
  private static List<String> blocks(String document, String language) throws IOException {
    return Pattern.compile("```" + language + "\\n(.*?)```", Pattern.DOTALL)
        .matcher(Files.readString(ROOT.resolve(document)))
        .results()
        .map((MatchResult found) -> found.group(1))
        .toList();
  }

  /** An example, but asking this service. */
  private static String at(TestServer server, String example) {
    assertThat(example).contains("http://127.0.0.1:8080/");
    return example.replace("http://127.0.0.1:8080/", server.uri("/").toString());
  }

  private void writePictures() throws IOException {
    for (String name : List.of("cat.jpg", "dog.jpg")) {
      Files.write(folder.resolve(name), TestServer.png(Color.RED, 20, 20));
    }
    Files.writeString(folder.resolve("request.json"), blocks("docs/serving.md", "json").getLast());
  }

  @Test
  void examplesForCurlAreAnswered() throws Exception {
    assumeTrue(
        Programs.find("curl").isPresent() && Programs.find("sh").isPresent(),
        "curl's examples are not tested: there is no curl on the path");
    List<String> commands =
        Stream.concat(blocks("docs/serving.md", "sh").stream(), blocks("README.md", "sh").stream())
            .flatMap(String::lines)
            .filter(line -> line.startsWith("curl "))
            .toList();
    assertThat(commands).hasSize(4);
    writePictures();
    try (TestServer server = TestServer.colours()) {
      for (String command : commands) {
        String said = Programs.run(folder, List.of("sh", "-c", at(server, command) + " -sSf"));
        assertThat(said).as(command).contains("red");
      }
    }
  }

  @Test
  void exampleInJavaIsAnswered() throws Exception {
    List<String> programs = blocks("docs/serving.md", "java");
    assertThat(programs).hasSize(1);
    writePictures();
    try (TestServer server = TestServer.colours()) {
      Files.writeString(folder.resolve("Client.java"), at(server, programs.getFirst()));
      String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
      String said = Programs.run(folder, List.of(java, "Client.java"));
      assertThat(label(TestServer.JSON.readTree(said))).isEqualTo("red");
    }
  }

  private static String label(JsonNode answer) {
    return answer.get("results").get(0).get("predictions").get(0).get("label").asString();
  }

  @Test
  void exampleInPythonIsAnswered() throws Exception {
    Optional<File> python = Programs.find("python3", "python");
    assumeTrue(
        python.isPresent(), "Python's example is not tested: there is no python3 on the path");
    List<String> programs = blocks("docs/serving.md", "python");
    assertThat(programs).hasSize(1);
    writePictures();
    try (TestServer server = TestServer.colours()) {
      Files.writeString(folder.resolve("client.py"), at(server, programs.getFirst()));
      String said = Programs.run(folder, List.of(python.orElseThrow().toString(), "client.py"));
      assertThat(said).contains("'label': 'red'");
    }
  }

  @Test
  void examplesInJsonAreWhatTheServiceTakesAndGives() throws Exception {
    List<String> blocks = blocks("docs/serving.md", "json");
    assertThat(blocks).hasSize(2);
    try (TestServer server = TestServer.colours()) {
      JsonNode shown = TestServer.JSON.readTree(blocks.get(0));
      JsonNode given =
          TestServer.json(
              server.post("/v1/classify?explain=true&top=1", TestServer.png(Color.RED, 9, 9)));
      assertThat(names(shown)).isEqualTo(names(given));
      assertThat(names(shown.get("timing"))).isEqualTo(names(given.get("timing")));
      JsonNode shownResult = shown.get("results").get(0);
      JsonNode givenResult = given.get("results").get(0);
      assertThat(names(shownResult)).isEqualTo(names(givenResult));
      assertThat(names(shownResult.get("heatmap"))).isEqualTo(names(givenResult.get("heatmap")));
      assertThat(names(shownResult.get("predictions").get(0)))
          .isEqualTo(names(givenResult.get("predictions").get(0)));

      JsonNode answer = TestServer.json(server.post("/v2/models/colours/infer", blocks.get(1)));
      JsonNode best = answer.get("outputs").get(0).get("data");
      assertThat(best).hasSize(2);
      assertThat(best.get(0).asString()).endsWith(":0:red");
    }
  }

  private static List<String> names(JsonNode object) {
    return List.copyOf(object.propertyNames());
  }
}
