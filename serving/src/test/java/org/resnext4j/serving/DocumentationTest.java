package org.resnext4j.serving;

import static org.assertj.core.api.Assertions.assertThat;

import java.awt.Color;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** The examples of docs/serving.md. */
class DocumentationTest {

  private static final Pattern JSON_BLOCK = Pattern.compile("```json\\n(.*?)```", Pattern.DOTALL);

  @Test
  void examplesInJsonAreWhatTheServiceTakesAndGives() throws Exception {
    Path file = Path.of(System.getProperty("resnext.root"), "docs", "serving.md");
    List<String> blocks =
        JSON_BLOCK
            .matcher(Files.readString(file))
            .results()
            .map((MatchResult found) -> found.group(1))
            .toList();
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
