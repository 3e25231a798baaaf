package org.resnext4j.benchmarks;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStreamWriter;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** The parent's end of a {@link Worker}. */
final class WorkerProcess implements AutoCloseable {

  private final Process process;
  private final BufferedReader answers;
  private final BufferedWriter commands;
  private final double firstSeconds;
  private final Contender.Kind runtime;

  /** Starts a worker and waits for its first result. */
  WorkerProcess(Contender.Kind runtime, Workload workload) throws IOException {
    this.runtime = runtime;
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    // The flags that this process was started with are those the engine needs.
    ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
        .filter(flag -> !flag.contains("Archive") && !flag.startsWith("-Xlog"))
        .forEach(command::add);
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), Worker.class.getName()));
    command.add(runtime.name());
    command.addAll(workload.arguments());
    long start = System.nanoTime();
    process = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    answers =
        new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    commands =
        new BufferedWriter(
            new OutputStreamWriter(process.getOutputStream(), StandardCharsets.UTF_8));
    if (!"ready".equals(answers.readLine())) {
      process.destroyForcibly();
      throw new IOException(
          "%s could not run %s; what it printed is above"
              .formatted(runtime.label(), workload.model()));
    }
    firstSeconds = (System.nanoTime() - start) / 1e9;
  }

  /** Steps for about so long; the median milliseconds of a step. */
  double run(long millis) throws IOException {
    List<Double> times =
        Arrays.stream(ask("run " + millis).split(" ", -1))
            .map(nanos -> Long.parseLong(nanos) / 1e6)
            .toList();
    return Comparison.median(times);
  }

  float[] result() throws IOException {
    return Worker.decode(ask("result"));
  }

  Comparison.Footprint footprint() throws IOException {
    return new Comparison.Footprint(firstSeconds, Long.parseLong(ask("memory")));
  }

  private String ask(String command) throws IOException {
    commands.write(command);
    commands.newLine();
    commands.flush();
    String answer = answers.readLine();
    if (answer == null) {
      throw new IOException(
          "%s ended in the middle of '%s'; what it printed is above"
              .formatted(runtime.label(), command));
    }
    return answer;
  }

  @Override
  public void close() {
    try (commands;
        answers) {
      commands.write("quit");
      commands.newLine();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      process.destroy();
    }
  }
}
