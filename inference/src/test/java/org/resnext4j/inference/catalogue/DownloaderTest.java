package org.resnext4j.inference.catalogue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.resnext4j.inference.catalogue.Downloader.Patience;
import org.resnext4j.inference.catalogue.TestServer.Behaviour;
import org.resnext4j.inference.catalogue.TestServer.Changed;
import org.resnext4j.inference.catalogue.TestServer.CutAfter;
import org.resnext4j.inference.catalogue.TestServer.IgnoringRanges;
import org.resnext4j.inference.catalogue.TestServer.SilentAfter;
import org.resnext4j.inference.catalogue.TestServer.Status;

@Timeout(20)
class DownloaderTest {

  private static final byte[] FILE = bytes(300_000, 1);
  private static final Patience SHORT =
      new Patience(Duration.ofSeconds(5), Duration.ofMillis(400), Duration.ofMillis(1), 3);

  @TempDir private Path folder;

  private static byte[] bytes(int count, long seed) {
    byte[] bytes = new byte[count];
    new Random(seed).nextBytes(bytes);
    return bytes;
  }

  private static String sha256(byte[] bytes) throws Exception {
    return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
  }

  private static Expected hash(String digits) {
    return new Expected(OptionalLong.empty(), Optional.of(digits));
  }

  private Path target() {
    return folder.resolve("deep/weights.pth");
  }

  private void fetch(URI from, Patience patience, Expected expected) throws IOException {
    try (Downloader downloader = Downloader.create(patience, Map.of())) {
      downloader.fetch(from, target(), expected, Progress.none());
    }
  }

  private List<String> leftovers() throws IOException {
    try (Stream<Path> files = Files.list(target().getParent())) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }

  @Test
  void aFileArrivesWholeAndAlone() throws Exception {
    try (TestServer server = new TestServer(FILE)) {
      fetch(
          server.address(),
          SHORT,
          new Expected(OptionalLong.of(FILE.length), Optional.of(sha256(FILE).substring(0, 8))));
      assertThat(target()).hasBinaryContent(FILE);
      assertThat(leftovers()).containsExactly("weights.pth");
      assertThat(server.ranges()).containsExactly(Optional.empty());
    }
  }

  @Test
  void aBrokenConnectionIsResumedWhereItBroke() throws Exception {
    try (TestServer server = new TestServer(FILE, new CutAfter(100_000), new CutAfter(50_000))) {
      List<String> reasons = new ArrayList<>();
      try (Downloader downloader = Downloader.create(SHORT, Map.of())) {
        downloader.fetch(
            server.address(),
            target(),
            hash(sha256(FILE)),
            new Progress() {
              @Override
              public void received(long received, OptionalLong total) {
                assertThat(total).hasValue(FILE.length);
              }

              @Override
              public void retrying(String reason) {
                reasons.add(reason);
              }
            });
      }
      assertThat(target()).hasBinaryContent(FILE);
      assertThat(reasons).hasSize(2);
      assertThat(server.ranges())
          .containsExactly(
              Optional.empty(), Optional.of("bytes=100000-"), Optional.of("bytes=150000-"));
    }
  }

  @Test
  void aLaterCallGoesOnWhereAnEarlierOneGaveUp() throws Exception {
    Patience once = new Patience(SHORT.connect(), SHORT.silence(), SHORT.pause(), 1);
    try (TestServer server = new TestServer(FILE, new CutAfter(120_000))) {
      assertThatThrownBy(() -> fetch(server.address(), once, Expected.anything()))
          .isInstanceOf(DownloadException.class)
          .hasMessageContaining("after 120,000 bytes")
          .hasMessageContaining("the same command goes on from there");
      assertThat(target()).doesNotExist();
      fetch(server.address(), once, hash(sha256(FILE)));
      assertThat(target()).hasBinaryContent(FILE);
      assertThat(server.ranges()).containsExactly(Optional.empty(), Optional.of("bytes=120000-"));
      assertThat(leftovers()).containsExactly("weights.pth");
    }
  }

  @Test
  void aFileThatChangedMeanwhileIsBegunAgain() throws Exception {
    byte[] other = bytes(200_000, 2);
    try (TestServer server =
        new TestServer(FILE, new CutAfter(100_000), new Changed(other, "\"two\""))) {
      fetch(server.address(), SHORT, hash(sha256(other)));
      assertThat(target()).hasBinaryContent(other);
    }
  }

