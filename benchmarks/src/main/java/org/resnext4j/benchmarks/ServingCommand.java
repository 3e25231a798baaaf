package org.resnext4j.benchmarks;

import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.resnext4j.inference.Classifier;
import org.resnext4j.models.Initialiser;
import org.resnext4j.models.ResNeXt;
import org.resnext4j.models.onnx.OnnxExport;
import org.resnext4j.models.onnx.OnnxOptions;
import org.resnext4j.models.weights.ModelCard;
import org.resnext4j.models.weights.ModelFile;
import org.resnext4j.models.weights.storage.ElementType;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * {@code resnext bench serving}: compares the service with the same service on ONNX Runtime, and
 * with its own engine alone. Both services and the clients run in separate processes and
 * communicate over loopback. The rounds alternate, and every ratio is computed from the two sides'
 * times in the same round.
 */
@Command(
    name = "serving",
    mixinStandardHelpOptions = true,
    description = "The service beside the same service on ONNX Runtime, on loopback.")
final class ServingCommand implements Callable<Integer> {

  private static final String BUNDLED = "bundled";
  private static final String COLUMNS = "%-18s %7s %9s %9s %6s  %-13s %-22s %-22s%n";

  @Spec private CommandSpec spec;

  @Option(
      names = "--model",
      split = ",",
      defaultValue = "resnext50_32x4d",
      description = "Models, or bundled, separated by commas (default: ${DEFAULT-VALUE}).")
  private List<String> models;

  @Option(
      names = "--clients",
      split = ",",
      defaultValue = "1,8,32",
      description = "Clients at once, separated by commas (default: ${DEFAULT-VALUE}).")
  private List<Integer> clients;

  @Option(
      names = "--threads",
      defaultValue = "2",
      description = "Threads of either engine (default: ${DEFAULT-VALUE}).")
  private int threads;

  @Option(
      names = "--max-batch",
      defaultValue = "16",
      description = "Pictures run together at most (default: ${DEFAULT-VALUE}).")
  private int maxBatch;

  @Option(
      names = "--input",
      defaultValue = "tensor",
      description = "tensor (raw floats) or picture (a JPEG) (default: ${DEFAULT-VALUE}).")
  private ServingLoad.Input input;

  @Option(
      names = "--rounds",
      defaultValue = "7",
      description = "Alternating rounds after warm-up (default: ${DEFAULT-VALUE}).")
  private int rounds;

  @Option(
      names = "--millis",
      defaultValue = "2000",
      description = "How long each side is asked in a round (default: ${DEFAULT-VALUE}).")
  private long millis;

  @Option(
      names = "--warmup",
      defaultValue = "4000",
      description = "Milliseconds each side is asked before it counts (default: ${DEFAULT-VALUE}).")
  private long warmup;

  /**
   * The requests to one service in one round.
   *
   * @param sorted milliseconds of each request, in ascending order
   * @param perSecond requests per second
   */
  private record Round(List<Double> sorted, double perSecond) {

    static Round parse(String nanos, int clients) {
      List<Double> sorted = millis(nanos).stream().sorted().toList();
      // Each client repeats at once, so the rate is the number of clients over the mean time.
      double mean = sorted.stream().mapToDouble(Double::doubleValue).average().orElseThrow();
      return new Round(sorted, 1000 * clients / mean);
    }

    double percentile(int percent) {
      return sorted.get(Math.min(sorted.size() - 1, sorted.size() * percent / 100));
    }
  }

  private static List<Double> millis(String nanos) {
    return Arrays.stream(nanos.split(" ", -1)).map(each -> Long.parseLong(each) / 1e6).toList();
  }

