package org.resnext4j.benchmarks;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;

/**
 * A process that runs one contender, so the threads, memory and compiler of one runtime cannot
 * disturb another. It reads commands and answers each with a line: {@code run MILLIS} (runs steps
 * for about this time and prints the nanoseconds of each), {@code result}, {@code memory}, {@code
 * quit}.
 */
final class Worker {

  private Worker() {}

  /**
   * Loads a contender. The first argument names the contender, the other arguments the workload.
   */
  public static void main(String[] arguments) throws IOException {
    List<String> words = Arrays.asList(arguments);
    Workload workload = Workload.parse(words.subList(1, words.size()));
    PrintStream answers = System.out;
    System.setOut(System.err); // Output of native libraries must not look like an answer.
    try (Contender contender = Contender.Kind.valueOf(words.getFirst()).load(workload);
        BufferedReader commands =
            new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
      contender.step();
      answers.println("ready");
      for (String command = commands.readLine();
          command != null && !command.equals("quit");
          command = commands.readLine()) {
        answers.println(answer(command, contender));
      }
    }
    answers.flush();
    Runtime.getRuntime().halt(0); // Skips the exit handlers of native runtimes.
  }

  private static String answer(String command, Contender contender) throws IOException {
    String[] words = command.split(" ", -1);
    return switch (words[0]) {
      case "run" -> run(contender, Long.parseLong(words[1]));
      case "result" -> encode(contender.result());
      case "memory" -> Long.toString(peakMemory());
      default -> throw new IllegalArgumentException("unknown command '" + command + "'");
    };
  }

  static String run(Contender contender, long millis) {
    StringBuilder times = new StringBuilder();
    long end = System.nanoTime() + millis * 1_000_000;
    do {
      long start = System.nanoTime();
      contender.step();
      times.append(System.nanoTime() - start).append(' ');
    } while (System.nanoTime() < end);
    return times.toString().strip();
  }

  static String encode(float[] values) {
    ByteBuffer bytes = ByteBuffer.allocate(values.length * Float.BYTES);
    bytes.asFloatBuffer().put(values);
    return Base64.getEncoder().encodeToString(bytes.array());
  }

  static float[] decode(String text) {
    ByteBuffer bytes = ByteBuffer.wrap(Base64.getDecoder().decode(text));
    float[] values = new float[bytes.remaining() / Float.BYTES];
    bytes.asFloatBuffer().get(values);
    return values;
  }

  /** The process's largest resident set so far, in bytes; 0 if the system does not report it. */
  private static long peakMemory() throws IOException {
    Path status = Path.of("/proc/self/status");
    if (!Files.exists(status)) {
      return 0;
    }
    return Files.readAllLines(status).stream()
        .filter(line -> line.startsWith("VmHWM:"))
        .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) * 1024)
        .findFirst()
        .orElse(0);
  }
}
