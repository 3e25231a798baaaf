package org.resnext4j.serving;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.awt.Color;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URLEncoder;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.resnext4j.engine.graph.Shape;
import org.resnext4j.serving.batch.Network;
import org.resnext4j.serving.http.Limits;
import org.resnext4j.vision.text.Printable;
import tools.jackson.databind.JsonNode;

/** HTTP as clients, proxies and attackers send it, byte for byte. */
@Timeout(60)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Execution(ExecutionMode.CONCURRENT)
class HttpTest {

  private static final String LIVE = "GET /v2/health/live HTTP/1.1\r\nHost: localhost\r\n\r\n";

  /** What must never be done by bytes that are a request's body. */
  private static final String UNLOAD =
      "POST /v2/repository/models/colours/unload HTTP/1.1\r\nHost: localhost\r\n\r\n";

  private static final byte[] RED = TestServer.png(Color.RED, 8, 8);

  private TestServer server;

  @BeforeAll
  void start() {
    server =
        TestServer.start(
            TestServer.options()
                .withOrigins(Set.of("https://shop.example"))
                .withLimits(Limits.defaults().withBodyBytes(1 << 20)),
            ColourNetwork.model("colours", "1", new ColourNetwork()));
  }

  @AfterAll
  void stop() {
    assertThat(server.server.repository().ready()).as("nothing was smuggled").hasSize(1);
    server.close();
  }

  private static String file(String name) throws IOException {
    try (InputStream stream = HttpTest.class.getResourceAsStream("cases/" + name)) {
      return new String(stream.readAllBytes(), StandardCharsets.ISO_8859_1)
          .replace("NAME", "colours");
    }
  }

  private static String post(String path, String fields, String body) {
    return "POST %s HTTP/1.1\r\nHost: localhost\r\n%s\r\n%s".formatted(path, fields, body);
  }

  private static String sized(String path, String fields, String body) {
    return post(path, fields + "Content-Length: " + body.length() + "\r\n", body);
  }

  @Test
  void bodyBehindConnectionCloseIsNeverARequest() throws IOException {
    RawHttp.Conversation said = RawHttp.send(server, file("http-connection-close-smuggling.txt"));
    assertThat(said.only().status()).isEqualTo(404);
    assertThat(said.only().has("Connection: close")).isTrue();
    assertThat(said.closed()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/nothing",
        "/v2/health/live",
        "/v2/models/none/infer",
        "/v2/repository/models/none/load",
        "/v1/classify?model=none",
        "/v1/classify?top=x",
        "/%zz"
      })
  void unreadBodiesAreNeverRequests(String path) {
    for (String fields : List.of("", "Connection: close\r\n", "Sec-Fetch-Site: cross-site\r\n")) {
      RawHttp.Conversation said = RawHttp.send(server, sized(path, fields, UNLOAD) + LIVE);
      boolean closes = fields.startsWith("Connection");
      assertThat(said.statuses().getFirst()).as(path + fields).isBetween(400, 499);
      // A short body is passed over, and the request behind it is one.
      assertThat(said.statuses()).as(path + fields).hasSize(closes ? 1 : 2);
      assertThat(said.statuses().getLast()).isEqualTo(closes ? said.statuses().getFirst() : 200);
      assertThat(said.closed()).isEqualTo(closes);
      // A chunked one could go on for ever.
      String chunked = Integer.toHexString(UNLOAD.length()) + "\r\n" + UNLOAD + "\r\n0\r\n\r\n";
      said =
          RawHttp.send(
              server, post(path, fields + "Transfer-Encoding: chunked\r\n", chunked) + LIVE);
      assertThat(said.statuses()).as(path + fields).hasSize(1);
      assertThat(said.only().status()).isBetween(400, 499);
    }
  }

  @Test
  void longBodyThatNobodyReadsEndsTheConnection() {
    RawHttp.Conversation said =
        RawHttp.send(server, sized("/nothing", "", "x".repeat(70_000)) + LIVE);
    assertThat(said.only().status()).isEqualTo(404);
    assertThat(said.only().has("Connection: close")).isTrue();
  }