  @Override
  public Integer call() throws IOException {
    PrintWriter out = spec.commandLine().getOut();
    Path folder = Files.createTempDirectory("resnext-bench");
    try {
      for (String model : models) {
        ModelFile file = write(model, folder);
        Workload workload =
            new Workload(model, file.model().inputSize(), maxBatch, threads, false, folder);
        compare(workload, out);
      }
    } finally {
      try (Stream<Path> files = Files.walk(folder)) {
        for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
          Files.delete(file);
        }
      }
    }
    return 0;
  }

  /** Writes the same weights in either engine's format. */
  private static ModelFile write(String model, Path folder) throws IOException {
    Workload names = new Workload(model, 1, 1, 1, false, folder);
    if (model.equals(BUNDLED)) {
      try (InputStream bundled = Classifier.class.getResourceAsStream("bundled.safetensors")) {
        if (bundled == null) {
          throw new IllegalArgumentException("this build ships no model");
        }
        Files.copy(bundled, names.safetensors());
      }
    } else {
      ResNeXt network = ResNeXt.preset(model);
      ModelFile.save(
          names.safetensors(),
          new ModelFile(
              network, Initialiser.PAPER.initialise(network.graph(), 1), ModelCard.of(model)),
          ElementType.F32);
    }
    ModelFile file = ModelFile.load(names.safetensors());
    OnnxExport.write(names.onnx(), file, OnnxOptions.DEFAULTS);
    return file;
  }

  private void compare(Workload workload, PrintWriter out) throws IOException {
    ServingWorker.Engine peer = fastest(workload);
    try (ChildProcess load = load(workload);
        ChildProcess ours = service(ServingWorker.Engine.RESNEXT4J, workload);
        ChildProcess theirs = service(peer, workload)) {
      if (input == ServingLoad.Input.TENSOR) {
        double difference = Comparison.difference(result(load, ours), result(load, theirs));
        out.printf(
            Locale.ROOT,
            "%s against %s; logits differ by %.1e%n",
            workload.model(),
            peer.label(),
            difference);
      }
      out.printf(
          COLUMNS,
          "model",
          "clients",
          "ours/s",
          "peer/s",
          "ratio",
          "(min–max)",
          "ours p50/p95/p99 ms",
          "peer p50/p95/p99 ms");
      for (int count : clients) {
        var _ = ask(load, ours, count, warmup);
        var _ = ask(load, theirs, count, warmup);
        int batch = count == 1 ? 1 : count >= 2 * maxBatch ? maxBatch : 0;
        List<Round> our = new ArrayList<>();
        List<Round> their = new ArrayList<>();
        List<Double> alone = new ArrayList<>();
        for (int round = 0; round < rounds; round++) {
          our.add(ask(load, ours, count, millis));
          their.add(ask(load, theirs, count, millis));
          if (batch > 0) {
            alone.add(engine(ours, batch) / batch);
          }
        }
        out.print(row(workload.model(), count, our, their));
        if (batch == 1) {
          List<Double> overhead = differences(our, alone);
          out.printf(
              Locale.ROOT,
              "  the engine alone takes %.3f ms a picture; the service adds %.3f ms (%.3f–%.3f)%n",
              Comparison.median(alone),
              Comparison.median(overhead),
              overhead.stream().min(Double::compare).orElseThrow(),
              overhead.stream().max(Double::compare).orElseThrow());
        } else if (batch > 0) {
          List<Double> shares = shares(our, alone);
          out.printf(
              Locale.ROOT,
              "  the engine alone does %.1f/s in batches of %d; the service reaches %.3f of it (%.3f–%.3f)%n",
              1000 / Comparison.median(alone),
              batch,
              Comparison.median(shares),
              shares.stream().min(Double::compare).orElseThrow(),
              shares.stream().max(Double::compare).orElseThrow());
        }
        out.flush();
      }
    }
  }

  /**
   * Returns the faster setting of ONNX Runtime's idle threads here, spinning or sleeping, by a
   * short trial.
   */
  private ServingWorker.Engine fastest(Workload workload) throws IOException {
    double spinning = trial(ServingWorker.Engine.ONNXRUNTIME, workload);
    double sleeping = trial(ServingWorker.Engine.ONNXRUNTIME_SLEEPING, workload);
    return spinning >= sleeping
        ? ServingWorker.Engine.ONNXRUNTIME
        : ServingWorker.Engine.ONNXRUNTIME_SLEEPING;
  }

  private double trial(ServingWorker.Engine engine, Workload workload) throws IOException {
    try (ChildProcess load = load(workload);
        ChildProcess service = service(engine, workload)) {
      var _ = ask(load, service, maxBatch, warmup / 2);
      return ask(load, service, maxBatch, millis).perSecond();
    }
  }

  private ChildProcess load(Workload workload) throws IOException {
    return process("clients", ServingLoad.class, input.name(), workload);
  }

  private static ChildProcess service(ServingWorker.Engine engine, Workload workload)
      throws IOException {
    return process(engine.label(), ServingWorker.class, engine.name(), workload);
  }

  private static ChildProcess process(String called, Class<?> main, String first, Workload workload)
      throws IOException {
    List<String> arguments = new ArrayList<>();
    arguments.add(first);
    arguments.addAll(workload.arguments());
    return new ChildProcess(called, main, arguments, Map.of());
  }

  private static Round ask(ChildProcess load, ChildProcess service, int clients, long millis)
      throws IOException {
    return Round.parse(
        load.ask("load %s %d %d".formatted(service.greeting(), clients, millis)), clients);
  }

  private static float[] result(ChildProcess load, ChildProcess service) throws IOException {
    return Worker.decode(load.ask("result " + service.greeting()));
  }

  /** The median time of a batch in our engine alone, in milliseconds. */
  private double engine(ChildProcess ours, int batch) throws IOException {
    return Comparison.median(millis(ours.ask("engine %d %d".formatted(batch, millis))));
  }

  private static String row(String model, int clients, List<Round> ours, List<Round> theirs) {
    List<Double> ratios = new ArrayList<>();
    for (int i = 0; i < ours.size(); i++) {
      ratios.add(ours.get(i).perSecond() / theirs.get(i).perSecond());
    }
    return String.format(
        Locale.ROOT,
        COLUMNS,
        model,
        clients,
        "%.1f".formatted(perSecond(ours)),
        "%.1f".formatted(perSecond(theirs)),
        "%.2f".formatted(Comparison.median(ratios)),
        "(%.2f–%.2f)"
            .formatted(
                ratios.stream().min(Double::compare).orElseThrow(),
                ratios.stream().max(Double::compare).orElseThrow()),
        percentiles(ours),
        percentiles(theirs));
  }

  private static double perSecond(List<Round> rounds) {
    return Comparison.median(rounds.stream().map(Round::perSecond).toList());
  }

  private static String percentiles(List<Round> rounds) {
    return Stream.of(50, 95, 99)
        .map(percent ->
            "%.2f"
                .formatted(
                    Comparison.median(rounds.stream().map(r -> r.percentile(percent)).toList())))
        .reduce((a, b) -> a + " / " + b)
        .orElseThrow();
  }

  /** The service's median time minus the engine's time, for each round. */
  private static List<Double> differences(List<Round> service, List<Double> alone) {
    List<Double> found = new ArrayList<>();
    for (int i = 0; i < alone.size(); i++) {
      found.add(service.get(i).percentile(50) - alone.get(i));
    }
    return found;
  }

  /** The service's throughput as a share of the engine's throughput, for each round. */
  private static List<Double> shares(List<Round> service, List<Double> alone) {
    List<Double> found = new ArrayList<>();
    for (int i = 0; i < alone.size(); i++) {
      found.add(service.get(i).perSecond() * alone.get(i) / 1000);
    }
    return found;
  }
}
