package org.resnext4j.benchmarks;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStreamWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** A Python process that runs Pillow with the script {@code pillow.py}. */
final class Pillow implements AutoCloseable {

  private final Process process;
  private final BufferedReader answers;
  private final BufferedWriter commands;
  private final String version;

  /**
   * Starts Python.
   *
   * @throws IOException if the program does not exist or has no Pillow
   */
  Pillow(String python, int side, List<Path> files) throws IOException {
    List<String> command = new ArrayList<>(List.of(python, "-c", script(), "" + side));
    files.forEach(file -> command.add(file.toString()));
    process = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    answers =
        new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    commands =
        new BufferedWriter(
            new OutputStreamWriter(process.getOutputStream(), StandardCharsets.UTF_8));
    version = answer();
  }

  private static String script() throws IOException {
    try (InputStream script = Pillow.class.getResourceAsStream("pillow.py")) {
      return new String(script.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  /** Name and version of Pillow. */
  String version() {
    return version;
  }

  /** Decodes and resizes one of the files repeatedly for about the given time. */
  PictureTimes run(int index, long millis) throws IOException {
    return PictureTimes.medians(
        Arrays.stream(ask("run %d %d".formatted(index, millis)).split(" ", -1))
            .map(Long::valueOf)
            .toList());
  }

  /** The CRC-32 of the resized picture. */
  long sum(int index) throws IOException {
    return Long.parseLong(ask("sum " + index));
  }

  private String ask(String command) throws IOException {
    commands.write(command);
    commands.newLine();
    commands.flush();
    return answer();
  }

  private String answer() throws IOException {
    String answer = answers.readLine();
    if (answer == null) {
      throw new IOException("Pillow ended without an answer; what Python printed is above");
    }
    return answer;
  }

  @Override
  public void close() throws IOException {
    try (commands;
        answers) {
      process.destroy();
    }
  }
}
