package org.resnext4j.inference.catalogue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.resnext4j.inference.Classifier;
import org.resnext4j.inference.NamedWeights;
import org.resnext4j.models.Initialiser;
import org.resnext4j.models.ResNeXt;
import org.resnext4j.models.Stem;
import org.resnext4j.models.weights.ModelCard;
import org.resnext4j.models.weights.ModelFile;
import org.resnext4j.models.weights.storage.ElementType;

/** A hub's folder from a local server that redirects, breaks off and lies. */
@Timeout(60)
class HubRepositoryTest {

  private static final HubRepository MODEL = new HubRepository("timm", "small.a_in1k");
  private static final String CONFIG =
      """
      {"architecture": "resnext50_32x4d", "num_classes": 7, "pretrained_cfg": {"input_size": [3, 160, 160], "crop_pct": 0.95,
       "interpolation": "bicubic", "mean": [0.5, 0.5, 0.5], "std": [0.5, 0.5, 0.5], "label_names": ["a", "b", "c", "d", "e", "f", "g"]}}
      """;

  @TempDir private Path folder;
  private HttpServer server;
  private byte[] weights = new byte[0];
  private final AtomicBoolean breaksOff = new AtomicBoolean();
  private final List<Optional<String>> ranges = new CopyOnWriteArrayList<>();

  @BeforeEach
  void serve() throws IOException {
    ResNeXt model =
        ResNeXt.builder()
            .name("small")
            .stem(Stem.CIFAR)
            .stages(1)
            .cardinality(2)
            .width(4)
            .stemChannels(8)
            .classes(7)
            .build();
    Path file = folder.resolve("small.safetensors");
    ModelFile.save(
        file,
        new ModelFile(model, Initialiser.PAPER.initialise(model.graph(), 1), ModelCard.of("small")),
        ElementType.F32);
    weights = Files.readAllBytes(file);
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/timm/small.a_in1k/resolve/main/config.json", this::config);
    server.createContext("/timm/small.a_in1k/resolve/main/model.safetensors", this::elsewhere);
    server.createContext("/store/model", this::model);
    server.start();
  }

  @AfterEach
  void stop() {
    server.stop(0);
  }

  private URI hub() {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
  }

  private void config(HttpExchange exchange) throws IOException {
    answer(exchange, 200, CONFIG.getBytes(StandardCharsets.UTF_8));
  }

  private void elsewhere(HttpExchange exchange) throws IOException {
    exchange.getResponseHeaders().set("Location", "/store/model");
    exchange.sendResponseHeaders(302, -1);
    exchange.close();
  }

  private void model(HttpExchange exchange) throws IOException {
    Optional<String> range = Optional.ofNullable(exchange.getRequestHeaders().getFirst("Range"));
    ranges.add(range);
    exchange.getResponseHeaders().set("ETag", "\"one\"");
    if (breaksOff.getAndSet(false)) {
      exchange.sendResponseHeaders(200, weights.length);
      OutputStream body = exchange.getResponseBody();
      body.write(weights, 0, weights.length / 2);
      body.flush();
      server.removeContext(exchange.getHttpContext());
      server.createContext("/store/model", this::model);
      exchange.close();
      return;
    }
    int from = range.map(r -> Integer.parseInt(r.replaceAll("\\D", ""))).orElse(0);
    if (from > 0) {
      exchange
          .getResponseHeaders()
          .set(
              "Content-Range",
              "bytes %d-%d/%d".formatted(from, weights.length - 1, weights.length));
    }
    answer(exchange, from > 0 ? 206 : 200, Arrays.copyOfRange(weights, from, weights.length));
  }

  private static void answer(HttpExchange exchange, int status, byte[] body) throws IOException {
    try (exchange) {
      exchange.sendResponseHeaders(status, body.length);
      exchange.getResponseBody().write(body);
    }
  }

  private Path pull(HubRepository repository) throws IOException {
    Downloader.Patience patience =
        new Downloader.Patience(
            Duration.ofSeconds(5), Duration.ofSeconds(5), Duration.ofMillis(1), 3);
    try (Downloader downloader = Downloader.create(patience, Map.of())) {
      return new WeightCache(folder.resolve("cache"))
          .pull(repository, hub(), downloader, Progress.none());
    }
  }

  @Test
  void theFolderIsOneModelWithItsOwnPreprocessing() throws IOException {
    Path pulled = pull(MODEL);
    assertThat(pulled).isEqualTo(folder.resolve("cache/timm/small.a_in1k"));
    try (Classifier classifier =
        Classifier.builder()
            .weights(
                NamedWeights.find(
                    "timm/small.a_in1k",
                    Catalogue.standard(),
                    new WeightCache(folder.resolve("cache"))))
            .build()) {
      assertThat(classifier.preprocessing().crop()).isEqualTo(160);
      assertThat(classifier.preprocessing().resize()).isEqualTo(168);
      assertThat(classifier.preprocessing().mean()).containsOnly(0.5f);
      assertThat(classifier.labels().names()).startsWith("a", "b");
    }
    pull(MODEL);
    assertThat(ranges).as("what is here is not fetched again").hasSize(1);
  }

  @Test
  void aBrokenDownloadGoesOn() throws IOException {
    breaksOff.set(true);
    assertThat(pull(MODEL).resolve("model.safetensors")).hasBinaryContent(weights);
    assertThat(ranges.getLast()).contains("bytes=" + weights.length / 2 + "-");
  }

  @Test
  void aModelThatIsNotThereIsNamed() {
    assertThatThrownBy(() -> pull(new HubRepository("timm", "nothing")))
        .isInstanceOf(DownloadException.class)
        .hasMessageContaining("/timm/nothing/resolve/main/config.json")
        .hasMessageContaining("404");
  }

  @Test
  void whatIsNoWeightFileIsThrownAway() {
    weights = "<html>Please sign in</html>".getBytes(StandardCharsets.UTF_8);
    assertThatThrownBy(() -> pull(MODEL))
        .isInstanceOf(DownloadException.class)
        .hasMessageContaining("thrown away");
    assertThat(new WeightCache(folder.resolve("cache")).find(MODEL)).isEmpty();
  }

  @Test
  void aModelThatWasNotPulledSaysHow() {
    WeightCache cache = new WeightCache(folder.resolve("cache"));
    assertThatThrownBy(() ->
            Classifier.builder()
                .weights(NamedWeights.find("timm/other", Catalogue.standard(), cache)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("resnext pull timm/other");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"timm", "timm/", "/x", "../x", "timm/..", "timm/a/b", "timm/a b", "timm/.x"})
  void onlyPlainNamesAreModels(String text) {
    assertThat(HubRepository.parse(text)).isEmpty();
  }
}
