package org.resnext4j.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.resnext4j.evaluation.board.ResultRecord;

/** {@code resnext evaluate} and {@code resnext board} on a network that others trained. */
final class EvaluateCommandTest {

  private static final Path TRAINED =
      Path.of(System.getProperty("resnext4j.root", ".."), "../shared/fixtures/trained");

  @TempDir private Path folder;

  @Test
  void aTrainedNetworkGetsTheKnownCountRightAndLeavesARecord() throws IOException {
    assumeTrue(Files.exists(TRAINED), () -> "skipped: there is no " + TRAINED);
    int exit =
        Main.run(
            "evaluate",
            "cifar10",
            "--data",
            TRAINED.resolve("cifar10_test_first1000.png").toString(),
            "--weights",
            TRAINED.resolve("resnet20.th").toString(),
            "--normalize",
            "imagenet",
            "--record",
            folder.resolve("results").toString());
    assertThat(exit).isZero();
    List<Path> records;
    try (Stream<Path> files = Files.list(folder.resolve("results"))) {
      records = files.toList();
    }
    assertThat(records).hasSize(1);
    ResultRecord record = ResultRecord.read(records.getFirst());
    assertThat(record.model()).isEqualTo("resnet20");
    assertThat(record.size()).isEqualTo(1000);
    assertThat(record.measure("top-1 accuracy").orElseThrow().value()).isEqualTo(91.5);
    assertThat(record.command())
        .startsWith("resnext evaluate cifar10 --data …/cifar10_test_first1000.png")
        .doesNotContain(folder.toString());
    assertThat(record.weights().sha256()).startsWith("12fca82f");

    Path pages = folder.resolve("board");
    assertThat(
            Main.run(
                "board",
                "--results",
                folder.resolve("results").toString(),
                "--format",
                "html",
                "--out",
                pages.toString()))
        .isZero();
    assertThat(pages.resolve("cifar10.html")).content().contains("91.50 (89.61–93.07)");
  }

  @Test
  void withoutWeightsTheModelThatShipsIsMeasuredOnItsOwnClassesAlone() throws IOException {
    assumeTrue(Files.exists(TRAINED), () -> "skipped: there is no " + TRAINED);
    String data = TRAINED.resolve("cifar10_test_first1000.png").toString();
    String results = folder.resolve("results").toString();
    String[] words = {"evaluate", "cifar10", "--data", data, "--limit", "40", "--record", results};
    assertThat(Main.run(words)).isZero();
    try (Stream<Path> files = Files.list(folder.resolve("results"))) {
      ResultRecord record = ResultRecord.read(files.findFirst().orElseThrow());
      assertThat(record.weights().file()).isEqualTo("bundled.safetensors");
      assertThat(record.weights().sha256()).hasSize(64);
      // Of the originals, sharper than what it was trained on.
      assertThat(record.measure("top-1 accuracy").orElseThrow().value()).isGreaterThan(60);
    }
    assertThat(Main.run("evaluate", "folder", "--data", folder.toString())).isEqualTo(2);
  }

  @Test
  void aDataSetThatIsNotThereIsOneSentenceAndFailure() {
    assertThat(
            Main.run(
                "evaluate", "imagenet", "--data", folder.toString(), "--weights", "nothing.pth"))
        .isEqualTo(1);
    assertThat(Main.run("evaluate", "no-such-task", "--data", "x", "--weights", "y")).isEqualTo(2);
  }
}
