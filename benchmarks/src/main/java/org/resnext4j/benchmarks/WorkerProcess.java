package org.resnext4j.benchmarks;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** The parent process's connection to a {@link Worker}. */
final class WorkerProcess implements AutoCloseable {

  private final ChildProcess process;
  private final double firstSeconds;

  /** Starts a worker and waits for its first result. */
  WorkerProcess(Contender.Kind runtime, Workload workload) throws IOException {
    List<String> arguments = new ArrayList<>();
    arguments.add(runtime.name());
    arguments.addAll(workload.arguments());
    long start = System.nanoTime();
    // libtorch's own setting limits only one of its thread pools: for one thread it used two.
    Map<String, String> environment =
        Map.of("OMP_NUM_THREADS", Integer.toString(workload.threads()));
    process = new ChildProcess(runtime.label(), Worker.class, arguments, environment);
    firstSeconds = (System.nanoTime() - start) / 1e9;
  }

  /** Runs steps for about the given time and returns the median milliseconds of a step. */
  double run(long millis) throws IOException {
    List<Double> times =
        Arrays.stream(process.ask("run " + millis).split(" ", -1))
            .map(nanos -> Long.parseLong(nanos) / 1e6)
            .toList();
    return Comparison.median(times);
  }

  float[] result() throws IOException {
    return Worker.decode(process.ask("result"));
  }

  Comparison.Footprint footprint() throws IOException {
    return new Comparison.Footprint(firstSeconds, Long.parseLong(process.ask("memory")));
  }

  @Override
  public void close() {
    process.close();
  }
}
