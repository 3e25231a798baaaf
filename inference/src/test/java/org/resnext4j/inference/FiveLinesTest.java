package org.resnext4j.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.resnext4j.inference.demo.Demo;

/** The program that the README shows first. */
class FiveLinesTest {

  private static final Path ROOT = Path.of(System.getProperty("resnext4j.root", ".."));

  private static String program() throws IOException {
    return Files.readString(ROOT.resolve("examples/Classify.java")).strip();
  }

  @Test
  void theReadmeShowsTheProgramThatIsTested() throws IOException {
    Path readme = ROOT.resolve("README.md");
    assumeThat(readme).as("the README is written").exists();
    assertThat(Files.readString(readme)).contains(program());
  }

  @Test
  void theProgramCompilesAndNamesAPicture(@TempDir Path folder) throws Exception {
    assumeThat(Bundled.exists()).as("this build ships a model").isTrue();
    Path picture = folder.resolve("horse.jpg");
    try (InputStream stream = Demo.class.getResourceAsStream("pictures/horse-0.jpg")) {
      Files.write(picture, stream.readAllBytes());
    }
    Path printed = folder.resolve("printed.txt");
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin/java").toString(),
                "--add-modules=jdk.incubator.vector",
                "-Dstdout.encoding=UTF-8",
                "--class-path",
                System.getProperty("java.class.path"),
                ROOT.resolve("examples/Classify.java").toString(),
                picture.toString())
            .redirectOutput(printed.toFile())
            .redirectError(folder.resolve("warnings.txt").toFile())
            .start();
    assertThat(process.waitFor(120, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).as(() -> contents(folder.resolve("warnings.txt"))).isZero();
    assertThat(Files.readString(printed, StandardCharsets.UTF_8).lines())
        .hasSize(5)
        .first()
        .asString()
        .contains("horse");
  }

  private static String contents(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      return e.toString();
    }
  }
}