  @Test
  void aServerThatKnowsNoRangesSendsEverythingAgain() throws Exception {
    try (TestServer server = new TestServer(FILE, new CutAfter(100_000), new IgnoringRanges())) {
      fetch(server.address(), SHORT, hash(sha256(FILE)));
      assertThat(target()).hasBinaryContent(FILE);
    }
  }

  @Test
  void aSilentServerIsLeftAndAskedAgain() throws Exception {
    try (TestServer server = new TestServer(FILE, new SilentAfter(90_000, 3_000))) {
      fetch(server.address(), SHORT, hash(sha256(FILE)));
      assertThat(target()).hasBinaryContent(FILE);
      assertThat(server.ranges()).containsExactly(Optional.empty(), Optional.of("bytes=90000-"));
    }
  }

  @Test
  void aServerThatStaysSilentIsGivenUp() throws Exception {
    Behaviour silent = new SilentAfter(0, 2_000);
    try (TestServer server = new TestServer(FILE, silent, silent, silent)) {
      assertThatThrownBy(() -> fetch(server.address(), SHORT, Expected.anything()))
          .isInstanceOf(DownloadException.class)
          .hasMessageContaining("the server was silent for 0.400 s");
      assertThat(server.ranges()).hasSize(3);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {429, 500, 503})
  void aBusyServerIsAskedAgain(int status) throws Exception {
    try (TestServer server = new TestServer(FILE, new Status(status), new Status(status))) {
      fetch(server.address(), SHORT, hash(sha256(FILE)));
      assertThat(target()).hasBinaryContent(FILE);
    }
  }

  @Test
  void anAbsentFileIsNotAskedForAgain() throws Exception {
    try (TestServer server = new TestServer(FILE, new Status(404))) {
      assertThatThrownBy(() -> fetch(server.address(), SHORT, Expected.anything()))
          .isInstanceOf(DownloadException.class)
          .hasMessage(server.address() + ": there is no such file (404)");
      assertThat(server.requests()).hasSize(1);
      assertThat(target()).doesNotExist();
    }
  }

  @Test
  void aRefusalIsNotAskedForAgain() throws Exception {
    try (TestServer server = new TestServer(FILE, new Status(403))) {
      assertThatThrownBy(() -> fetch(server.address(), SHORT, Expected.anything()))
          .isInstanceOf(DownloadException.class)
          .hasMessage(server.address() + ": access was refused (403)");
    }
  }

  @Test
  void anotherHashThanPublishedIsThrownAway() throws Exception {
    try (TestServer server = new TestServer(FILE)) {
      assertThatThrownBy(() -> fetch(server.address(), SHORT, hash("0123456789abcdef")))
          .isInstanceOf(DownloadException.class)
          .hasMessageContaining("expected the SHA-256 0123456789abcdef…, found " + sha256(FILE))
          .hasMessageEndingWith("it was thrown away");
      assertThat(leftovers()).isEmpty();
    }
  }

  @Test
  void anotherSizeThanPublishedIsRefusedBeforeItIsFetched() throws Exception {
    try (TestServer server = new TestServer(FILE)) {
      assertThatThrownBy(() ->
              fetch(server.address(), SHORT, new Expected(OptionalLong.of(123), Optional.empty())))
          .isInstanceOf(DownloadException.class)
          .hasMessageContaining("expected 123 bytes, but the server has a file of 300,000");
      assertThat(target()).doesNotExist();
    }
  }

  @Test
  void whatWasThereStaysWhenADownloadFails() throws Exception {
    Files.createDirectories(target().getParent());
    Files.write(target(), new byte[] {1, 2, 3});
    try (TestServer server = new TestServer(FILE)) {
      assertThatThrownBy(() -> fetch(server.address(), SHORT, hash("00000000")))
          .isInstanceOf(DownloadException.class);
    }
    assertThat(target()).hasBinaryContent(new byte[] {1, 2, 3});
  }

  @Test
  void aPartOfAnotherAddressIsNotContinued() throws Exception {
    Patience once = new Patience(SHORT.connect(), SHORT.silence(), SHORT.pause(), 1);
    byte[] other = bytes(50_000, 3);
    try (TestServer first = new TestServer(FILE, new CutAfter(10_000));
        TestServer second = new TestServer(other)) {
      assertThatThrownBy(() -> fetch(first.address(), once, Expected.anything()))
          .isInstanceOf(DownloadException.class);
      fetch(second.address(), once, hash(sha256(other)));
      assertThat(target()).hasBinaryContent(other);
      assertThat(second.ranges()).containsExactly(Optional.empty());
    }
  }

  @Test
  void aHostThatDoesNotListenIsNamed() throws Exception {
    int free;
    try (ServerSocket socket = new ServerSocket(0)) {
      free = socket.getLocalPort();
    }
    assertThatThrownBy(
            () -> fetch(URI.create("http://127.0.0.1:" + free + "/x"), SHORT, Expected.anything()))
        .isInstanceOf(DownloadException.class)
        .hasMessageContaining("no connection to 127.0.0.1:" + free);
  }

  @Test
  void onlyHttpAddressesAreFetched() {
    assertThatThrownBy(() -> fetch(URI.create("file:///etc/passwd"), SHORT, Expected.anything()))
        .isInstanceOf(DownloadException.class)
        .hasMessage("file:///etc/passwd: expected an http or https address");
  }

  @Test
  void aProxyOfTheEnvironmentIsUsedExceptWhereExcluded() throws Exception {
    try (TestServer proxy = new TestServer(FILE);
        TestServer direct = new TestServer(FILE)) {
      Map<String, String> environment =
          Map.of("HTTP_PROXY", "127.0.0.1:" + proxy.port(), "no_proxy", "example.org,127.0.0.1");
      try (Downloader downloader = Downloader.create(SHORT, environment)) {
        downloader.fetch(
            URI.create("http://weights.invalid/x.pth"),
            target(),
            hash(sha256(FILE)),
            Progress.none());
        assertThat(target()).hasBinaryContent(FILE);
        downloader.fetch(direct.address(), target(), hash(sha256(FILE)), Progress.none());
      }
      assertThat(proxy.requests()).containsExactly("http://weights.invalid/x.pth");
      assertThat(direct.requests()).hasSize(1);
    }
  }

  @Test
  void aFileIsCopiedFromDiskAndCheckedAlike() throws Exception {
    Path source = folder.resolve("elsewhere.pth");
    Files.write(source, FILE);
    PublishedWeights weights = Catalogue.standard().find("resnext50_32x4d.tv_v1");
    WeightCache cache = new WeightCache(folder.resolve("cache"));
    try (Downloader downloader = Downloader.create(SHORT, Map.of())) {
      assertThatThrownBy(() -> cache.pull(weights, source.toString(), downloader, Progress.none()))
          .isInstanceOf(DownloadException.class)
          .hasMessageContaining("expected 100441675 bytes, found 300000");
      assertThat(cache.find(weights)).isEmpty();
      Path own =
          cache.pull("mine", source.toString(), hash(sha256(FILE)), downloader, Progress.none());
      assertThat(own).hasFileName("mine.pth").hasBinaryContent(FILE);
      assertThatThrownBy(() ->
              cache.pull(
                  "../mine", source.toString(), Expected.anything(), downloader, Progress.none()))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("found '../mine'");
    }
  }

  @Test
  void theCacheIsWhereTheUserSays() {
    Path home = Path.of("/home/someone");
    assertThat(WeightCache.of(Map.of(), home).folder())
        .isEqualTo(Path.of("/home/someone/.cache/resnext4j"));
    assertThat(WeightCache.of(Map.of("XDG_CACHE_HOME", "/var/c"), home).folder())
        .isEqualTo(Path.of("/var/c/resnext4j"));
    assertThat(WeightCache.of(Map.of("XDG_CACHE_HOME", "relative"), home).folder())
        .isEqualTo(Path.of("/home/someone/.cache/resnext4j"));
    assertThat(
            WeightCache.of(
                    Map.of("XDG_CACHE_HOME", "/var/c", WeightCache.VARIABLE, "/models"), home)
                .folder())
        .isEqualTo(Path.of("/models"));
  }

  @Test
  void pulledWeightsAreNotFetchedTwice() throws Exception {
    try (TestServer server = new TestServer(FILE);
        Downloader downloader = Downloader.create(SHORT, Map.of())) {
      PublishedWeights known = Catalogue.standard().find("resnet18");
      PublishedWeights weights =
          new PublishedWeights(
              "tiny",
              List.of(),
              known.model(),
              server.address(),
              OptionalLong.of(FILE.length),
              Optional.of(sha256(Arrays.copyOf(FILE, FILE.length))),
              known.publisher(),
              known.licence(),
              known.source(),
              known.top1(),
              known.top5(),
              known.preprocessing());
      WeightCache cache = new WeightCache(folder);
      Path first = cache.pull(weights, downloader, Progress.none());
      assertThat(cache.pull(weights, downloader, Progress.none())).isEqualTo(first);
      assertThat(first).hasFileName("tiny.pth").hasBinaryContent(FILE);
      assertThat(server.requests()).hasSize(1);
    }
  }
}
