package org.resnext4j.cli.serving;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.resnext4j.cli.option.LoadingOptions;
import org.resnext4j.cli.option.PictureOptions;
import org.resnext4j.cli.option.WeightsConverter;
import org.resnext4j.cli.terminal.Notices;
import org.resnext4j.evaluation.board.BoardRow;
import org.resnext4j.evaluation.board.ResultsBoard;
import org.resnext4j.inference.Classifier;
import org.resnext4j.inference.NamedWeights;
import org.resnext4j.inference.catalogue.Catalogue;
import org.resnext4j.inference.catalogue.WeightCache;
import org.resnext4j.serving.InferenceServer;
import org.resnext4j.serving.ModelFolder;
import org.resnext4j.serving.ServerOptions;
import org.resnext4j.serving.batch.Batcher;
import org.resnext4j.serving.http.Limits;
import org.resnext4j.serving.page.BoardLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code resnext serve}: starts the HTTP service and its page. */
@Command(
    name = "serve",
    mixinStandardHelpOptions = true,
    description =
        "Serve models over HTTP (Open Inference Protocol v2) and a page for people at /. Without"
            + " models named, the bundled one.")
public final class ServeCommand implements Callable<Integer> {

  @Spec private CommandSpec spec;

  @Mixin private LoadingOptions loading;

  @Mixin private PictureOptions pictures;

  @Option(
      names = "--weights",
      paramLabel = "[NAME=]" + WeightsConverter.LABEL,
      description =
          "A model to serve: "
              + WeightsConverter.NAMES
              + "; under its own name, or the one given. Repeatable.")
  private List<String> weights = List.of();

  @Option(
      names = "--model",
      paramLabel = "NAME",
      description = "Published weights that resnext pull has fetched. Repeatable.")
  private List<String> models = List.of();

  @Option(
      names = "--models",
      paramLabel = "DIR",
      description = "A folder of models that may be loaded while the service runs.")
  private Optional<Path> folder = Optional.empty();

  @Option(
      names = "--host",
      defaultValue = "127.0.0.1",
      description = "Address to listen on (${DEFAULT-VALUE}).")
  private String host;

  @Option(
      names = "--port",
      defaultValue = "8080",
      description = "Port; 0 for any that is free (${DEFAULT-VALUE}).")
  private int port;

  @Option(
      names = "--threads",
      paramLabel = "N",
      description = "Threads that compute (default: one for each physical core).")
  private Optional<Integer> threads = Optional.empty();

  @Option(
      names = "--max-batch",
      defaultValue = "16",
      paramLabel = "N",
      description = "Largest number of pictures in a batch (${DEFAULT-VALUE}).")
  private int maxBatch;

  @Option(
      names = "--max-delay",
      defaultValue = "2",
      paramLabel = "MS",
      description =
          "Longest time in milliseconds that a picture waits for others (${DEFAULT-VALUE}).")
  private int maxDelay;

  @Option(
      names = "--queue",
      defaultValue = "256",
      paramLabel = "N",
      description =
          "Pictures that may wait for a model; more are refused with 429 (${DEFAULT-VALUE}).")
  private int queue;

  @Option(
      names = "--deadline",
      defaultValue = "30",
      paramLabel = "S",
      description = "Seconds that a request may take (${DEFAULT-VALUE}).")
  private int deadline;

  @Option(
      names = "--token",
      defaultValue = "${env:RESNEXT4J_TOKEN:-}",
      description = "Bearer token that requests must carry; or the variable RESNEXT4J_TOKEN.")
  private String token;

  @Option(
      names = "--cors",
      paramLabel = "ORIGIN",
      description =
          "Origin of a web site whose pages may send requests, such as https://example.org; '*' for all. Repeatable.")
  private Set<String> origins = Set.of();

  @Option(names = "--certificate", paramLabel = "PEM", description = "Certificate, for HTTPS.")
  private Optional<Path> certificate = Optional.empty();

  @Option(
      names = "--key",
      paramLabel = "PEM",
      description = "Private key of the certificate (PKCS#8).")
  private Optional<Path> key = Optional.empty();

  @Option(
      names = "--runs",
      defaultValue = "runs",
      paramLabel = "DIR",
      description = "Folder of training runs whose curves the page draws (${DEFAULT-VALUE}).")
  private Path runs;

  @Option(
      names = "--record-dir",
      defaultValue = "results",
      paramLabel = "DIR",
      description = "Folder of evaluations for the results board (${DEFAULT-VALUE}).")
  private Path records;

