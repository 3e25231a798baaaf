package org.resnext4j.serving;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.resnext4j.engine.graph.Shape;
import org.resnext4j.models.ProjectVersion;
import org.resnext4j.serving.batch.Batcher;
import org.resnext4j.serving.batch.OverloadedException;
import org.resnext4j.serving.http.ClientGoneException;
import org.resnext4j.serving.http.Exchange;
import org.resnext4j.serving.http.Multipart;
import org.resnext4j.serving.http.Reply;
import org.resnext4j.serving.http.RequestException;
import org.resnext4j.serving.protocol.OpenInference;
import org.resnext4j.serving.protocol.Scores;
import org.resnext4j.vision.Image;
import org.resnext4j.vision.ImageReader;
import org.resnext4j.vision.PictureMemory;
import org.resnext4j.vision.Preprocessing;
import org.resnext4j.vision.metrics.Logits;
import org.resnext4j.vision.metrics.Softmax;
import org.resnext4j.vision.transform.Crop;
import org.resnext4j.vision.transform.Resize;

/** The endpoints that use models: inference, classification, metadata and the repository. */
final class Api {

  /** The service starts to watch for a disconnect after this time. Most answers take less. */
  private static final Duration UNWATCHED = Duration.ofMillis(10);

  private static final String PLATFORM = "resnext4j";

  private final ModelRepository repository;
  private final Batcher.Policy policy;
  private final ImageReader reader;
  private final Decoders decoders;

  Api(ModelRepository repository, Decoders decoders, ServerOptions options) {
    this.repository = repository;
    this.decoders = decoders;
    this.policy = options.batching();
    // Browsers rotate pictures by their EXIF orientation, so heat maps fit over them.
    this.reader =
        options.reader().withMaximumBytes(options.limits().bodyBytes()).withOrientation(true);
  }

  /** {@code GET /v2}. */
  Reply server() {
    return Reply.json(
        Reply.ordered(
            "name", "resnext4j",
            "version", ProjectVersion.text(),
            "extensions", List.of("binary_tensor_data", "classification", "model_repository")));
  }

  /** {@code GET /v2/models/{model}[/versions/{version}]}. */
  Reply metadata(Exchange exchange) {
    try (ModelRepository.Lease lease = acquire(exchange)) {
      ServedModel model = lease.model();
      Shape input = model.network().input();
      List<Integer> output = List.of(-1, model.network().classes());
      List<String> versions =
          repository.ready().stream()
              .filter(m -> m.name().equals(model.name()))
              .map(ServedModel::version)
              .toList();
      return Reply.json(
          Reply.ordered(
              "name", model.name(),
              "versions", versions,
              "platform", PLATFORM,
              "inputs",
                  List.of(
                      tensor(
                          "input", List.of(-1, input.channels(), input.height(), input.width()))),
              "outputs",
                  List.of(
                      tensor(OpenInference.LOGITS, output),
                      tensor(OpenInference.PROBABILITIES, output))));
    }
  }

  private static Map<String, Object> tensor(String name, List<Integer> shape) {
    return Reply.ordered("name", name, "datatype", "FP32", "shape", shape);
  }

  /** {@code GET /v2/models/{model}[/versions/{version}]/ready}. */
  Reply modelReady(Exchange exchange) {
    try (ModelRepository.Lease lease = acquire(exchange)) {
      return Reply.json(Reply.ordered("name", lease.model().name(), "ready", true));
    } catch (ModelRepository.NotReadyException e) {
      return Reply.json(
          503,
          Reply.ordered("name", exchange.path("model"), "ready", false, "error", e.getMessage()));
    }
  }

