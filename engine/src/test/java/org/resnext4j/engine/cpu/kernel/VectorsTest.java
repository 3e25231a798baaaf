package org.resnext4j.engine.cpu.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class VectorsTest {

  private static final String OPENJDK = "OpenJDK 64-Bit Server VM";
  private static final String MIXED = "mixed mode, sharing";

  @Test
  void vectorsAreFastOnHotSpotWithC2() {
    assertThat(Vectors.obstacle(true, OPENJDK, MIXED, 4)).isEmpty();
    assertThat(Vectors.obstacle(true, "Java HotSpot(TM) 64-Bit Server VM", "compiled mode", 4))
        .isEmpty();
  }

  @Test
  void everyObstacleSaysWhatToDo() {
    assertThat(Vectors.obstacle(false, OPENJDK, MIXED, 4).orElseThrow())
        .contains("--add-modules jdk.incubator.vector");
    assertThat(Vectors.obstacle(true, "Eclipse OpenJ9 VM", "JRE 25", 4).orElseThrow())
        .startsWith("Eclipse OpenJ9 VM")
        .contains("run it on HotSpot");
    assertThat(Vectors.obstacle(true, "Substrate VM", "", 4).orElseThrow())
        .contains("run it on HotSpot");
    assertThat(Vectors.obstacle(true, "", "", 4).orElseThrow()).contains("run it on HotSpot");
    assertThat(Vectors.obstacle(true, OPENJDK, "interpreted mode, sharing", 4).orElseThrow())
        .contains("without -Xint");
    assertThat(Vectors.obstacle(true, OPENJDK, MIXED, 0).orElseThrow())
        .contains("-XX:-UseCompiler");
    assertThat(Vectors.obstacle(true, OPENJDK, "mixed mode, emulated-client", 4).orElseThrow())
        .contains("quick-only");
    assertThat(Vectors.obstacle(true, OPENJDK, MIXED, 3).orElseThrow())
        .contains("without -XX:TieredStopAtLevel");
  }

  /** Each in a virtual machine of its own, whose log goes to the standard error stream. */
  @ParameterizedTest
  @CsvSource({
    "-Dnothing=special, VectorKernels, 0",
    "-Xint, ScalarKernels, 1",
    "-XX:-UseCompiler, ScalarKernels, 1",
    "-XX:TieredStopAtLevel=1, ScalarKernels, 1",
    "-XX:TieredStopAtLevel=3, ScalarKernels, 1",
    "-XX:CompilationMode=quick-only, ScalarKernels, 1"
  })
  void plainKernelsRunWhereVectorsAreSlowAndOneWarningSaysSo(
      String option, String kernels, int warnings) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("--add-modules=jdk.incubator.vector", option, "-cp"));
    command.addAll(List.of(System.getProperty("java.class.path"), Probe.class.getName()));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(output).isZero();
    assertThat(output).contains("chosen: " + kernels);
    assertThat(output.split("many times slower than it could", -1)).hasSize(warnings + 1);
  }

  /** Run by the test above. */
  static final class Probe {

    private Probe() {}

    public static void main(String[] arguments) {
      Vectors.requireForTraining();
      System.out.println("chosen: " + Kernels.best().getClass().getSimpleName());
    }
  }
}
