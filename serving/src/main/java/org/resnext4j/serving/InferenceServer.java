package org.resnext4j.serving;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import javax.net.ssl.SSLContext;
import org.resnext4j.serving.batch.Batcher;
import org.resnext4j.serving.batch.OverloadedException;
import org.resnext4j.serving.http.ClientGoneException;
import org.resnext4j.serving.http.Exchange;
import org.resnext4j.serving.http.HttpServer;
import org.resnext4j.serving.http.Limits;
import org.resnext4j.serving.http.Reply;
import org.resnext4j.serving.http.RequestException;
import org.resnext4j.serving.http.Routes;
import org.resnext4j.serving.http.Routes.Route;
import org.resnext4j.serving.http.Service;
import org.resnext4j.serving.page.BoardLine;
import org.resnext4j.serving.page.Explorer;
import org.resnext4j.serving.page.Page;
import org.resnext4j.serving.page.Runs;
import org.resnext4j.vision.text.Printable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The service. It listens for requests and answers them with the models of its {@link #repository}.
 *
 * <p>Each connection has its own virtual thread, so a waiting request costs only memory. {@link
 * #close} shuts down in order: the service stops being ready, accepts no new connections, answers
 * the running requests and then releases the models.
 *
 * {@snippet :
 * InferenceServer server = InferenceServer.start(ServerOptions.defaults(), source, List::of);
 * server.repository().add(ServedModel.of("mine", "1", Classifier.load(file)));
 * server.becomeReady();
 * // until the process ends
 * server.close();
 * }
 */
public final class InferenceServer implements AutoCloseable {

  /** The key of the route among a request's details. */
  private static final String ROUTE = "route";

  private static final Logger LOG = LoggerFactory.getLogger(InferenceServer.class);

  private final ServerOptions options;
  private final Telemetry telemetry;
  private final Batcher batcher;
  private final ModelRepository repository;
  private final Api api;
  private final Runs runs;
  private final Supplier<List<BoardLine>> board;
  private final Page page = new Page();
  private final Access access;
  private final Decoders decoders;
  private final Routes routes;
  private final HttpServer http;
  private final AtomicInteger active = new AtomicInteger();
  private volatile boolean ready;
  private volatile boolean closing;

  private InferenceServer(
      ServerOptions options,
      Optional<SSLContext> certificate,
      ModelRepository.Source source,
      Supplier<List<BoardLine>> board) {
    this.options = options;
    this.board = board;
    this.access = new Access(options);
    this.telemetry = new Telemetry(options.accessLog());
    this.batcher = new Batcher(options.batching(), telemetry::batch);
    this.repository = new ModelRepository(batcher, source);
    this.decoders = Decoders.forLimits(options.limits());
    this.api = new Api(repository, decoders, options);
    this.runs = new Runs(options.runs());
    this.routes = new Routes(routes());
    try {
      this.http =
          HttpServer.start(
              options.host(), options.port(), certificate, options.limits(), new Answering());
    } catch (RuntimeException e) {
      release();
      throw e;
    }
    telemetry.gauge("resnext_connections", "Connections that are open.", http::connections);
    telemetry.counter(
        "resnext_connections_refused",
        "Connections beyond the bound, answered with 503.",
        http::refused);
    telemetry.counter(
        "resnext_requests_malformed", "Messages that were no HTTP requests.", http::malformed);
    telemetry.gauge(
        "resnext_models_ready", "Models that answer requests.", () -> repository.ready().size());
    telemetry.gauge("resnext_requests_active", "Requests that are being answered.", active::get);
    telemetry.gauge("resnext_ready", "1 while the service is ready.", () -> isReady() ? 1 : 0);
  }

  /**
   * Starts a service. It is live at once and ready after {@link #becomeReady}.
   *
   * @param source models that may be loaded by name
   * @param board supplies the lines of the results board for each request
   * @throws IllegalStateException if it cannot listen there
   * @throws IllegalArgumentException if the certificate and the key cannot be used
   */
  public static InferenceServer start(
      ServerOptions options, ModelRepository.Source source, Supplier<List<BoardLine>> board) {
    Optional<SSLContext> certificate =
        options.tls().map(files -> HttpServer.certificate(files.certificate(), files.key()));
    return new InferenceServer(options, certificate, source, board);
  }

  /** The models of this service. */
  public ModelRepository repository() {
    return repository;
  }

  /** The port that the service listens on. */
  public int port() {
    return http.port();
  }

  /** The address of the page. */
  public URI address() {
    String host = options.host().contains(":") ? "[" + options.host() + "]" : options.host();
    return URI.create(
        "%s://%s:%d/".formatted(options.tls().isPresent() ? "https" : "http", host, port()));
  }

  /** Marks the service as ready after its initial models are loaded. */
  public void becomeReady() {
    ready = true;
  }

  /** Whether models are loaded and no shutdown has begun. */
  public boolean isReady() {
    return ready && !closing && !repository.ready().isEmpty();
  }

  /** Shuts down. Running requests have the time {@link Limits#drain} to end. */
  @Override
  public void close() {
    synchronized (this) {
      if (closing) {
        return;
      }
      closing = true;
    }
    http.close();
    release();
  }

  private void release() {
    repository.close();
    batcher.close();
    decoders.close();
    telemetry.close();
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
    all.add(post("/v2/repository/index", api::index));
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

  private static Route open(String pattern, Routes.Endpoint endpoint) {
    return new Route("GET", pattern, false, endpoint);
  }

  private static Route get(String pattern, Routes.Endpoint endpoint) {
    return new Route("GET", pattern, true, endpoint);
  }

  private static Route post(String pattern, Routes.Endpoint endpoint) {
    return new Route("POST", pattern, true, endpoint);
  }

  /** Methods and paths of all endpoints, such as {@code GET /v2}. */
  List<String> endpoints() {
    return routes.names();
  }

  private Reply changed(String change, Exchange exchange, Routes.Endpoint endpoint)
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

  /** Finds the endpoint of a request and turns every failure into a reply. */
  private final class Answering implements Service {

    private static final String NOTHING = "unknown";

    @Override
    public Reply answer(Exchange exchange) {
      active.incrementAndGet();
      return access.share(exchange, answerOrError(exchange));
    }

    private Reply answerOrError(Exchange exchange) {
      try {
        return find(exchange);
      } catch (RequestException e) {
        if (e.status() >= 500 && e.getCause() != null) {
          log(e);
        }
        exchange.details().put("error", Reply.shortened(e.getMessage()));
        Reply reply = Reply.error(e.status(), e.getMessage());
        return e.status() == 503 ? reply.with("Retry-After", "1") : reply;
      } catch (OverloadedException e) {
        exchange.details().put("error", Reply.shortened(e.getMessage()));
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
        log(e);
        return Reply.error(503, "there is not enough memory for this request")
            .with("Retry-After", "1");
      } catch (ClientGoneException e) {
        throw e;
      } catch (RuntimeException | StackOverflowError e) {
        // The details of a failure belong in the log, not in a reply.
        log(e);
        return Reply.error(500, "the request failed; the service's log says why");
      }
    }

    /**
     * Writes a failure to the log. Its text may hold names from a request, so control characters
     * are escaped.
     */
    private static void log(Throwable failure) {
      StringWriter trace = new StringWriter();
      failure.printStackTrace(new PrintWriter(trace));
      LOG.error("request failed: {}", Printable.lines(trace.toString()));
    }

    private Reply find(Exchange exchange) throws InterruptedException {
      exchange.details().put(ROUTE, NOTHING);
      boolean everything = exchange.path().equals("*");
      Routes.Match match =
          everything ? Routes.NONE : routes.find(exchange.method(), exchange.path());
      match
          .route()
          .ifPresent(
              route -> exchange.details().put(ROUTE, route.method() + " " + route.pattern()));
      access.admit(match.route(), exchange);
      if (exchange.method().equals("POST") && closing) {
        return Reply.error(503, "the service is shutting down").with("Retry-After", "5");
      }
      if (match.route().isPresent()) {
        exchange.name(match.parameters());
        return match.route().get().endpoint().answer(exchange);
      }
      if (match.allowed().isEmpty() && !everything) {
        return Reply.error(404, "there is nothing here");
      }
      String allowed = everything ? "GET, HEAD, OPTIONS, POST" : String.join(", ", match.allowed());
      return exchange.method().equals("OPTIONS")
          ? Reply.empty().with("Allow", allowed)
          : Reply.error(405, "this path answers " + allowed).with("Allow", allowed);
    }

    @Override
    public void over(Exchange exchange, int status) {
      active.decrementAndGet();
      Map<String, Object> details = new LinkedHashMap<>();
      details.put("client", exchange.client());
      details.put("method", exchange.method());
      details.put("path", exchange.path());
      details.putAll(exchange.details());
      String route = String.valueOf(details.remove(ROUTE));
      telemetry.request(route, status, exchange.age(), details);
    }
  }
}
