package org.resnext4j.benchmarks;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.resnext4j.engine.graph.Graph;
import org.resnext4j.engine.tensor.Weights;
import org.resnext4j.models.Complexity;
import org.resnext4j.models.Initialiser;
import org.resnext4j.models.ResNeXt;
import org.resnext4j.models.onnx.OnnxExport;
import org.resnext4j.models.onnx.OnnxOptions;
import org.resnext4j.models.weights.ModelCard;
import org.resnext4j.models.weights.ModelFile;
import org.resnext4j.models.weights.storage.ElementType;
import org.resnext4j.vision.text.Printable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import tools.jackson.databind.json.JsonMapper;

/**
 * {@code resnext bench}: compares whole networks with other runtimes. Each contender runs in its
 * own process. The rounds alternate (ours, theirs, ours, …), and every figure is computed from the
 * two contenders' times in the same round.
 */
@Command(
    name = "resnext bench",
    mixinStandardHelpOptions = true,
    subcommands = {
      CocoCommand.class,
      LayersCommand.class,
      PicturesCommand.class,
      ServingCommand.class
    },
    description = "Compare the engine with ONNX Runtime and libtorch, side by side in one run.")
public final class Bench implements Callable<Integer> {

  @Spec private CommandSpec spec;

  @Option(
      names = "--model",
      split = ",",
      defaultValue = "resnext50_32x4d",
      description = "Models, separated by commas (default: ${DEFAULT-VALUE}).")
  private List<String> models;

  @Option(
      names = "--batch",
      split = ",",
      description = "Pictures at a time, separated by commas (default: 1, for training 16).")
  private List<Integer> batches = List.of();

  @Option(
      names = "--threads",
      split = ",",
      defaultValue = "1",
      description = "Threads, separated by commas (default: ${DEFAULT-VALUE}).")
  private List<Integer> threads;

  @Option(names = "--size", description = "Side of the pictures (default: the model's usual one).")
  private Optional<Integer> size = Optional.empty();

  @Option(
      names = "--against",
      split = ",",
      description = "onnxruntime, libtorch (default: both; for training libtorch).")
  private List<String> peers = List.of();

  @Option(names = "--train", description = "Compare training steps instead of predictions.")
  private boolean train;

  @Option(
      names = "--rounds",
      defaultValue = "9",
      description = "Alternating rounds after warm-up (default: ${DEFAULT-VALUE}).")
  private int rounds;

  @Option(
      names = "--millis",
      defaultValue = "700",
      description = "How long each side runs in a round (default: ${DEFAULT-VALUE}).")
  private long millis;

  @Option(
      names = "--warmup",
      defaultValue = "4000",
      description =
          "Milliseconds each side runs before it counts, 0 for none (default: ${DEFAULT-VALUE}).")
  private long warmup;

  @Option(names = "--json", description = "Print JSON instead of a table.")
  private boolean json;

  private Bench() {}

  /**
   * Runs the comparison and ends the process with its exit code. The method ignores a first
   * argument {@code bench}, the word after {@code resnext}: the launchers pass it on, because the
   * launcher for Windows cannot remove it.
   */
  public static void main(String[] arguments) {
    boolean named = arguments.length > 0 && arguments[0].equals("bench");
    String[] own = Arrays.copyOfRange(arguments, named ? 1 : 0, arguments.length);
    CommandLine command =
        new CommandLine(new Bench())
            .setCaseInsensitiveEnumValuesAllowed(true)
            .setExecutionExceptionHandler((exception, line, _) -> {
              line.getErr().println(Printable.of("resnext bench: " + exception.getMessage()));
              return exception instanceof IllegalArgumentException ? 2 : 1;
            });
    System.exit(command.execute(own));
  }

