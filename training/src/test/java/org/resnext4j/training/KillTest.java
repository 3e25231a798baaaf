package org.resnext4j.training;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.resnext4j.models.RunFiles;

/**
 * Trainings in processes of their own, killed without warning. {@code
 * -Dtest.flags=-Dresnext4j.kills=100} kills more often.
 */
class KillTest {

  private static final int KILLS = Integer.getInteger("resnext4j.kills", 4);
  private static final long LONGEST_LIFE_MILLIS = 60;

  @TempDir private Path folder;

  @Test
  void killedAtRandomMomentsAndResumedEndsInTheSameBits() throws Exception {
    Path straight = folder.resolve("straight");
    TestRuns.trainer(
            TestRuns.recipe(Map.of()), TestRuns.TRAINING, straight, 1, TrainingListener.SILENT)
        .run(TestRuns.firstWeights());
    Random random = new Random(3);
    int kills = 0;
    for (int training = 0; kills < KILLS; training++) {
      Path killed = folder.resolve("killed" + training);
      while (!Files.exists(killed.resolve(RunFiles.MODEL))) {
        // Some live for a few steps, some for many.
        int steps = kills < KILLS ? 1 + random.nextInt(14) : Integer.MAX_VALUE;
        kills += liveAndDie(killed, steps, random.nextLong(LONGEST_LIFE_MILLIS)) ? 1 : 0;
      }
      assertThat(TestRuns.model(killed)).isEqualTo(TestRuns.model(straight));
      assertThat(TestRuns.checkpoint(killed)).isEqualTo(TestRuns.checkpoint(straight));
    }
    System.out.println("killed " + kills + " times");
  }

  @Test
  void aFullDiskEndsWithAMessageAndTheLastCheckpointStaysGood() throws Exception {
    // A limit on the size of files does to a write what a full disk does, and needs no disk.
    Path shell = Path.of("/bin/bash");
    Assumptions.assumeTrue(Files.isExecutable(shell), "needs a shell with ulimit");
    Path limited = folder.resolve("limited");
    TestRuns.stopAfter(4, TestRuns.recipe(Map.of()), limited, true);
    Map<String, List<Float>> good = TestRuns.checkpoint(limited);
    List<String> command =
        new ArrayList<>(List.of(shell.toString(), "-c", "ulimit -f 8; exec \"$@\"", "limited"));
    command.addAll(command(limited));
    Process process =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(output).isEqualTo(1);
    assertThat(output).contains("error: ", "could not be written to", "is intact");
    assertThat(TestRuns.checkpoint(limited)).isEqualTo(good);
    try (Stream<Path> files = Files.list(limited)) {
      assertThat(files.map(f -> f.getFileName().toString()).filter(name -> name.endsWith(".tmp")))
          .isEmpty();
    }
  }

  /** Whether the training was killed, after some steps and a random while; else it ended. */
  private static boolean liveAndDie(Path folder, int steps, long millis)
      throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(command(folder)).redirectError(ProcessBuilder.Redirect.DISCARD).start();
    try (BufferedReader lines = process.inputReader()) {
      int seen = 0;
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        if (++seen == steps) {
          Thread.sleep(millis);
          process.destroyForcibly();
        }
      }
    } catch (IOException _) {
      // Reading from a process just killed may fail; it is dead, which is all that was wanted.
    }
    return process.waitFor() != 0;
  }

  private static List<String> command(Path folder) {
    return List.of(
        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
        "--add-modules=jdk.incubator.vector",
        "-Xmx256m",
        "-XX:-UsePerfData",
        "-XX:TieredStopAtLevel=1",
        "-cp",
        System.getProperty("java.class.path"),
        KilledTraining.class.getName(),
        folder.toString());
  }
}