  /** {@code POST /v2/models/{model}[/versions/{version}]/infer}. */
  Reply infer(Exchange exchange) throws InterruptedException {
    try (ModelRepository.Lease lease = acquire(exchange);
        Batcher.Visit visit = lease.lane().enter()) {
      ServedModel model = lease.model();
      exchange.details().put("model", model.name());
      byte[] body = exchange.body();
      OpenInference.Request request =
          OpenInference.read(
              body, jsonLength(exchange, body), model.network().input(), policy.queue());
      visit.prepare();
      float[] images =
          switch (request.pictures()) {
            case OpenInference.Floats floats -> floats.nhwc();
            case OpenInference.Files files ->
                prepare(exchange, model, named(files.files())).tensor();
          };
      Batcher.Answer answer =
          run(
              exchange,
              visit,
              images,
              request.count(),
              false,
              exchange.left(request.timeoutMicros()));
      requireFinite(answer.logits(), model.network().classes());
      OpenInference.Response response =
          OpenInference.write(
              request, model.name(), model.version(), model.labels(), answer.logits());
      boolean json = response.jsonLength() == response.body().length;
      Reply reply =
          new Reply(
              200, json ? Reply.JSON_TYPE : "application/octet-stream", response.body(), Map.of());
      return json
          ? reply
          : reply.with(OpenInference.JSON_LENGTH_HEADER, Integer.toString(response.jsonLength()));
    }
  }

  private static int jsonLength(Exchange exchange, byte[] body) {
    Optional<String> text = exchange.header(OpenInference.JSON_LENGTH_HEADER);
    if (text.isEmpty()) {
      return body.length;
    }
    OptionalLong length = Exchange.number(text.get());
    if (length.isPresent() && length.getAsLong() <= body.length) {
      return (int) length.getAsLong();
    }
    throw new RequestException(
        400,
        "%s should be 0 to the body's %d bytes, found '%s'"
            .formatted(OpenInference.JSON_LENGTH_HEADER, body.length, text.get()));
  }

  private static List<Multipart.Part> named(List<byte[]> files) {
    List<Multipart.Part> parts = new ArrayList<>();
    for (byte[] file : files) {
      parts.add(new Multipart.Part("picture " + (parts.size() + 1), file));
    }
    return parts;
  }

  /** Refuses an answer with NaN or infinity, which JSON cannot express. */
  private static void requireFinite(float[] logits, int classes) {
    OptionalInt notFinite = Logits.notFinite(logits, 0, logits.length);
    if (notFinite.isPresent()) {
      int index = notFinite.getAsInt();
      throw new RequestException(
          500,
          "the network's answer for picture %d is not finite: class %d has the logit %s"
              .formatted(index / classes + 1, index % classes, logits[index]));
    }
  }