  @Override
  public Integer call() throws IOException {
    PrintWriter out = spec.commandLine().getOut();
    List<Comparison> comparisons = new ArrayList<>();
    double[] peaks = new double[threads.size()];
    for (int i = 0; i < peaks.length; i++) {
      peaks[i] = Peak.gigaflops(threads.get(i));
    }
    Path folder = Files.createTempDirectory("resnext-bench");
    try {
      if (!json) {
        out.print(header());
      }
      for (String model : models) {
        write(model, folder);
        for (int count : threads) {
          for (int batch : batches()) {
            for (Contender.Kind peer : peers()) {
              ResNeXt network = ResNeXt.preset(model);
              int side = size.orElse(network.inputSize());
              Workload workload = new Workload(model, side, batch, count, train, folder);
              Comparison comparison = compare(workload, peer);
              comparisons.add(comparison);
              if (!json) {
                out.print(row(comparison, peaks[threads.indexOf(count)]));
                out.flush();
              }
            }
          }
        }
      }
    } finally {
      try (Stream<Path> files = Files.walk(folder)) {
        for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
          Files.delete(file);
        }
      }
    }
    out.print(json ? json(comparisons) : footer(comparisons, peaks));
    out.flush();
    return 0;
  }

  private List<Integer> batches() {
    return batches.isEmpty() ? List.of(train ? 16 : 1) : batches;
  }

  private List<Contender.Kind> peers() {
    if (peers.isEmpty()) {
      return train
          ? List.of(Contender.Kind.LIBTORCH)
          : List.of(Contender.Kind.ONNXRUNTIME, Contender.Kind.LIBTORCH);
    }
    List<Contender.Kind> chosen = new ArrayList<>();
    for (String name : peers) {
      chosen.add(
          Stream.of(Contender.Kind.ONNXRUNTIME, Contender.Kind.LIBTORCH)
              .filter(runtime -> runtime.label().equals(name))
              .findFirst()
              .orElseThrow(() ->
                  new IllegalArgumentException(
                      "--against knows onnxruntime and libtorch, but found '%s'".formatted(name))));
    }
    return chosen;
  }

  /** Writes the same initial weights in each contender's format. */
  private void write(String model, Path folder) throws IOException {
    ResNeXt network = ResNeXt.preset(model);
    Graph graph = network.graph();
    Weights weights = Initialiser.PAPER.initialise(graph, 1);
    Workload names = new Workload(model, 1, 1, 1, train, folder);
    ModelFile file = new ModelFile(network, weights, ModelCard.of(model));
    ModelFile.save(names.safetensors(), file, ElementType.F32);
    if (peers().contains(Contender.Kind.ONNXRUNTIME)) {
      OnnxExport.write(names.onnx(), file, OnnxOptions.DEFAULTS);
    }
  }

  private Comparison compare(Workload workload, Contender.Kind peer) throws IOException {
    Contender.Kind form = fastest(peer, workload);
    try (WorkerProcess ours = new WorkerProcess(Contender.Kind.RESNEXT4J, workload);
        WorkerProcess theirs = new WorkerProcess(form, workload)) {
      double difference = Comparison.difference(ours.result(), theirs.result());
      if (warmup > 0) {
        ours.run(warmup);
        theirs.run(warmup);
      }
      List<Double> ourMillis = new ArrayList<>();
      List<Double> theirMillis = new ArrayList<>();
      for (int round = 0; round < rounds; round++) {
        ourMillis.add(ours.run(millis) / workload.batch());
        theirMillis.add(theirs.run(millis) / workload.batch());
      }
      return new Comparison(
          workload,
          peer,
          form,
          ourMillis,
          theirMillis,
          difference,
          ours.footprint(),
          theirs.footprint());
    }
  }

  /**
   * Returns libtorch's faster memory format on this machine. Trials of both formats alternate, and
   * the shortest time of each format counts. With one trial each, another busy process could make
   * the slower format win.
   */
  private Contender.Kind fastest(Contender.Kind peer, Workload workload) throws IOException {
    if (peer != Contender.Kind.LIBTORCH) {
      return peer;
    }
    try (WorkerProcess planar = new WorkerProcess(Contender.Kind.LIBTORCH, workload);
        WorkerProcess interleaved =
            new WorkerProcess(Contender.Kind.LIBTORCH_CHANNELS_LAST, workload)) {
      if (warmup > 0) {
        planar.run(warmup / 4);
        interleaved.run(warmup / 4);
      }
      double shortestPlanar = Double.POSITIVE_INFINITY;
      double shortestInterleaved = Double.POSITIVE_INFINITY;
      for (int trial = 0; trial < TRIALS; trial++) {
        shortestPlanar = Math.min(shortestPlanar, planar.run(millis));
        shortestInterleaved = Math.min(shortestInterleaved, interleaved.run(millis));
      }
      return shortestPlanar <= shortestInterleaved
          ? Contender.Kind.LIBTORCH
          : Contender.Kind.LIBTORCH_CHANNELS_LAST;
    }
  }

  private static final int TRIALS = 3;

  private static final String COLUMNS =
      "%-18s %5s %7s %-13s %9s %9s %6s  %-13s %6s %9s %-13s %-13s%n";

  private static String header() {
    return COLUMNS.formatted(
        "model",
        "batch",
        "threads",
        "peer",
        "ours ms",
        "peer ms",
        "ratio",
        "(min–max)",
        "peak%",
        "differ",
        "first s",
        "memory MB");
  }

  /**
   * One line of the table. Times are per picture; a ratio above 1 means that our engine is faster.
   */
  private static String row(Comparison comparison, double peak) {
    Workload workload = comparison.workload();
    List<Double> ratios = comparison.ratios();
    long passes = workload.training() ? 3 : 1; // A backward pass costs about two forward ones.
    double gigaflops =
        2e-6
            * passes
            * Complexity.of(workload.network(), workload.size()).multiplyAdds()
            / comparison.oursMillis();
    return String.format(
        Locale.ROOT,
        COLUMNS,
        workload.model(),
        workload.batch(),
        workload.threads(),
        comparison.form().label(),
        "%.2f".formatted(comparison.oursMillis()),
        "%.2f".formatted(comparison.theirMillis()),
        "%.2f".formatted(comparison.ratio()),
        "(%.2f–%.2f)"
            .formatted(
                ratios.stream().min(Double::compare).orElseThrow(),
                ratios.stream().max(Double::compare).orElseThrow()),
        "%.0f%%".formatted(100 * gigaflops / peak),
        "%.1e".formatted(comparison.difference()),
        "%.2f / %.2f"
            .formatted(
                comparison.ourFootprint().firstSeconds(),
                comparison.theirFootprint().firstSeconds()),
        "%.0f / %.0f"
            .formatted(
                comparison.ourFootprint().peakBytes() / 1e6,
                comparison.theirFootprint().peakBytes() / 1e6));
  }

  private String footer(List<Comparison> comparisons, double[] peaks) {
    StringBuilder text = new StringBuilder();
    for (Contender.Kind peer : peers()) {
      List<Double> ratios =
          comparisons.stream().filter(c -> c.peer() == peer).map(Comparison::ratio).toList();
      text.append(
          String.format(
              Locale.ROOT,
              "geometric mean against %s: %.2f%n",
              peer.label(),
              Comparison.geometricMean(ratios)));
    }
    for (int i = 0; i < peaks.length; i++) {
      text.append(
          String.format(
              Locale.ROOT, "FMA peak, %d threads: %.0f GFLOPS%n", threads.get(i), peaks[i]));
    }
    return text.toString();
  }

  private static String json(List<Comparison> comparisons) {
    List<Map<String, Object>> rows = new ArrayList<>();
    for (Comparison comparison : comparisons) {
      Map<String, Object> row = new LinkedHashMap<>();
      row.put("model", comparison.workload().model());
      row.put("batch", comparison.workload().batch());
      row.put("threads", comparison.workload().threads());
      row.put("size", comparison.workload().size());
      row.put("training", comparison.workload().training());
      row.put("peer", comparison.form().label());
      row.put("ours_ms", comparison.oursMillis());
      row.put("peer_ms", comparison.theirMillis());
      row.put("ratio", comparison.ratio());
      row.put("ratios", comparison.ratios());
      row.put("difference", comparison.difference());
      row.put("ours_first_s", comparison.ourFootprint().firstSeconds());
      row.put("peer_first_s", comparison.theirFootprint().firstSeconds());
      row.put("ours_peak_bytes", comparison.ourFootprint().peakBytes());
      row.put("peer_peak_bytes", comparison.theirFootprint().peakBytes());
      rows.add(row);
    }
    return JsonMapper.shared()
            .writerWithDefaultPrettyPrinter()
            .writeValueAsString(Map.of("comparisons", rows))
        + System.lineSeparator();
  }
}
