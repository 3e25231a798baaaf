package org.resnext4j.evaluation.board;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The page's script in a browser; skipped where there is no Chromium. */
class BoardSortingTest {

  private static final int PUBLISHED = 4;

  /** Clicks a heading and leaves what it did in the document, which the browser prints. */
  private static String clicking(int times) {
    return """
    <script>
    const heading = document.querySelector("table").tHead.rows[0].cells[%d];
    for (let i = 0; i < %d; i++) heading.querySelector("button").click();
    const rows = [...document.querySelector("table").tBodies[0].rows];
    const found = document.createElement("pre");
    found.id = "found";
    found.textContent = heading.getAttribute("aria-sort") + "\\n"
        + rows.map((row) => row.cells[%d].dataset.value ?? "none").join("\\n") + "\\n";
    document.body.append(found);
    </script>
    """
        .formatted(PUBLISHED, times, PUBLISHED);
  }

  @TempDir private Path folder;

  private static Optional<String> chromium() {
    return Stream.of(System.getenv("PATH").split(File.pathSeparator, -1))
        .flatMap(bin ->
            Stream.of("chromium", "chromium-browser", "google-chrome").map(Path.of(bin)::resolve))
        .filter(Files::isExecutable)
        .map(Path::toString)
        .findFirst();
  }

  private List<String> afterClicks(int clicks) throws IOException, InterruptedException {
    Optional<String> browser = chromium();
    assumeTrue(browser.isPresent(), "skipped: there is no chromium on the path");
    ResultsBoard board = ResultsBoard.of(PublishedResults.load(), List.of());
    String page = new BoardPages(board).pages().get("imagenet.html");
    Path file =
        Files.writeString(
            folder.resolve("page.html"), page.replace("</body>", clicking(clicks) + "</body>"));
    Process process =
        new ProcessBuilder(
                browser.get(),
                "--headless",
                "--no-sandbox",
                "--disable-gpu",
                "--user-data-dir=" + folder.resolve("profile"),
                "--dump-dom",
                file.toUri().toString())
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    String dom = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).isZero();
    assertThat(dom).contains("<pre id=\"found\">");
    String found = dom.substring(dom.indexOf("<pre id=\"found\">") + "<pre id=\"found\">".length());
    return found.substring(0, found.indexOf("</pre>")).lines().toList();
  }

  @Test
  void aHeadingSortsByValueUpwardsAndThenDownwards() throws Exception {
    List<String> up = afterClicks(1);
    assertThat(up).hasSizeGreaterThan(30).first().isEqualTo("ascending");
    Comparator<String> byValue = Comparator.comparingDouble(Double::parseDouble);
    assertThat(up.subList(1, up.size())).isSortedAccordingTo(byValue);
    List<String> down = afterClicks(2);
    assertThat(down).hasSameSizeAs(up).first().isEqualTo("descending");
    assertThat(down.subList(1, down.size())).isSortedAccordingTo(byValue.reversed());
  }
}
