package org.resnext4j.benchmarks;

import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.VerboseMode;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * {@code resnext bench layers}: measures the kernels with JMH, in GFLOPS, and compares them with
 * ONNX Runtime's.
 */
@Command(
    name = "layers",
    mixinStandardHelpOptions = true,
    description = "Single convolutions by JMH, one thread: GFLOPS beside ONNX Runtime's.")
final class LayersCommand implements Callable<Integer> {

  @Spec private CommandSpec spec;

  @Option(
      names = "--layer",
      description = "Only these, such as \"56x56 128 3x3 32\": map, channels, kernel, groups.")
  private List<String> layers = List.of();

  @Override
  public Integer call() throws RunnerException {
    ChainedOptionsBuilder options =
        new OptionsBuilder()
            .include(LayerBenchmark.class.getSimpleName())
            .verbosity(VerboseMode.SILENT);
    if (!layers.isEmpty()) {
      options = options.param("layer", layers.toArray(String[]::new));
    }
    Map<String, Map<String, Double>> gigaflops = new LinkedHashMap<>();
    for (RunResult result : new Runner(options.build()).run()) {
      String layer = result.getParams().getParam("layer");
      double micros = result.getPrimaryResult().getScore();
      gigaflops
          .computeIfAbsent(layer, _ -> new LinkedHashMap<>())
          .put(
              result.getPrimaryResult().getLabel(), Layer.parse(layer).operations() / micros / 1e3);
    }
    PrintWriter out = spec.commandLine().getOut();
    String columns = "%-20s %10s %12s %7s%n";
    out.printf(columns, "layer", "resnext4j", "onnxruntime", "ratio");
    gigaflops.forEach((layer, figures) -> {
      double ours = figures.get("resnext4j");
      double theirs = figures.get("onnxruntime");
      out.printf(
          Locale.ROOT,
          columns,
          layer,
          "%.0f".formatted(ours),
          "%.0f".formatted(theirs),
          "%.2f".formatted(ours / theirs));
    });
    out.flush();
    return 0;
  }
}