  @Override
  public Integer call() throws IOException, InterruptedException {
    ModelFolder source = new ModelFolder();
    // Requests without a model's name get the first model of the command line.
    if (isFirst("--model", "--weights")) {
      addPublished(source);
      addFiles(source);
    } else {
      addFiles(source);
      addPublished(source);
    }
    folder.ifPresent(source::addFolder);
    if (source.names().isEmpty()) {
      source.add("bundled", () -> built(builder().bundled()));
    }
    return serve(source);
  }

  private boolean isFirst(String option, String other) {
    return spec.commandLine().getParseResult().originalArgs().stream()
        .map(argument -> argument.replaceFirst("=.*", ""))
        .filter(argument -> argument.equals(option) || argument.equals(other))
        .findFirst()
        .filter(option::equals)
        .isPresent();
  }

  private void addFiles(ModelFolder source) throws IOException {
    for (String each : weights) {
      int equals = each.indexOf('=');
      String called = each.substring(equals + 1);
      NamedWeights found = found(called);
      String name = equals < 0 ? ModelFolder.nameOf(Path.of(called)) : each.substring(0, equals);
      source.add(name, () -> built(builder().weights(found)));
    }
  }

  private static NamedWeights found(String called) throws IOException {
    try {
      return NamedWeights.find(called);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("--weights: " + e.getMessage(), e);
    }
  }

  private void addPublished(ModelFolder source) {
    for (String name : models) {
      var published = Catalogue.standard().find(name);
      source.add(name, () -> built(builder().published(published, WeightCache.standard())));
    }
  }

  private int serve(ModelFolder source) throws IOException, InterruptedException {
    ServerOptions options = options();
    try (InferenceServer server = InferenceServer.start(options, source, this::board)) {
      Thread hook = new Thread(server::close, "shutdown");
      Runtime.getRuntime().addShutdownHook(hook);
      for (String name : source.names()) {
        server.repository().load(name);
      }
      server.becomeReady();
      // Standard output carries only the access log, so that it can be piped.
      PrintWriter out = spec.commandLine().getErr();
      out.printf("Serving %s at %s%n", String.join(", ", source.names()), server.address());
      if (options.tls().isEmpty() && !host.startsWith("127.") && !host.equals("localhost")) {
        out.println("Others can reach this address, and what they send is not encrypted.");
      }
      out.flush();
      new CountDownLatch(1)
          .await(); // Waits for the process's end; the shutdown hook closes the server.
      return 0;
    }
  }

  private void log(String line) {
    PrintWriter out = spec.commandLine().getOut();
    out.println(line);
    out.flush();
  }

  private Classifier built(Classifier.Builder builder) throws IOException {
    Classifier classifier = builder.build();
    Notices.weights(spec.commandLine().getErr(), classifier.notes());
    return classifier;
  }

  private Classifier.Builder builder() {
    Classifier.Builder builder =
        Classifier.builder().batch(maxBatch).loading(loading::apply).adjust(loading::normalized);
    return threads.map(builder::threads).orElse(builder);
  }

  private ServerOptions options() {
    Limits limits = Limits.defaults();
    ServerOptions options =
        ServerOptions.defaults()
            .withAddress(host, port)
            .withBatching(new Batcher.Policy(maxBatch, Duration.ofMillis(maxDelay), queue))
            .withLimits(
                limits.withTimes(Duration.ofSeconds(deadline), limits.receive(), limits.idle()))
            .withReader(pictures.reader())
            .withRuns(runs)
            .withOrigins(origins)
            .withAccessLog(this::log);
    if (!token.isEmpty()) {
      options = options.withToken(token);
    }
    if (certificate.isPresent() != key.isPresent()) {
      throw new IllegalArgumentException("--certificate and --key are of use only together");
    }
    return certificate.isPresent()
        ? options.withTls(new ServerOptions.Tls(certificate.get(), key.orElseThrow()))
        : options;
  }

  private List<BoardLine> board() {
    try {
      return ResultsBoard.load(records).rows().stream().map(ServeCommand::line).toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static BoardLine line(BoardRow row) {
    OptionalDouble measured =
        row.measured().stream().mapToDouble(found -> found.measure().value()).findFirst();
    return new BoardLine(
        row.taskTitle(),
        row.dataSet(),
        row.setting(),
        row.metric(),
        row.unit(),
        row.modelText(),
        row.published(),
        row.source(),
        measured,
        row.measuredText(),
        row.multiplyAdds(),
        row.note());
  }
}
