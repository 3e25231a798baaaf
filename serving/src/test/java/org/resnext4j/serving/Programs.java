package org.resnext4j.serving;

import java.io.File;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** Programs of this machine. */
final class Programs {

  private Programs() {}

  /** The first of these that is on the path. */
  static Optional<File> find(String... programs) {
    return Arrays.stream(programs).flatMap(Programs::onPath).findFirst();
  }

  private static Stream<File> onPath(String program) {
    return Stream.of(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator))
        .map(directory -> new File(directory, program))
        .filter(File::canExecute);
  }

  /** What a command that succeeds prints, or an error with what it said. */
  static String run(Path folder, List<String> command) throws Exception {
    File errors = folder.resolve("errors.txt").toFile();
    Process process =
        new ProcessBuilder(command).directory(folder.toFile()).redirectError(errors).start();
    process.getOutputStream().close();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (!process.waitFor(30, TimeUnit.SECONDS) || process.exitValue() != 0) {
      process.destroyForcibly();
      throw new AssertionError(
          "%s failed: %s%n%s"
              .formatted(command, said, java.nio.file.Files.readString(errors.toPath())));
    }
    return said;
  }
}
