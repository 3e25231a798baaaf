package org.resnext4j.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ServeCommandTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "--weights absent.safetensors",
        "--weights ../x/=absent.safetensors",
        "--model no_such_model",
        "--max-batch 0",
        "--max-batch 8 --queue 4",
        "--max-delay -1",
        "--certificate absent.pem",
        "--port many",
        "--cors example.org",
        "--models no_such_folder",
      })
  void wrongOptionsAreRefusedBeforeAnythingListens(String options) {
    assertThat(Main.run(("serve " + options).split(" "))).isEqualTo(2);
  }

  @Test
  void foldersOfModelsThatCannotBeMeantAreRefused(@TempDir Path folder) throws IOException {
    assertThat(Main.run("serve", "--models", folder.toString())).isEqualTo(2);
    Files.createFile(folder.resolve("a.safetensors"));
    Files.createFile(Files.createDirectories(folder.resolve("b")).resolve("weights.safetensors"));
    assertThat(Main.run("serve", "--models", folder.toString())).isEqualTo(2);
  }
}