  /** {@code POST /v1/classify}. */
  Reply classify(Exchange exchange) throws InterruptedException {
    try (ModelRepository.Lease lease =
            repository.acquire(
                exchange.query("model").orElse(""), exchange.query("version").orElse(""));
        Batcher.Visit visit = lease.lane().enter()) {
      ServedModel model = lease.model();
      exchange.details().put("model", model.name());
      int classes = model.network().classes();
      int top = exchange.query("top", Math.min(5, classes), 1, classes);
      boolean explain = exchange.isOn("explain");
      byte[] body = exchange.body();
      visit.prepare();
      long decoding = System.nanoTime();
      Prepared prepared = prepare(exchange, model, pictures(exchange, body));
      long decoded = System.nanoTime();
      int count = prepared.pictures().size();
      Batcher.Answer answer =
          run(
              exchange,
              visit,
              prepared.tensor(),
              count,
              explain,
              exchange.left(OptionalLong.empty()));
      requireFinite(answer.logits(), classes);
      float[] probabilities = Softmax.rows(answer.logits(), classes);
      List<Map<String, Object>> results = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        results.add(result(prepared.pictures().get(i), i, model, probabilities, top, answer));
      }
      return Reply.json(
          Reply.ordered(
              "model", model.name(),
              "version", model.version(),
              "results", results,
              "timing",
                  Reply.ordered(
                      "decode_ms", millis(Duration.ofNanos(decoded - decoding)),
                      "queue_ms", millis(answer.queued()),
                      "inference_ms", millis(answer.ran()),
                      "total_ms", millis(exchange.age()),
                      "batch", answer.batch())));
    }
  }

  private List<Multipart.Part> pictures(Exchange exchange, byte[] body) {
    String type = exchange.header("Content-Type").orElse("");
    List<Multipart.Part> parts =
        type.toLowerCase(Locale.ROOT).startsWith("multipart/")
            ? Multipart.read(type, body, policy.queue())
            : List.of(new Multipart.Part("picture", body));
    if (parts.isEmpty()) {
      throw new RequestException(400, "the request has no picture");
    }
    return parts;
  }

  /**
   * Decoded pictures.
   *
   * @param pictures names and sizes
   * @param tensor the input of the network, {@code [count, height, width, 3]}
   */
  @SuppressWarnings("ArrayRecordComponent") // Never compared.
  private record Prepared(List<Picture> pictures, float[] tensor) {}

  /** A decoded picture's name, its size, and its size after the resize. */
  private record Picture(String name, int height, int width, Resize.Size resized) {}

  private Prepared prepare(Exchange exchange, ServedModel model, List<Multipart.Part> files)
      throws InterruptedException {
    Preprocessing preprocessing = model.preprocessing();
    int size = preprocessing.elements();
    float[] tensor = new float[files.size() * size];
    List<Picture> pictures = new ArrayList<>();
    for (Multipart.Part file : files) {
      byte[] content = file.content();
      int at = pictures.size() * size;
      pictures.add(
          decoders.decode(
              exchange.left(OptionalLong.empty()),
              () ->
                  PictureMemory.during(() -> {
                    Image image = reader.read(content, file.name());
                    preprocessing.apply(image, tensor, at);
                    return new Picture(
                        file.name(),
                        image.height(),
                        image.width(),
                        preprocessing.resizedSize(image));
                  })));
    }
    return new Prepared(pictures, tensor);
  }

  private static Map<String, Object> result(
      Picture picture,
      int index,
      ServedModel model,
      float[] probabilities,
      int top,
      Batcher.Answer answer) {
    int classes = model.network().classes();
    int[] best = Scores.top(probabilities, index * classes, classes, top);
    List<Map<String, Object>> predictions = new ArrayList<>();
    for (int label : best) {
      predictions.add(
          Reply.ordered(
              "label",
              model.labels().get(label),
              "index",
              label,
              "probability",
              probabilities[index * classes + label]));
    }
    Map<String, Object> result =
        Reply.ordered(
            "name", picture.name(),
            "width", picture.width(),
            "height", picture.height(),
            "predictions", predictions);
    if (answer.features().length > 0) {
      Shape map = model.network().features();
      result.put(
          "heatmap",
          Reply.ordered(
              "label", model.labels().get(best[0]),
              "rows", map.height(),
              "columns", map.width(),
              "region", region(picture, model.preprocessing()),
              "values", model.network().evidence(answer.features(), index, best[0])));
    }
    return result;
  }

  /** The rectangle of a picture that the network saw, in the pixels of the picture. */
  private static Map<String, Object> region(Picture picture, Preprocessing preprocessing) {
    Resize.Size resized = picture.resized();
    Crop window = preprocessing.window(resized);
    double down = (double) picture.height() / resized.height();
    double across = (double) picture.width() / resized.width();
    return Reply.ordered(
        "x", window.left() * across,
        "y", window.top() * down,
        "width", window.width() * across,
        "height", window.height() * down);
  }

  private static Batcher.Answer run(
      Exchange exchange,
      Batcher.Visit visit,
      float[] images,
      int count,
      boolean features,
      Duration left)
      throws InterruptedException {
    long end = System.nanoTime() + left.toNanos();
    CompletableFuture<Batcher.Answer> coming = visit.submit(images, count, features, left);
    try {
      Optional<Batcher.Answer> soon = await(coming, UNWATCHED);
      if (soon.isEmpty()) {
        exchange.watch(() -> coming.cancel(false));
        soon = await(coming, Duration.ofNanos(Math.max(0, end - System.nanoTime())));
      }
      Batcher.Answer answer = soon.orElseThrow(() -> tooLate());
      exchange.details().put("pictures", count);
      exchange.details().put("batch", answer.batch());
      exchange.details().put("queue_ms", millis(answer.queued()));
      exchange.details().put("inference_ms", millis(answer.ran()));
      return answer;
    } catch (CancellationException e) {
      throw new ClientGoneException(e);
    } catch (ExecutionException e) {
      switch (e.getCause()) {
        case TimeoutException _ -> throw tooLate();
        case OverloadedException overloaded -> throw overloaded;
        default -> throw new RequestException(500, "the network failed", e.getCause());
      }
    }
  }

  private static Optional<Batcher.Answer> await(
      CompletableFuture<Batcher.Answer> answer, Duration time)
      throws InterruptedException, ExecutionException {
    try {
      return Optional.of(answer.get(time.toNanos(), TimeUnit.NANOSECONDS));
    } catch (TimeoutException e) {
      return Optional.empty();
    }
  }

  private static RequestException tooLate() {
    return new RequestException(504, "the request's time was over before its answer was there");
  }

  /** {@code GET /v1/models}: the models with their facts, for the page. */
  Reply models() {
    List<Map<String, Object>> models = new ArrayList<>();
    for (ServedModel model : repository.ready()) {
      Shape input = model.network().input();
      models.add(
          Reply.ordered(
              "name", model.name(),
              "version", model.version(),
              "architecture", model.facts().architecture(),
              "input", List.of(input.height(), input.width(), input.channels()),
              "classes", model.network().classes(),
              "parameters", model.facts().parameters(),
              "multiplyAdds", model.facts().multiplyAdds(),
              "provenance", model.facts().provenance()));
    }
    return Reply.json(Reply.ordered("models", models, "index", repository.index()));
  }

  /**
   * {@code POST /v2/repository/index}: lists all models, or only the ready ones if the body has
   * {@code "ready": true}.
   */
  Reply index(Exchange exchange) {
    boolean ready = OpenInference.readyOnly(exchange.body());
    return Reply.json(
        repository.index().stream()
            .filter(status -> !ready || status.state() == ModelRepository.State.READY)
            .toList());
  }

  /**
   * {@code POST /v2/repository/models/{model}/load}. A platform thread loads the model, because
   * loading takes seconds and would block a carrier of the virtual threads that serve.
   */
  Reply load(Exchange exchange) throws InterruptedException {
    String name = exchange.path("model");
    FutureTask<Reply> loading =
        new FutureTask<>(() -> {
          repository.load(name);
          return Reply.json(Map.of());
        });
    Thread.ofPlatform().name("loader").daemon().start(loading);
    try {
      return loading.get();
    } catch (ExecutionException e) {
      switch (e.getCause()) {
        case IOException bad -> throw cannotLoad(name, bad);
        case IllegalArgumentException bad -> throw cannotLoad(name, bad);
        case RuntimeException other -> throw other;
        case Error error -> throw error;
        default -> throw new IllegalStateException(e.getCause());
      }
    }
  }

  private static RequestException cannotLoad(String name, Exception why) {
    return new RequestException(
        400, "model '%s' cannot be loaded: %s".formatted(name, why.getMessage()), why);
  }

  /** {@code POST /v2/repository/models/{model}/unload}. */
  Reply unload(Exchange exchange) {
    repository.unload(exchange.path("model"));
    return Reply.json(Map.of());
  }

  private ModelRepository.Lease acquire(Exchange exchange) {
    return repository.acquire(exchange.path("model"), exchange.path("version"));
  }

  private static double millis(Duration time) {
    return Math.round(time.toNanos() / 1e4) / 100.0;
  }
}
