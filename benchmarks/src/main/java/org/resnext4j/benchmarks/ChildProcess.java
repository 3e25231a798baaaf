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
import java.util.List;
import java.util.Map;

/**
 * A Java process of this program that answers commands line by line. After its start it prints a
 * line that begins with {@code ready}.
 */
final class ChildProcess implements AutoCloseable {

  private final String called;
  private final Process process;
  private final BufferedReader answers;
  private final BufferedWriter commands;
  private final String greeting;

  /**
   * Starts a class's main method and waits until the process is ready.
   *
   * @param called name of the process in messages
   * @param environment environment variables that the process gets in addition to those of this
   *     process
   * @throws IOException if the process ends before it is ready
   */
  ChildProcess(
      String called, Class<?> main, List<String> arguments, Map<String, String> environment)
      throws IOException {
    this.called = called;
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    // The engine needs the flags that this process was started with.
    ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
        .filter(flag -> !flag.contains("Archive") && !flag.startsWith("-Xlog"))
        .forEach(command::add);
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), main.getName()));
    command.addAll(arguments);
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT);
    builder.environment().putAll(environment);
    process = builder.start();
    answers =
        new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    commands =
        new BufferedWriter(
            new OutputStreamWriter(process.getOutputStream(), StandardCharsets.UTF_8));
    String first = answers.readLine();
    if (first == null || !first.startsWith("ready")) {
      process.destroyForcibly();
      throw new IOException(
          "%s could not start with %s; what it printed is above".formatted(called, arguments));
    }
    greeting = first.substring("ready".length()).strip();
  }

  /** The text that the process printed after {@code ready}. */
  String greeting() {
    return greeting;
  }

  /** Sends a line and waits for the answering line. */
  String ask(String command) throws IOException {
    commands.write(command);
    commands.newLine();
    commands.flush();
    String answer = answers.readLine();
    if (answer == null) {
      throw new IOException(
          "%s ended in the middle of '%s'; what it printed is above".formatted(called, command));
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