  @ParameterizedTest
  @CsvSource({"GET,200", "HEAD,200", "OPTIONS,204", "DELETE,405", "get,405"})
  void methodsMayHaveBodiesThatAreNoRequests(String method, int status) {
    String request =
        "%s /v2/health/live HTTP/1.1\r\nHost: localhost\r\nContent-Length: %d\r\n\r\n%s"
            .formatted(method, UNLOAD.length(), UNLOAD);
    assertThat(RawHttp.send(server, request).statuses()).containsExactly(status);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "400 | Content-Length: 5;Transfer-Encoding: chunked",
        "400 | Transfer-Encoding: chunked;Content-Length: 0",
        "400 | Content-Length: 5;Content-Length: 5",
        "400 | Content-Length: 5;Content-Length: 6",
        "400 | Content-Length: 5, 5",
        "400 | Content-Length: +5",
        "400 | Content-Length: -5",
        "400 | Content-Length: 0x5",
        "400 | Content-Length: 5 5",
        "400 | Content-Length:",
        "400 | Content-Length: five",
        "413 | Content-Length: 99999999999999999999",
        "400 | Content-Length : 5",
        "400 | X: a; folded",
        "400 | X: a;\tfolded",
        "400 | Transfer-Encoding:",
        "400 | Transfer-Encoding: chunked, chunked",
        "400 | Transfer-Encoding: chunked, identity",
        "400 | Transfer-Encoding: chunked;Transfer-Encoding: identity",
        "501 | Transfer-Encoding: gzip, chunked",
        "501 | Transfer-Encoding: xchunked",
        "501 | Transfer-Encoding: \"chunked\"",
        "400 | Transfer-Encoding: ,chunked",
        "400 | Transfer-Encoding: chunked, ,",
        "501 | Transfer-Encoding: identity",
        "400 | no colon",
        "400 | : no name",
        "400 | (x): y",
        "400 | Host: elsewhere",
        "417 | Expect: 200-ok"
      })
  void requestsThatTwoProgramsCouldReadInTwoWaysAreRefused(int status, String fields) {
    String lines = fields.replace(";", "\r\n") + "\r\n";
    RawHttp.Conversation said = RawHttp.send(server, post("/v1/classify", lines, UNLOAD));
    assertThat(said.only().status()).as(fields).isEqualTo(status);
    assertThat(said.only().has("Connection: close")).isTrue();
    assertThat(said.only().body()).startsWith("{\"error\":");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "GET /v2/health/live HTTP/1.1\nHost: localhost\n\n",
        "GET /v2/health/live HTTP/1.1\r\nHost: localhost\nX: y\r\n\r\n",
        "GET /v2/health/live HTTP/1.1\r\nHost: localhost\rX: y\r\n\r\n",
        "GET /v2/health/live HTTP/1.1\r\nHost: localhost\r\nX: a\u0000b\r\n\r\n",
        "GET /v2/health/live HTTP/1.1\r\nHost: localhost\r\nX: a\u0001b\r\n\r\n",
        "GET  /v2/health/live HTTP/1.1\r\nHost: localhost\r\n\r\n",
        "GET /v2/health/live  HTTP/1.1\r\nHost: localhost\r\n\r\n",
        "GET /v2/health/live HTTP/1.1 \r\nHost: localhost\r\n\r\n",
        " GET /v2/health/live HTTP/1.1\r\nHost: localhost\r\n\r\n",
        "GET /v2/health/live\r\n\r\n",
        "GET /v2/health/live HTTP/1.1\r\n\r\n",
        "GET /v2/health/live HTTP/1.1\r\nHost: a b\r\n\r\n",
        "GET /v2/health/live HTTP/1.1\r\nHost: a/b\r\n\r\n",
        "GET v2/health/live HTTP/1.1\r\nHost: localhost\r\n\r\n",
        "GET /v2#x HTTP/1.1\r\nHost: localhost\r\n\r\n",
        "GET * HTTP/1.1\r\nHost: localhost\r\n\r\n",
        "CONNECT localhost:80 HTTP/1.1\r\nHost: localhost\r\n\r\n",
        "G(T /v2 HTTP/1.1\r\nHost: localhost\r\n\r\n",
        "POST /v2 HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        "\u0016\u0003\u0001\r\n\r\n",
        "hello\r\n\r\n"
      })
  void whatIsNoRequestIsToldSoAndEndsTheConnection(String request) {
    RawHttp.Conversation said = RawHttp.send(server, request);
    assertThat(said.only().status()).as(request).isEqualTo(400);
    assertThat(said.only().has("Connection: close")).isTrue();
  }

  @ParameterizedTest
  @CsvSource({"HTTP/2.0,505", "HTTP/0.9,505", "HTTP/1.9,200", "http/1.1,400", "HTTP/1.10,400"})
  void versionsAreToldApart(String version, int status) {
    String request = LIVE.replace("HTTP/1.1", version);
    assertThat(RawHttp.send(server, request).only().status()).isEqualTo(status);
  }

  @Test
  void headsAreBounded() {
    String longTarget = "GET /" + "a".repeat(9000) + " HTTP/1.1\r\nHost: localhost\r\n\r\n";
    assertThat(RawHttp.send(server, longTarget).only().status()).isEqualTo(414);
    String longField = LIVE.replace("Host", "X: " + "a".repeat(17_000) + "\r\nHost");
    assertThat(RawHttp.send(server, longField).only().status()).isEqualTo(431);
    String manyFields = LIVE.replace("Host", "X: a\r\n".repeat(4000) + "Host");
    assertThat(RawHttp.send(server, manyFields).only().status()).isEqualTo(431);
    String fits = LIVE.replace("Host", "X: " + "a".repeat(8000) + "\r\nHost");
    assertThat(RawHttp.send(server, fits).only().status()).isEqualTo(200);
  }

  @Test
  void oldClientsAreAnsweredAndTheConnectionCloses() throws IOException {
    RawHttp.Conversation said = RawHttp.send(server, file("http-1.0.txt"));
    assertThat(said.only().status()).isEqualTo(200);
    assertThat(said.only().body()).isEqualTo("{\"live\":true}");
    assertThat(said.closed()).isTrue();
    // Without a host, as HAProxy checks.
    said = RawHttp.send(server, "OPTIONS / HTTP/1.0\r\n\r\n");
    assertThat(said.only().status()).isEqualTo(204);
    assertThat(said.closed()).isTrue();
    String classify =
        "POST /v1/classify HTTP/1.0\r\nContent-Length: %d\r\n\r\n".formatted(RED.length);
    said = RawHttp.send(server, bytes(classify, RED));
    assertThat(said.only().body()).contains("\"red\"");
    assertThat(said.closed()).isTrue();
  }

  @Test
  void oldClientsMayAskToStay() {
    String request = "GET /v2/health/live HTTP/1.0\r\nConnection: Keep-Alive\r\n\r\n";
    RawHttp.Conversation said = RawHttp.send(server, request + request);
    assertThat(said.statuses()).containsExactly(200, 200);
    assertThat(said.answers().getFirst().has("Connection: keep-alive")).isTrue();
    assertThat(said.closed()).isFalse();
  }

  @Test
  void headIsGetWithoutItsBodyAtEveryPathThatIsRead() throws IOException {
    RawHttp.Answer live = RawHttp.send(server, file("http-head.txt")).only();
    assertThat(live.status()).isEqualTo(200);
    assertThat(live.has("Content-Length: 13")).isTrue();
    for (String path :
        List.of(
            "/",
            "/v2",
            "/v2/",
            "/v2/health/ready",
            "/v2/models/colours",
            "/v2/models/colours/ready",
            "/v2/models/none",
            "/v2/models/colours/versions/1",
            "/v1/models",
            "/v1/board",
            "/v1/explorer",
            "/v1/runs",
            "/v1/runs/none",
            "/metrics",
            "/openapi.json",
            "/page/app.js",
            "/v1/classify",
            "/nothing")) {
      String request = "GET %s HTTP/1.1\r\nHost: localhost\r\n\r\n".formatted(path);
      RawHttp.Answer get = RawHttp.send(server, request).only();
      RawHttp.Answer head = RawHttp.send(server, request.replace("GET", "HEAD")).only();
      assertThat(head.status()).as(path).isEqualTo(get.status());
      if (!path.equals("/metrics")) {
        assertThat(fields(head)).as(path).isEqualTo(fields(get));
      }
    }
  }

  private static Set<String> fields(RawHttp.Answer answer) {
    Set<String> fields = new TreeSet<>(List.of(answer.head().split("\r\n")));
    fields.removeIf(field -> field.startsWith("Date:"));
    return fields;
  }

  @ParameterizedTest
  @ValueSource(strings = {"http-chunk-extension.txt", "http-trailer.txt"})
  void extensionsOfChunksAndTrailersAreIgnored(String name) throws IOException {
    RawHttp.Conversation said = RawHttp.send(server, file(name) + LIVE);
    assertThat(said.statuses()).containsExactly(400, 200);
    assertThat(said.answers().getFirst().body()).contains("the request has no input");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "d\r\n{\"inputs\":[]}\r\n0\r\n\r\n",
        "D ; a = b\r\n{\"inputs\":[]}\r\n0;x\r\n\r\n",
        "000d\r\n{\"inputs\":[]}\r\n000\r\nA: b\r\nC: d\r\n\r\n",
        "1\r\n{\r\nc;a=\"b\"\r\n\"inputs\":[]}\r\n0\r\n\r\n"
      })
  void chunksAreReadAsTheyAreMeant(String body) {
    String request =
        post("/v2/models/colours/infer", "Transfer-Encoding: Chunked\r\n", body) + LIVE;
    RawHttp.Conversation said = RawHttp.send(server, request);
    assertThat(said.statuses()).containsExactly(400, 200);
    assertThat(said.answers().getFirst().body()).contains("the request has no input");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "x\r\n",
        "\r\n",
        "-1\r\n",
        "+1\r\n",
        " 1\r\n",
        "0x1\r\n",
        "1 \r\na\r\n",
        "fffffffffffffffff\r\n",
        "1\r\nab\r\n0\r\n\r\n",
        "1\r\na0\r\n\r\n",
        "1\na\r\n0\r\n\r\n",
        "1\r\na\n0\r\n\r\n",
        "1;a\rb\r\na\r\n0\r\n\r\n",
        "1;a\u0001b\r\na\r\n0\r\n\r\n",
        "0\r\nno colon\r\n\r\n",
        "0\r\nA: b\n\r\n"
      })
  void badChunksAreAnErrorAndEndTheConnection(String body) {
    String request =
        post("/v2/models/colours/infer", "Transfer-Encoding: chunked\r\n", body) + UNLOAD;
    RawHttp.Conversation said = RawHttp.send(server, request);
    assertThat(said.only().status()).as(body).isEqualTo(400);
    assertThat(said.only().has("Connection: close")).isTrue();
    assertThat(said.only().body()).doesNotContain("Exception");
  }

  @Test
  void extensionsAndTrailersAreBounded() {
    for (String body :
        List.of(
            "1;" + "a".repeat(20_000) + "\r\na\r\n0\r\n\r\n",
            "1;aaaaaaaaaaaaaaaaa\r\na\r\n".repeat(2000) + "0\r\n\r\n",
            "0\r\n" + "A: b\r\n".repeat(4000) + "\r\n")) {
      RawHttp.Conversation said =
          RawHttp.send(server, post("/v1/classify", "Transfer-Encoding: chunked\r\n", body));
      assertThat(said.only().status()).isEqualTo(400);
    }
  }

  @Test
  void chunkedBodyOfAnySizeIsBounded() {
    String chunk = "8000\r\n" + "x".repeat(0x8000) + "\r\n";
    String request =
        post("/v1/classify", "Transfer-Encoding: chunked\r\n", chunk.repeat(40) + "0\r\n\r\n");
    assertThat(RawHttp.send(server, request).only().status()).isEqualTo(413);
  }

  @Test
  void requestsOneBehindTheOtherAreAnsweredInOrder() {
    String infer = sized("/v2/models/colours/infer", "", "{}");
    RawHttp.Conversation said =
        RawHttp.send(server, LIVE + infer + "\r\n" + LIVE + infer + LIVE + "\r\n\r\n");
    assertThat(said.statuses()).containsExactly(200, 400, 200, 400, 200, 400);
  }

  @Test
  void clientsThatWaitForTheInvitationGetIt() throws IOException {
    String head = "POST /v1/classify HTTP/1.1\r\nHost: localhost\r\nExpect: 100-continue\r\n";
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.server.port())) {
      socket
          .getOutputStream()
          .write(bytes(head + "Content-Length: %d\r\n\r\n".formatted(RED.length), new byte[0]));
      String invitation = "HTTP/1.1 100 Continue\r\n\r\n";
      assertThat(socket.getInputStream().readNBytes(invitation.length()))
          .asString(US_ASCII)
          .isEqualTo(invitation);
      socket.getOutputStream().write(RED);
      assertThat(socket.getInputStream().readNBytes(15))
          .asString(US_ASCII)
          .isEqualTo("HTTP/1.1 200 OK");
    }
    // One that is refused is not invited, and what it may send is no request.
    RawHttp.Conversation said =
        RawHttp.send(
            server,
            head.replace("classify", "nothing")
                + "Content-Length: %d\r\n\r\n".formatted(UNLOAD.length())
                + UNLOAD);
    assertThat(said.only().status()).isEqualTo(404);
    assertThat(said.only().has("Connection: close")).isTrue();
  }

  @Test
  void absoluteTargetsCountAndTheirHostToo() {
    String host = "localhost:" + server.server.port();
    String request = "GET http://%s/v2/health/live?x HTTP/1.1\r\nHost: evil.example\r\n\r\n";
    assertThat(RawHttp.send(server, request.formatted(host)).only().status()).isEqualTo(200);
    assertThat(RawHttp.send(server, request.formatted("evil.example")).only().status())
        .isEqualTo(403);
    assertThat(
            RawHttp.send(server, "OPTIONS * HTTP/1.1\r\nHost: localhost\r\n\r\n").only().status())
        .isEqualTo(204);
  }

  @ParameterizedTest
  @CsvSource({
    "localhost,200",
    "LOCALHOST:1,200",
    "LocalHost.,200",
    "a.LocalHost,200",
    "127.0.0.1,200",
    "127.9.9.9:80,200",
    "[::1]:80,200",
    "[0:0:0:0:0:0:0:1],200",
    "localhost.evil.example,403",
    "evil.example,403",
    "evil.example:localhost,400",
    "127.0.0.1.evil.example,403",
    "[::2],403",
    "'',403"
  })
  void namesOfTheHostAreComparedInAnyCase(String host, int status) {
    String request = LIVE.replace("localhost", host);
    assertThat(RawHttp.send(server, request).only().status()).isEqualTo(status);
  }

  @ParameterizedTest
  @CsvSource({
    "/v2/,200",
    "/v2/models/colours/,200",
    "/v2/models/%63olours,200",
    "/v2/models/colours%2Fready,404",
    "/v2%2Fmodels/colours,404",
    "/v2/models/colours%2Fversions%2F1,404",
    "/v2/models//ready,404",
    "//v2,404",
    "/v2/../v2,404",
    "/v2/models/..%2F..,404",
    "/v2/models/%zz,400",
    "/v1/explorer?like=%,400",
    "/page/..%2Fopenapi.json,404",
    "/v2?x=/v2/models,200"
  })
  void pathsAreSplitBeforeTheyAreDecoded(String path, int status) {
    String request = LIVE.replace("/v2/health/live", path);
    assertThat(RawHttp.send(server, request).only().status()).as(path).isEqualTo(status);
  }

  private static byte[] gzip(byte[] bytes) throws IOException {
    ByteArrayOutputStream zipped = new ByteArrayOutputStream();
    try (GZIPOutputStream stream = new GZIPOutputStream(zipped)) {
      stream.write(bytes);
    }
    return zipped.toByteArray();
  }

  private static byte[] bytes(String text, byte[]... more) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    all.writeBytes(text.getBytes(StandardCharsets.ISO_8859_1));
    for (byte[] part : more) {
      all.writeBytes(part);
    }
    return all.toByteArray();
  }

  private RawHttp.Conversation classify(String coding, byte[] body) {
    String fields = "Content-Encoding: %s\r\nContent-Length: %d\r\n".formatted(coding, body.length);
    return RawHttp.send(
        server, bytes(post("/v1/classify", fields, ""), body, LIVE.getBytes(US_ASCII)));
  }

  @Test
  void compressedBodiesAreReadWithinTheSameBounds() throws IOException {
    for (String coding : List.of("gzip", "GZIP", "x-gzip", "identity, gzip")) {
      assertThat(classify(coding, gzip(RED)).statuses()).as(coding).containsExactly(200, 200);
    }
    assertThat(classify("identity", RED).statuses()).containsExactly(200, 200);
    assertThat(classify("br", RED).statuses()).containsExactly(415, 200);
    assertThat(classify("gzip, gzip", gzip(gzip(RED))).statuses()).containsExactly(415, 200);
    assertThat(classify("gzip", RED).statuses()).containsExactly(400, 200);
    byte[] whole = gzip(RED);
    assertThat(classify("gzip", Arrays.copyOf(whole, whole.length - 5)).statuses())
        .containsExactly(400, 200);
    byte[] twoMembers =
        bytes("", gzip(Arrays.copyOf(RED, 30)), gzip(Arrays.copyOfRange(RED, 30, RED.length)));
    assertThat(classify("gzip", twoMembers).statuses()).containsExactly(200, 200);
    for (byte[] behind :
        List.of(
            new byte[1], new byte[16], "garbage".getBytes(US_ASCII), Arrays.copyOf(whole, 12))) {
      assertThat(classify("gzip", bytes("", whole, behind)).statuses().getFirst()).isEqualTo(400);
    }
    // 20 MB in 20 kB.
    assertThat(classify("gzip", gzip(new byte[20 << 20])).statuses().getFirst()).isEqualTo(413);
  }

  @Test
  void chunkThatIsTooLargeIsRefusedBeforeItsBytesAreHere() {
    for (String size : List.of("100001", "fffffff", "7ffffffffffffff")) {
      RawHttp.Conversation said =
          RawHttp.send(
              server, post("/v1/classify", "Transfer-Encoding: chunked\r\n", size + "\r\nab"));
      assertThat(said.only().status()).as(size).isEqualTo(413);
      assertThat(said.closed()).isTrue();
    }
  }

  /** A sign, a blank, a fraction or a digit of another script is no number. */
  @ParameterizedTest
  @ValueSource(strings = {"%2B3", "-3", "%203", "3.0", "%D9%A3", "0x3", "3e0", "", "99999999999"})
  void numbersAreDigitsAlone(String number) {
    String query = LIVE.replace("v2/health/live", "v1/explorer?cardinality=" + number);
    assertThat(RawHttp.send(server, query).only().status()).isEqualTo(400);
    String header =
        number.replace("%2B", "+").replace("%20", "x").replace("%D9%A3", "\u00d9\u00a3");
    String infer = "/v2/models/colours/infer";
    assertThat(
            RawHttp.send(
                    server,
                    sized(infer, "Inference-Header-Content-Length: " + header + "\r\n", "{}"))
                .only()
                .status())
        .isEqualTo(400);
    int status = number.length() > 10 ? 200 : 400;
    byte[] classify =
        bytes(
            post(
                "/v1/classify",
                "X-Request-Timeout-Ms: %s\r\nContent-Length: %d\r\n".formatted(header, RED.length),
                ""),
            RED);
    assertThat(RawHttp.send(server, classify).only().status()).isEqualTo(status);
  }

  private static String infer(String parameters, String output) {
    return """
    {"inputs": [{"name": "input", "shape": [1, 3, 8, 8], "datatype": "FP32", "data": [%s]}],
     "parameters": {%s}, "outputs": [{"name": "logits", "parameters": {%s}}]}\
    """
        .formatted("0, ".repeat(3 * 64 - 1) + "0", parameters, output);
  }

  @Test
  void parametersOfTheWrongTypeAreNotPassedOver() {
    for (String bad :
        List.of(
            "\"timeout\": \"x\"",
            "\"timeout\": -1",
            "\"timeout\": 1.5",
            "\"timeout\": []",
            "\"binary_data_output\": 1")) {
      var answer = server.post("/v2/models/colours/infer", infer(bad, ""));
      assertThat(answer.statusCode()).as(bad).isEqualTo(400);
    }
    for (String bad :
        List.of("\"classification\": 1.5", "\"classification\": {}", "\"binary_data\": \"yes\"")) {
      var answer = server.post("/v2/models/colours/infer", infer("", bad));
      assertThat(answer.statusCode()).as(bad).isEqualTo(400);
    }
    for (String good :
        List.of("\"timeout\": null", "\"timeout\": 0", "\"timeout\": 9223372036854775807")) {
      var answer = server.post("/v2/models/colours/infer", infer(good, "\"binary_data\": null"));
      assertThat(answer.statusCode()).as(good).isEqualTo(200);
    }
  }

  @Test
  void namesInRequestsAreHarmlessInAnswersAndInTheLog() {
    List<String> log = Collections.synchronizedList(new ArrayList<>());
    ServerOptions options = TestServer.options().withAccessLog(log::add);
    String escapes = "\u001b[31m\u009b\u202e\u2066\u007f\r\nx";
    List<String> said = new ArrayList<>();
    try (TestServer own =
        TestServer.start(options, ColourNetwork.model("colours", "1", new ColourNetwork()))) {
      String encoded = URLEncoder.encode(escapes, UTF_8);
      said.add(text(own.get("/v2/models/" + encoded)));
      said.add(text(own.get("/v1/explorer?like=" + encoded)));
      said.add(text(own.post("/v1/classify?top=" + encoded, RED)));
      String id = "\"id\": \"\\u001b[31m\\u009b\\u202e\", \"inputs\"";
      said.add(text(own.post("/v2/models/colours/infer", infer("", "").replace("\"inputs\"", id))));
      for (String file : List.of("RED", "no picture")) {
        String fileName = escapes.replace("\r\n", "");
        byte[] body =
            bytes(
                "",
                "--X\r\nContent-Disposition: form-data; name=f; filename=\"%s\"\r\n\r\n"
                    .formatted(fileName)
                    .getBytes(UTF_8),
                file.equals("RED") ? RED : file.getBytes(UTF_8),
                "\r\n--X--".getBytes(UTF_8));
        said.add(
            text(
                own.post("/v1/classify", body, "Content-Type", "Multipart/Form-Data; boundary=X")));
      }
    }
    assertThat(said.get(3)).contains("\"id\":\"\\u001B[31m\\u009b\\u202e\"");
    said.addAll(log);
    assertThat(said).hasSize(12).allSatisfy(text -> assertThat(Printable.of(text)).isEqualTo(text));
  }

  private static String text(HttpResponse<byte[]> answer) {
    return new String(answer.body(), UTF_8);
  }

  @Test
  void whatARequestSaysIsRepeatedInPart() {
    String request = infer("", "").replace("\"input\"", "\"" + "n".repeat(100_000) + "\"");
    assertThat(server.post("/v2/models/colours/infer", request).body().length).isLessThan(2000);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "name=f; filename=a.png | a.png",
        "name=\"f\"; filename=\"a\\\"b.png\" | a\\\"b.png",
        "name=\"f\"; filename*=UTF-8''%e2%82%ac.png | €.png",
        "name=\"f\" | f",
        "name=\"f\"; filename=\"\" | picture"
      })
  void partsHaveTheNameOfTheirFile(String disposition, String name) {
    byte[] body =
        bytes(
            "--X\r\nContent-Disposition: form-data; " + disposition + "\r\n\r\n",
            RED,
            "\r\n--X--".getBytes(UTF_8));
    var answer = server.post("/v1/classify", body, "Content-Type", "multipart/mixed; boundary=X");
    assertThat(text(answer)).contains("\"name\":\"" + name + "\"");
  }

  @Test
  void nullIsAsAbsentInOptionalFields() throws IOException {
    String nulls = file("infer-nulls.json").replace("32, 32", "8, 8");
    String zeros = "0, ".repeat(3 * 64 - 1) + "0";
    String json = nulls.replaceFirst("(?s)\"data\": \\[.*?]", "\"data\": [" + zeros + "]");
    for (String request :
        List.of(json, json.replace("{\"id\"", "{\"outputs\": null, \"unknown\": null, \"id\""))) {
      RawHttp.Answer said =
          RawHttp.send(server, sized("/v2/models/colours/infer", "", request)).only();
      assertThat(said.status()).as(said.body()).isEqualTo(200);
      assertThat(said.body()).doesNotContain("\"id\"");
    }
  }

  @Test
  void classificationMayBeText() {
    String zeros = "0, ".repeat(3 * 64 - 1) + "0";
    String request =
        """
        {"inputs": [{"name": "input", "shape": [1, 3, 8, 8], "datatype": "FP32", "data": [%s]}],
         "outputs": [{"name": "logits", "parameters": {"classification": %s}}]}\
        """;
    for (String two : List.of("2", "\"2\"")) {
      String body = request.formatted(zeros, two);
      assertThat(RawHttp.send(server, sized("/v2/models/colours/infer", "", body)).only().body())
          .contains("\"data\":[\"0.0:0:red\",\"0.0:1:green\"]");
    }
    for (String bad : List.of("\"two\"", "\"-1\"", "true", "-1")) {
      String body = request.formatted(zeros, bad);
      assertThat(RawHttp.send(server, sized("/v2/models/colours/infer", "", body)).only().status())
          .as(bad)
          .isEqualTo(400);
    }
  }

  @Test
  void rawBinaryRequestsAreTensors() {
    ByteBuffer tensor = ByteBuffer.allocate(2 * 3 * 64 * 4).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < 2 * 3 * 64; i++) {
      tensor.putFloat(i % 192 < 64 ? 0.5f : 0);
    }
    var answer =
        server.post(
            "/v2/models/colours/infer", tensor.array(), "Inference-Header-Content-Length", "0");
    assertThat(answer.statusCode()).isEqualTo(200);
    int length =
        Integer.parseInt(
            answer.headers().firstValue("Inference-Header-Content-Length").orElseThrow());
    JsonNode head = TestServer.JSON.readTree(Arrays.copyOf(answer.body(), length));
    assertThat(head.get("outputs").get(0).get("shape").toString()).isEqualTo("[2,3]");
    float logit =
        ByteBuffer.wrap(answer.body()).order(ByteOrder.LITTLE_ENDIAN).position(length).getFloat();
    assertThat(logit).isEqualTo(5f);
    assertThat(
            server
                .post(
                    "/v2/models/colours/infer", new byte[7], "Inference-Header-Content-Length", "0")
                .statusCode())
        .isEqualTo(400);
  }

  @Test
  void indexShowsOnReadyModelsWhereThatIsAsked() {
    for (String all : List.of("", "{}", "{\"ready\": false}", "{\"ready\": null}")) {
      assertThat(TestServer.json(server.post("/v2/repository/index", all))).hasSize(1);
    }
    assertThat(TestServer.json(server.post("/v2/repository/index", "{\"ready\": true}")))
        .hasSize(1);
    for (String bad : List.of("[]", "{\"ready\": 1}", "{", "nonsense")) {
      assertThat(server.post("/v2/repository/index", bad).statusCode()).as(bad).isEqualTo(400);
    }
  }

  @Test
  void webSitesOfTheOptionsMayAskAndOthersMayNot() {
    List<String> lines =
        List.of(
            "OPTIONS /v1/classify HTTP/1.1",
            "Host: localhost",
            "Origin: https://%s",
            "Access-Control-Request-Method: POST");
    String ask = String.join("\r\n", lines) + "\r\n\r\n";
    RawHttp.Answer shared = RawHttp.send(server, ask.formatted("shop.example")).only();
    assertThat(shared.status()).isEqualTo(204);
    assertThat(shared.has("Access-Control-Allow-Origin: https://shop.example")).isTrue();
    assertThat(shared.has("Access-Control-Allow-Methods: GET, HEAD, POST")).isTrue();
    RawHttp.Answer other = RawHttp.send(server, ask.formatted("evil.example")).only();
    assertThat(other.head()).doesNotContain("Access-Control");
    for (String site : List.of("shop.example", "evil.example")) {
      var answer =
          server.post(
              "/v1/classify", RED, "Origin", "https://" + site, "Sec-Fetch-Site", "cross-site");
      assertThat(answer.statusCode()).isEqualTo(site.startsWith("shop") ? 200 : 403);
      assertThat(answer.headers().firstValue("Access-Control-Allow-Origin").isPresent())
          .isEqualTo(site.startsWith("shop"));
    }
  }

  @Test
  void answersThatAreNotFiniteAreAnErrorOfThatRequestAlone() {
    ColourNetwork colours = new ColourNetwork();
    Network broken =
        new Network() {
          @Override
          public Shape input() {
            return colours.input();
          }

          @Override
          public int classes() {
            return colours.classes();
          }

          @Override
          public Shape features() {
            return colours.features();
          }

          @Override
          public void run(float[] images, int count, float[] logits, float[] features) {
            colours.run(images, count, logits, features);
            for (int i = 0; i < count * 3; i++) {
              // Red pictures overflow.
              logits[i] = logits[i] > 5 && i % 3 == 0 ? Float.NaN : logits[i];
            }
          }

          @Override
          public float[] evidence(float[] features, int picture, int classIndex) {
            return colours.evidence(features, picture, classIndex);
          }

          @Override
          public void close() {
            colours.close();
          }
        };
    String tensor = "1, ".repeat(64) + "0, ".repeat(127) + "0";
    String json =
        "{\"inputs\": [{\"name\": \"input\", \"shape\": [1, 3, 8, 8], \"datatype\": \"FP32\","
            + " \"data\": ["
            + tensor
            + "]}]}";
    try (TestServer one =
        TestServer.start(TestServer.options(), ColourNetwork.model("broken", "1", broken))) {
      for (var answer :
          List.of(
              one.post("/v1/classify", RED),
              one.post("/v1/classify?explain=true", RED),
              one.post("/v2/models/broken/infer", json))) {
        assertThat(answer.statusCode()).isEqualTo(500);
        assertThat(TestServer.json(answer).get("error").asString()).contains("not finite");
      }
      byte[] green = TestServer.png(Color.GREEN, 8, 8);
      assertThat(one.post("/v1/classify", green).statusCode()).isEqualTo(200);
    }
  }

  @Test
  void modelThatWasServedFirstIsTheOneForThoseWhoNameNone() {
    try (TestServer two =
        TestServer.start(
            TestServer.options(),
            ColourNetwork.model("zebra", "1", new ColourNetwork()),
            ColourNetwork.model("apple", "1", new ColourNetwork()))) {
      assertThat(TestServer.json(two.post("/v1/classify", RED)).get("model").asString())
          .isEqualTo("zebra");
      assertThat(TestServer.json(two.get("/v1/models")).at("/models/0/name").asString())
          .isEqualTo("zebra");
      two.post("/v2/repository/models/zebra/unload", "");
      // Another network's answer is not the same thing.
      assertThat(two.post("/v1/classify", RED).statusCode()).isEqualTo(503);
    }
  }
}
