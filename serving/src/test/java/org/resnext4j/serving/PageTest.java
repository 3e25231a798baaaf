package org.resnext4j.serving;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.awt.Color;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.logging.Level;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.openqa.selenium.By;
import org.openqa.selenium.Keys;
import org.openqa.selenium.StaleElementReferenceException;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;
import org.openqa.selenium.logging.LogType;
import org.openqa.selenium.logging.LoggingPreferences;
import org.openqa.selenium.support.ui.Select;
import org.openqa.selenium.support.ui.WebDriverWait;
import org.resnext4j.serving.page.BoardLine;
import org.resnext4j.serving.page.Page;
import org.resnext4j.serving.page.Runs;

/** The page in a real browser; skipped where there is none. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(120)
class PageTest {

  private Path folder;
  private TestServer server;
  private ChromeDriver browser;
  private WebDriverWait wait;
  private int opened;

  @BeforeAll
  void start(@TempDir Path temporary) throws Exception {
    folder = temporary;
    Optional<File> chromium =
        Programs.find("chromium", "chromium-browser", "google-chrome", "google-chrome-stable");
    Optional<File> driver = Programs.find("chromedriver");
    assumeTrue(
        chromium.isPresent() && driver.isPresent(),
        "the page is not tested: there is no chromium with its chromedriver on the path");
    Path run = Files.createDirectories(folder.resolve("runs").resolve("first"));
    Files.writeString(
        run.resolve(Runs.FILE),
        "{\"epoch\":1,\"loss\":2.0,\"accuracy\":0.2}\n{\"epoch\":2,\"loss\":1.0,\"accuracy\":0.6}\n");
    server =
        TestServer.start(
            TestServer.options().withRuns(folder.resolve("runs")),
            ModelRepository.Source.none(),
            List.of(
                line("resnext50_32x4d", 77.8, 4.2e9),
                line("resnext101_64x4d", 79.6, 15.5e9),
                line("resnet50", 76.1, 4.1e9)),
            ColourNetwork.model("colours", "1", new ColourNetwork()));
    LoggingPreferences logs = new LoggingPreferences();
    logs.enable(LogType.BROWSER, Level.ALL);
    ChromeOptions options = new ChromeOptions();
    options.setBinary(chromium.orElseThrow());
    // Without its sandbox, which containers do not allow; the only page it opens is ours.
    options.addArguments("--headless=new", "--no-sandbox", "--disable-dev-shm-usage");
    // A camera that shows a moving pattern, and no question whether the page may look.
    options.addArguments("--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream");
    options.setCapability("goog:loggingPrefs", logs);
    browser =
        new ChromeDriver(
            new ChromeDriverService.Builder().usingDriverExecutable(driver.orElseThrow()).build(),
            options);
    wait = new WebDriverWait(browser, Duration.ofSeconds(30));
    wait.pollingEvery(Duration.ofMillis(100));
    // The page may redraw between finding an element and reading it; then look again.
    wait.ignoring(StaleElementReferenceException.class);
  }

  private static BoardLine line(String model, double published, double multiplyAdds) {
    return new BoardLine(
        "image classification",
        "ImageNet",
        "",
        "top-1 accuracy",
        "%",
        model,
        OptionalDouble.of(published),
        "the paper",
        OptionalDouble.empty(),
        "",
        OptionalLong.of((long) multiplyAdds),
        Optional.empty());
  }

  @AfterAll
  void stop() {
    if (browser != null) {
      browser.quit();
      server.close();
    }
  }

  @AfterEach
  void nothingWentWrongUnseen() {
    assertThat(browser.manage().logs().get(LogType.BROWSER).getAll())
        .filteredOn(entry -> entry.getLevel().intValue() >= Level.SEVERE.intValue())
        .isEmpty();
  }

  private void open(String view, String expected) {
    // A new address, because one that differs in its fragment only would not load the page anew.
    browser.get(server.uri("/").toString() + "?" + opened++ + "#" + view);
    wait.until(_ -> browser.findElement(By.tagName("h1")).getText().equals(expected));
  }

  /** What a browser says when its tab is seen again; the page then asks at once. */
  private void lookAgain() {
    browser.executeScript("document.dispatchEvent(new Event('visibilitychange'))");
  }

  private List<String> texts(String selector) {
    return browser.findElements(By.cssSelector(selector)).stream()
        .map(WebElement::getText)
        .toList();
  }

  @Test
  void pictureGoesInAndTheRightLabelAndTheHeatMapComeOut() throws Exception {
    Path picture = folder.resolve("sky.png");
    Files.write(picture, TestServer.png(Color.BLUE, 120, 60));
    open("classify", "What is in a picture?");
    wait.until(_ -> new Select(browser.findElement(By.id("model"))).getOptions().size() == 1);
    browser.findElement(By.id("files")).sendKeys(picture.toString());
    wait.until(_ -> !browser.findElements(By.cssSelector("#results .answer")).isEmpty());
    assertThat(texts("#results .answer")).containsExactly("blue");
    assertThat(texts("#results .bars li")).hasSize(3);
    assertThat(texts("#results .bars li").getFirst()).contains("blue").contains("100.0 %");
    assertThat(texts("#results .timing").getFirst()).contains("network").contains("batch 1");
    // The map covers the middle, which the network saw; what it did not see is darkened.
    WebElement map = browser.findElement(By.cssSelector("#results canvas"));
    Object colours =
        browser.executeScript(
            "const c = arguments[0], d = c.getContext('2d');"
                + "const at = (x) => Array.from(d.getImageData(x, c.height / 2, 1, 1).data);"
                + "return [at(c.width / 2), at(3)];",
            map);
    assertThat(colours)
        .isEqualTo(List.of(List.of(252L, 232L, 120L, 255L), List.of(0L, 0L, 0L, 170L)));
    WebElement slider = browser.findElement(By.cssSelector("#results input[type=range]"));
    slider.sendKeys(Keys.HOME);
    assertThat(map.getCssValue("opacity")).isEqualTo("0");
    slider.sendKeys(Keys.END);
    assertThat(map.getCssValue("opacity")).isEqualTo("1");
  }

  /** Lets something happen on the page with a green picture in its hands. */
  private void transfer(String event) {
    browser.executeScript(
        "const bytes = Uint8Array.from(atob(arguments[0]), (c) => c.charCodeAt(0));"
            + "const hands = new DataTransfer();"
            + "hands.items.add(new File([bytes], 'leaf.png', {type: 'image/png'}));"
            + "hands.items.add(new File(['no picture'], 'notes.txt', {type: 'text/plain'}));"
            + event,
        Base64.getEncoder().encodeToString(TestServer.png(Color.GREEN, 20, 20)));
  }

  private void assertThatTheLeafIsGreen() {
    wait.until(_ -> !browser.findElements(By.cssSelector("#results .answer")).isEmpty());
    // Once, and nothing is said of the text that came with it.
    assertThat(texts("#results article")).hasSize(1);
    assertThat(texts("#results .answer")).containsExactly("green");
    assertThat(texts("#results .name").getFirst()).startsWith("leaf.png");
  }

  @Test
  void pictureIsPasted() {
    openClassify();
    transfer("dispatchEvent(new ClipboardEvent('paste', {clipboardData: hands, bubbles: true}));");
    assertThatTheLeafIsGreen();
  }

  @Test
  void pictureIsDropped() {
    openClassify();
    transfer(
        "const zone = document.querySelector('.drop');"
            + "const tell = (type) => zone.dispatchEvent(new DragEvent(type,"
            + " {dataTransfer: hands, bubbles: true, cancelable: true}));"
            + "window.taken = !tell('dragover');"
            + "window.shown = zone.classList.contains('over');"
            + "tell('drop');");
    // Were it not taken, the browser would leave the page and show the picture.
    assertThat(browser.executeScript("return [window.taken, window.shown]"))
        .isEqualTo(List.of(true, true));
    assertThatTheLeafIsGreen();
    assertThat(browser.findElements(By.cssSelector(".drop.over"))).isEmpty();
  }

  @Test
  void pictureIsTakenWithTheCamera() {
    openClassify();
    browser.findElement(By.xpath("//button[.='Use the camera']")).click();
    wait.until(_ ->
        Boolean.TRUE.equals(
            browser.executeScript("return document.querySelector('video')?.videoWidth > 0")));
    browser.findElement(By.xpath("//button[.='Take the picture']")).click();
    wait.until(_ -> !browser.findElements(By.cssSelector("#results .answer")).isEmpty());
    assertThat(texts("#results .name").getFirst()).startsWith("camera.jpg");
    // The camera is let go of.
    assertThat(browser.findElements(By.cssSelector("video"))).isEmpty();
  }

  @Test
  void absentCameraIsSaid() {
    openClassify();
    browser.executeScript(
        "navigator.mediaDevices.getUserMedia = () =>"
            + " Promise.reject(new DOMException('Requested device not found', 'NotFoundError'))");
    browser.findElement(By.xpath("//button[.='Use the camera']")).click();
    wait.until(
        _ -> texts(".error").contains("The camera cannot be used: Requested device not found."));
    assertThat(browser.findElements(By.tagName("dialog"))).hasSize(1); // That for the token.
  }

  private void openClassify() {
    open("classify", "What is in a picture?");
    wait.until(_ -> texts("#model option").equals(List.of("colours")));
  }

  @Test
  void nothingIsWiderThanAPhone() {
    var whole = browser.manage().window().getSize();
    try {
      Map<String, Object> phone =
          Map.of("width", 360, "height", 740, "deviceScaleFactor", 1, "mobile", true);
      browser.executeCdpCommand("Emulation.setDeviceMetricsOverride", phone);
      for (String view : List.of("classify", "models", "board", "explorer", "runs")) {
        browser.get(server.uri("/").toString() + "?phone-" + view + "#" + view);
        wait.until(_ -> !browser.findElements(By.tagName("h1")).isEmpty());
        wait.until(_ -> !texts("main").getFirst().isEmpty());
        assertThat(browser.executeScript("return document.documentElement.scrollWidth"))
            .as(view)
            .isEqualTo(360L);
      }
    } finally {
      browser.executeCdpCommand("Emulation.clearDeviceMetricsOverride", Map.of());
      browser.manage().window().setSize(whole);
    }
  }

  @Test
  void wrongFileIsSaid() throws Exception {
    Path file = folder.resolve("text.png");
    Files.writeString(file, "no picture");
    open("classify", "What is in a picture?");
    browser.findElement(By.id("files")).sendKeys(file.toString());
    wait.until(_ -> !browser.findElements(By.cssSelector("#results .error")).isEmpty());
    assertThat(texts("#results .error").getFirst()).startsWith("text.png: ").contains("expected");
    // The browser itself notes the refused request; that is no fault of the page.
    var _ = browser.manage().logs().get(LogType.BROWSER);
  }

  @Test
  void boardSortsAndFilters() {
    open("board", "Results");
    wait.until(_ -> texts("#board tbody tr").size() == 3);
    assertThat(browser.findElements(By.cssSelector("svg.chart circle"))).hasSize(3);
    browser.findElement(By.xpath("//th//button[.='Published']")).click();
    assertThat(texts("#board tbody td:nth-child(4)"))
        .containsExactly("resnext101_64x4d", "resnext50_32x4d", "resnet50");
    assertThat(
            browser
                .findElement(By.cssSelector("#board th:nth-child(5)"))
                .getDomAttribute("aria-sort"))
        .isEqualTo("descending");
    browser.findElement(By.xpath("//th//button[.='Multiply-adds']")).click();
    browser.findElement(By.xpath("//th//button[.='Multiply-adds']")).sendKeys(Keys.ENTER);
    assertThat(texts("#board tbody td:nth-child(4)"))
        .containsExactly("resnet50", "resnext50_32x4d", "resnext101_64x4d");
    browser.findElement(By.id("board-filter")).sendKeys("resnext");
    assertThat(texts("#board tbody td:nth-child(4)"))
        .containsExactly("resnext50_32x4d", "resnext101_64x4d");
  }

  @Test
  void explorerComputesTableTwoAndDrawsTheThreeForms() {
    open("explorer", "Cardinality");
    int[][] table = {{1, 64, 64}, {2, 40, 80}, {4, 24, 96}, {8, 14, 112}, {32, 4, 128}};
    for (int[] row : table) {
      browser.findElement(By.xpath("//button[.='" + row[0] + "']")).click();
      List<String> answer =
          wait.until(_ -> {
            List<String> shown = texts("#answer b");
            return shown.size() > 1 && shown.get(0).equals(Integer.toString(row[1])) ? shown : null;
          });
      assertThat(answer.get(1)).isEqualTo(Integer.toString(row[2]));
    }
    List<WebElement> forms = browser.findElements(By.cssSelector(".forms svg"));
    assertThat(forms).hasSize(3);
    assertThat(forms.get(0).getDomAttribute("aria-label")).startsWith("32 paths of 256, 1×1, 4");
    assertThat(forms.get(2).getDomAttribute("aria-label")).contains("128, 3×3, 128, groups = 32");
    assertThat(texts("#table2 tr").getLast()).startsWith("32 4 128 70,144");
    assertThat(texts("#table2 tr.chosen")).hasSize(1);
  }

  @Test
  void modelsShowTheirComplexityAndProvenance() {
    open("models", "Models");
    wait.until(_ -> !browser.findElements(By.cssSelector("article h2")).isEmpty());
    assertThat(texts("article").getFirst())
        .contains("colours")
        .contains("multiply-adds")
        .contains("made by\nhand");
  }

  @Test
  void modelsThatComeAndGoAreSeenWithoutReloading() {
    openClassify();
    server.server.repository().add(ColourNetwork.model("later", "1", new ColourNetwork()));
    lookAgain();
    wait.until(_ -> texts("#model option").equals(List.of("colours", "later")));
    assertThat(new Select(browser.findElement(By.id("model"))).getFirstSelectedOption().getText())
        .isEqualTo("colours");
    browser.findElement(By.cssSelector("nav a[href='#models']")).click();
    wait.until(_ -> texts("article h2").size() == 2);
    server.server.repository().unload("later");
    lookAgain();
    wait.until(_ -> texts("article h2").getLast().equals("later unavailable"));
  }

  @Test
  void curvesOfARunGrowWhileItRuns() throws Exception {
    open("runs", "Training");
    wait.until(_ -> browser.findElements(By.cssSelector("svg.chart[role=img]")).size() == 2);
    WebElement chart = browser.findElement(By.cssSelector("svg.chart[role=img]"));
    assertThat(chart.getDomAttribute("aria-label")).isEqualTo("Loss; latest: first 1");
    Files.writeString(
        folder.resolve("runs").resolve("first").resolve(Runs.FILE),
        "{\"epoch\":3,\"loss\":0.25,\"accuracy\":0.9}\n",
        StandardOpenOption.APPEND);
    lookAgain();
    wait.until(_ ->
        "Loss; latest: first 0.25"
            .equals(
                browser.executeScript(
                    "return document.querySelector('svg.chart[role=img]')"
                        + ".getAttribute('aria-label')")));
  }

  @Test
  void everythingComesFromTheServiceAndIsNamed() {
    for (String view : List.of("classify", "models", "board", "explorer", "runs")) {
      browser.get(server.uri("/").toString() + "?all-" + view + "#" + view);
      wait.until(_ -> !browser.findElements(By.tagName("h1")).isEmpty());
      Object foreign =
          browser.executeScript(
              "return performance.getEntriesByType('resource').map((r) => r.name)"
                  + ".filter((n) => new URL(n).origin !== location.origin)");
      assertThat(foreign).isEqualTo(List.of());
      // Whoever cannot see the page needs a name for everything that can be used.
      Object nameless =
          browser.executeScript(
              "return [...document.querySelectorAll('button, input, select, a')]"
                  + ".filter((e) => !(e.innerText.trim() || e.getAttribute('aria-label')"
                  + " || e.labels?.length)).map((e) => e.outerHTML)");
      assertThat(nameless).isEqualTo(List.of());
    }
    assertThat(new Page().size()).isLessThan(64 << 10);
  }
}
