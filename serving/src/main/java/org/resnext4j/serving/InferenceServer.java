package org.resnext4j.serving;

import io.helidon.common.configurable.Resource;
import io.helidon.common.pki.Keys;
import io.helidon.common.socket.SocketOptions;
import io.helidon.common.tls.Tls;
import io.helidon.http.DirectHandler;
import io.helidon.http.HeaderNames;
import io.helidon.http.HeaderValues;
import io.helidon.http.Method;
import io.helidon.http.Status;
import io.helidon.webserver.CloseConnectionException;
import io.helidon.webserver.WebServer;
import io.helidon.webserver.WebServerConfig;
import io.helidon.webserver.http.DirectHandlers;
import io.helidon.webserver.http.Handler;
import io.helidon.webserver.http.HttpRouting;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import io.helidon.webserver.http1.Http1Config;
import io.helidon.webserver.http1.Http1ConnectionSelector;
import java.net.InetAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeSet;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.resnext4j.serving.batch.Batcher;
import org.resnext4j.serving.batch.OverloadedException;
import org.resnext4j.serving.http.ClientGoneException;
import org.resnext4j.serving.http.Connections;
import org.resnext4j.serving.http.Exchange;
import org.resnext4j.serving.http.Limits;
import org.resnext4j.serving.http.Reply;
import org.resnext4j.serving.http.RequestException;
import org.resnext4j.serving.page.BoardLine;
import org.resnext4j.serving.page.Explorer;
import org.resnext4j.serving.page.Page;
import org.resnext4j.serving.page.Runs;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The service: listens, and answers with the models of its {@link #repository}.
 *
 * <p>Helidon's web server runs every connection on a virtual thread of its own, so waiting for an
 * answer costs no more than memory. {@link #close} shuts down in order: it is not ready any more,
 * accepts nobody new, finishes what it has begun, and then lets go of the models.
 *
 * {@snippet :
 * InferenceServer server = InferenceServer.start(ServerOptions.defaults(), source, List::of);
 * server.repository().add(ServedModel.of("mine", "1", Classifier.load(file)));
 * server.becomeReady();
 * ...
 * server.close();
 * }
 */
public final class InferenceServer implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(InferenceServer.class);

  /** The nearest there is to a status for a client that went away; never sent, only counted. */
  private static final int CLIENT_GONE = 499;

  private final ServerOptions options;
  private final Telemetry telemetry;
  private final Batcher batcher;
  private final ModelRepository repository;
  private final Connections connections;
  private final Semaphore memory;
  private final Api api;
  private final Runs runs;
  private final Supplier<List<BoardLine>> board;
  private final Page page = new Page();
  private final List<Route> routes;
  private final WebServer server;
  private final AtomicInteger active = new AtomicInteger();
  private volatile boolean ready;
  private volatile boolean closing;
  private volatile int port;

  /** An endpoint. */
  private interface Endpoint {
    Reply answer(Exchange exchange) throws InterruptedException;
  }

  /**
   * Where an endpoint is found.
   *
   * @param guarded whether it asks for the token, if there is one
   */
  record Route(Method method, String pattern, boolean guarded, Endpoint endpoint) {}

  private InferenceServer(
      ServerOptions options,
      Optional<Tls> tls,
      ModelRepository.Source source,
      Supplier<List<BoardLine>> board) {
    this.options = options;
    this.board = board;
    this.telemetry = new Telemetry(options.accessLog());
    this.batcher = new Batcher(options.batching(), telemetry::batch);
    this.repository = new ModelRepository(batcher, source);
    this.api = new Api(repository, options);
    this.runs = new Runs(options.runs());
    this.memory =
        new Semaphore((int) Math.min(Integer.MAX_VALUE, options.limits().memoryBytes() / 1024));
    this.routes = routes();
    Http1Config http =
        Http1Config.builder()
            .maxHeadersSize(options.limits().headerBytes())
            .maxPrologueLength(8192)
            .sendKeepAliveHeader(false)
            .build();
    this.connections =
        new Connections(Http1ConnectionSelector.builder().config(http).build(), options.limits());
    telemetry.gauge("resnext_connections", "Connections that are open.", () -> connections.count());
    telemetry.counter(
        "resnext_connections_refused",
        "Connections beyond the bound, answered with 503.",
        () -> connections.refused());
    telemetry.gauge(
        "resnext_models_ready", "Models that answer requests.", () -> repository.ready().size());
    telemetry.gauge(
        "resnext_requests_active", "Requests that are being answered.", () -> active.get());
    telemetry.gauge("resnext_ready", "1 while the service is ready.", () -> isReady() ? 1 : 0);
    this.server = webServer(tls);
  }

  /**
   * Starts to listen. The service is live at once and ready after {@link #becomeReady}.
   *
   * @param source models that may be loaded by name
   * @param board the lines of the results board, asked for whenever the page is
   * @throws IllegalStateException if it cannot listen there
   * @throws IllegalArgumentException if certificate or key are of no use
   */
  public static InferenceServer start(
      ServerOptions options, ModelRepository.Source source, Supplier<List<BoardLine>> board) {
    Optional<Tls> tls = options.tls().map(InferenceServer::tls);
    InferenceServer inference = new InferenceServer(options, tls, source, board);
    try {
      inference.server.start();
      inference.port = inference.server.port();
    } catch (RuntimeException e) {
      inference.release();
      throw new IllegalStateException(
          "cannot listen on %s:%d: %s".formatted(options.host(), options.port(), rootMessage(e)),
          e);
    }
    return inference;
  }

  private static String rootMessage(Throwable e) {
    return e.getCause() == null ? String.valueOf(e.getMessage()) : rootMessage(e.getCause());
  }

  /** The models it answers with. */
  public ModelRepository repository() {
    return repository;
  }

  /** The port it listens on. */
  public int port() {
    return port;
  }

  /** Where people find the page. */
  public URI address() {
    String host = options.host().contains(":") ? "[" + options.host() + "]" : options.host();
    return URI.create(
        "%s://%s:%d/".formatted(options.tls().isPresent() ? "https" : "http", host, port()));
  }

  /** Says that the models asked for at the start are loaded. */
  public void becomeReady() {
    ready = true;
  }

  /** Whether it answers: models are loaded, and it is not shutting down. */
  public boolean isReady() {
    return ready && !closing && !repository.ready().isEmpty();
  }

  /** Shuts down; requests under way are answered within {@link Limits#drain}. */
  @Override
  public void close() {
    synchronized (this) {
      if (closing) {
        return;
      }
      closing = true;
    }
    server.stop();
    release();
  }

  private void release() {
    connections.close();
    repository.close();
    batcher.close();
    telemetry.close();
  }

  private WebServer webServer(Optional<Tls> tls) {
    WebServerConfig.Builder builder =
        WebServer.builder()
            .host(options.host())
            .port(options.port())
            .shutdownHook(false)
            .maxTcpConnections(options.limits().connections() + Connections.REFUSING)
            .maxPayloadSize(options.limits().bodyBytes())
            .shutdownGracePeriod(options.limits().drain())
            .connectionOptions(SocketOptions.builder().tcpNoDelay(true).build())
            // Blocking sockets: with TLS they may be read by one thread and written by another.
            .useNio(false)
            .protocolsDiscoverServices(false)
            .addConnectionSelector(connections)
            .directHandlers(directHandlers())
            .routing(this::route);
    tls.ifPresent(plain ->
        builder.tls(Tls.builder().sslContext(connections.bounded(plain.sslContext())).build()));
    return builder.build();
  }

  private static Tls tls(ServerOptions.Tls files) {
    try {
      Keys keys =
          Keys.builder()
              .pem(pem ->
                  pem.key(Resource.create(files.key()))
                      .certChain(Resource.create(files.certificate())))
              .build();
      return Tls.builder().privateKey(keys).privateKeyCertChain(keys).build();
    } catch (RuntimeException e) {
      throw new IllegalArgumentException(
          "%s and %s should be a certificate and its private key (PKCS#8) in PEM form: %s"
              .formatted(files.certificate(), files.key(), rootMessage(e)),
          e);
    }
  }

  /** Answers to what is no request, in the same form as all errors. */
  private static DirectHandlers directHandlers() {
    DirectHandler json =
        (request, type, status, headers, message) -> {
          // Helidon has no message for some, such as headers that are too large.
          String said = Objects.requireNonNullElse(message, "");
          if (Connections.CURRENT.isBound()) {
            Connections.CURRENT.get().refuseBody();
          }
          String text =
              status.code() == Status.REQUEST_ENTITY_TOO_LARGE_413.code()
                  ? "the request is too large"
                  : said.isEmpty() ? status.reasonPhrase() : said;
          headers.set(HeaderValues.CONTENT_TYPE_JSON);
          return DirectHandler.TransportResponse.builder()
              .status(status)
              .headers(headers)
              .keepAlive(false)
              .entity(Reply.error(status.code(), text).body())
              .build();
        };
    DirectHandlers.Builder handlers = DirectHandlers.builder();
    for (DirectHandler.EventType type : DirectHandler.EventType.values()) {
      handlers.addHandler(type, json);
    }
    return handlers.build();
  }

  private List<Route> routes() {
    List<Route> all = new ArrayList<>();
    all.add(open("/v2", _ -> api.server()));
    all.add(open("/v2/health/live", _ -> Reply.json(Map.of("live", true))));
    all.add(open("/v2/health/ready", _ -> readiness()));
    for (String model : List.of("/v2/models/{model}", "/v2/models/{model}/versions/{version}")) {
      all.add(get(model, api::metadata));
      all.add(get(model + "/ready", api::modelReady));
      all.add(post(model + "/infer", api::infer));
    }
    all.add(post("/v2/repository/index", _ -> api.index()));
    all.add(
        post(
            "/v2/repository/models/{model}/load",
            exchange -> changed("load", exchange, api::load)));
    all.add(
        post(
            "/v2/repository/models/{model}/unload",
            exchange -> changed("unload", exchange, api::unload)));
    all.add(post("/v1/classify", api::classify));
    all.add(get("/v1/models", _ -> api.models()));
    all.add(get("/v1/board", _ -> Reply.json(board.get())));
    all.add(get("/v1/explorer", InferenceServer::explore));
    all.add(get("/v1/runs", _ -> Reply.json(runs.list())));
    all.add(
        get(
            "/v1/runs/{run}",
            exchange ->
                Reply.json(
                    runs.read(
                        exchange.path("run"), exchange.query("from", 0, 0, Integer.MAX_VALUE)))));
    all.add(
        get(
            "/metrics",
            _ ->
                Reply.text(
                    "text/plain; version=0.0.4", telemetry.scrape(batcher.waitingPictures()))));
    all.add(open("/openapi.json", exchange -> page.file("openapi.json", exchange)));
    all.add(open("/", exchange -> page.file("index.html", exchange)));
    all.add(open("/page/{file}", exchange -> page.file(exchange.path("file"), exchange)));
    return List.copyOf(all);
  }

  private static Reply explore(Exchange exchange) {
    String like = exchange.query("like").orElse("resnext50_32x4d");
    return exchange.query("cardinality").isPresent()
        ? Reply.json(Explorer.solve(like, exchange.query("cardinality", 0, 1, 512)))
        : Reply.json(Explorer.overview(like));
  }

  private static Route open(String pattern, Endpoint endpoint) {
    return new Route(Method.GET, pattern, false, endpoint);
  }

  private static Route get(String pattern, Endpoint endpoint) {
    return new Route(Method.GET, pattern, true, endpoint);
  }

  private static Route post(String pattern, Endpoint endpoint) {
    return new Route(Method.POST, pattern, true, endpoint);
  }

  /** Methods and paths that are answered, such as {@code GET /v2}. */
  List<String> endpoints() {
    return routes.stream().map(r -> r.method().text() + " " + r.pattern()).toList();
  }

  private Reply changed(String change, Exchange exchange, Endpoint endpoint)
      throws InterruptedException {
    long start = System.nanoTime();
    boolean succeeded = false;
    try {
      Reply reply = endpoint.answer(exchange);
      succeeded = true;
      return reply;
    } finally {
      telemetry.modelChange(change, succeeded, Duration.ofNanos(System.nanoTime() - start));
    }
  }

  private Reply readiness() {
    return isReady()
        ? Reply.json(Map.of("ready", true))
        : Reply.json(
            503,
            Reply.ordered(
                "ready",
                false,
                "error",
                closing ? "the service is shutting down" : "models are being loaded"));
  }

  private void route(HttpRouting.Builder routing) {
    Map<String, TreeSet<String>> methods = new LinkedHashMap<>();
    for (Route route : routes) {
      routing.route(route.method(), route.pattern(), handler(route));
      methods.computeIfAbsent(route.pattern(), _ -> new TreeSet<>()).add(route.method().text());
    }
    methods.forEach((pattern, allowed) ->
        routing.any(
            pattern,
            handler(
                new Route(
                    Method.GET,
                    pattern,
                    false,
                    _ ->
                        Reply.error(405, "this path answers " + String.join(", ", allowed))
                            .with("Allow", String.join(", ", allowed))))));
    routing.any(
        handler(
            new Route(
                Method.GET, "unknown", false, _ -> Reply.error(404, "there is nothing here"))));
  }

  private Handler handler(Route route) {
    return (request, response) -> {
      Connections.Connection connection = Connections.CURRENT.get();
      connection.enter(Connections.Phase.WORKING);
      Exchange exchange = new Exchange(request, connection, options.limits(), memory);
      int status = CLIENT_GONE;
      active.incrementAndGet();
      try (exchange) {
        Reply reply = answer(route, exchange);
        connection.enter(Connections.Phase.SENDING);
        send(reply, response);
        status = reply.status();
      } catch (ClientGoneException e) {
        throw new CloseConnectionException(e.getMessage(), e);
      } finally {
        connection.enter(Connections.Phase.IDLE);
        active.decrementAndGet();
        log(route, request, exchange, status);
      }
    };
  }

  private void log(Route route, ServerRequest request, Exchange exchange, int status) {
    Map<String, Object> details = new LinkedHashMap<>();
    details.put("client", exchange.connection().client());
    details.put("method", request.prologue().method().text());
    details.put("path", request.path().rawPath());
    details.putAll(exchange.details());
    telemetry.request(
        route.method().text() + " " + route.pattern(), status, exchange.age(), details);
  }

  /** The endpoint's answer, or the error that explains why there is none. */
  private Reply answer(Route route, Exchange exchange) {
    try {
      Optional<Reply> refusal = refuse(route, exchange);
      return refusal.isPresent() ? refusal.get() : route.endpoint().answer(exchange);
    } catch (RequestException e) {
      if (e.status() >= 500 && e.getCause() != null) {
        LOG.error("request failed: {}", e.getMessage(), e.getCause());
      }
      exchange.details().put("error", e.getMessage());
      return Reply.error(e.status(), e.getMessage());
    } catch (OverloadedException e) {
      exchange.details().put("error", e.getMessage());
      return Reply.error(429, e.getMessage())
          .with("Retry-After", Long.toString(e.retryAfter().toSeconds()));
    } catch (ModelRepository.UnknownModelException e) {
      return Reply.error(404, e.getMessage());
    } catch (ModelRepository.NotReadyException e) {
      return Reply.error(503, e.getMessage()).with("Retry-After", "5");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Reply.error(503, "the service is shutting down").with("Retry-After", "5");
    } catch (OutOfMemoryError e) {
      LOG.error("out of memory in a request", e);
      return Reply.error(503, "there is not enough memory for this request")
          .with("Retry-After", "1");
    } catch (ClientGoneException | CloseConnectionException e) {
      throw e;
    } catch (RuntimeException | StackOverflowError e) {
      // What exactly went wrong is for the operator's log, not for a stranger.
      LOG.error("request failed", e);
      return Reply.error(500, "the request failed; the service's log says why");
    }
  }

  private Optional<Reply> refuse(Route route, Exchange exchange) {
    boolean open = options.token().isEmpty();
    if (open && isLoopback() && !isLocalName(exchange.header("Host").orElse(""))) {
      // A web site elsewhere whose name was made to point here (DNS rebinding).
      return Optional.of(Reply.error(403, "this service answers to local names only"));
    }
    if (route.method().equals(Method.POST)) {
      String site = exchange.header("Sec-Fetch-Site").orElse("none");
      if (!site.equals("same-origin") && !site.equals("none")) {
        return Optional.of(Reply.error(403, "requests from other web sites are refused"));
      }
      if (closing) {
        return Optional.of(
            Reply.error(503, "the service is shutting down").with("Retry-After", "5"));
      }
    }
    if (route.guarded() && !open && !isAuthorised(exchange)) {
      return Optional.of(
          Reply.error(401, "a bearer token is needed").with("WWW-Authenticate", "Bearer"));
    }
    return Optional.empty();
  }

  private boolean isAuthorised(Exchange exchange) {
    byte[] expected = ("Bearer " + options.token().orElseThrow()).getBytes(StandardCharsets.UTF_8);
    byte[] found = exchange.header("Authorization").orElse("").getBytes(StandardCharsets.UTF_8);
    return MessageDigest.isEqual(expected, found);
  }

  private boolean isLoopback() {
    return InetAddress.ofLiteral(literal(options.host())).isLoopbackAddress();
  }

  private static String literal(String host) {
    return host.equals("localhost") ? "127.0.0.1" : host;
  }

  private static boolean isLocalName(String host) {
    String name = host.replaceFirst(":\\d*$", "");
    return name.equals("localhost")
        || name.endsWith(".localhost")
        || name.equals("[::1]")
        || name.matches("127\\.\\d{1,3}\\.\\d{1,3}\\.\\d{1,3}");
  }

  private static void send(Reply reply, ServerResponse response) {
    response.status(Status.create(reply.status()));
    response.header(HeaderNames.CONTENT_TYPE, reply.type());
    response.header("X-Content-Type-Options", "nosniff");
    reply.headers().forEach((name, value) -> response.header(name, value));
    response.send(reply.body());
  }
}
