package org.resnext4j.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.STRING;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Isolated;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.resnext4j.cli.terminal.Results;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

@Isolated("reads the process's standard output")
class MainTest {

  private record Outcome(int code, String out, String err) {}

  private static Outcome run(String... arguments) {
    PrintStream out = System.out;
    PrintStream err = System.err;
    ByteArrayOutputStream printed = new ByteArrayOutputStream();
    ByteArrayOutputStream complained = new ByteArrayOutputStream();
    System.setOut(new PrintStream(printed, true, StandardCharsets.UTF_8));
    System.setErr(new PrintStream(complained, true, StandardCharsets.UTF_8));
    try {
      int code = Main.run(arguments);
      return new Outcome(
          code,
          printed.toString(StandardCharsets.UTF_8),
          complained.toString(StandardCharsets.UTF_8));
    } finally {
      System.setOut(out);
      System.setErr(err);
    }
  }

  @Test
  void modelsListsTheFamily() {
    Outcome outcome = run("models");
    assertThat(outcome.code()).isZero();
    assertThat(outcome.out())
        .contains("resnext101_64x4d", "83.46 M", "resnet20")
        .contains("fasterrcnn_resnext50_32x4d_fpn", "219.01 G");
  }

  @Test
  void summaryAsJsonHasTheTotalsAtTheSizeAsked() {
    Outcome outcome = run("summary", "resnext101_64x4d", "--size", "320", "--json");
    assertThat(outcome.code()).isZero();
    JsonNode summary = JsonMapper.shared().readTree(outcome.out());
    assertThat(summary.get("parameters").asLong()).isEqualTo(83_455_272);
    assertThat(summary.get("multiply_adds").asDouble() / 1e9).isBetween(31.45, 31.55);
  }

  @Test
  void cardinalityPrintsTable2() {
    Outcome outcome = run("cardinality", "--cardinality", "1,2,4,8,32", "--json");
    JsonNode rows = JsonMapper.shared().readTree(outcome.out());
    assertThat(rows.valueStream().map(row -> row.get("width").asInt()))
        .containsExactly(64, 40, 24, 14, 4);
  }

  @Test
  void anUnknownModelIsAUsageErrorInOneSentence() {
    Outcome outcome = run("summary", "resnext50");
    assertThat(outcome.code()).isEqualTo(2);
    assertThat(outcome.out()).isEmpty();
    assertThat(outcome.err().lines()).hasSize(1);
    assertThat(outcome.err()).contains("'resnext50'", "resnext50_32x4d");
  }

  @Test
  void aWrongOptionIsAUsageError() {
    assertThat(run("summary", "resnet50", "--level", "brick").code()).isEqualTo(2);
    assertThat(run("--no-such-option").code()).isEqualTo(2);
  }

  @Test
  void wrongUsageIsToldInASentenceWithoutAPageOfOptions() {
    Outcome outcome = run("summary", "resnet50", "--level", "brick");
    assertThat(outcome.out()).isEmpty();
    assertThat(outcome.err().lines())
        .hasSize(2)
        .first(STRING)
        .startsWith("resnext: ")
        .contains("--level", "brick");
    assertThat(outcome.err()).endsWith("'resnext summary --help' shows its usage\n");
  }

  /** A standard output that takes so many bytes and then fails. */
  private static Results failing(int room, String reason) {
    return new Results(
        new OutputStream() {
          private int left = room;

          @Override
          public void write(int value) throws IOException {
            if (left-- <= 0) {
              throw new IOException(reason);
            }
          }
        });
  }

  private static Outcome models(Results results) {
    PrintStream err = System.err;
    ByteArrayOutputStream complained = new ByteArrayOutputStream();
    System.setErr(new PrintStream(complained, true, StandardCharsets.UTF_8));
    try {
      return new Outcome(
          Main.run(results, "models"), "", complained.toString(StandardCharsets.UTF_8));
    } finally {
      System.setErr(err);
    }
  }

  @Test
  void resultsThatCannotBeWrittenAreAFailureWithItsReason() {
    Outcome outcome = models(failing(100, "No space left on device"));
    assertThat(outcome.code()).isEqualTo(1);
    assertThat(outcome.err())
        .isEqualTo("resnext: the results could not be written: No space left on device\n");
  }

  @Test
  void aReaderThatHasHadEnoughIsNoReasonForWords() {
    Outcome outcome = models(failing(100, "Broken pipe"));
    assertThat(outcome.code()).isEqualTo(1);
    assertThat(outcome.err()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "predict",
        "embed",
        "similar",
        "detect",
        "evaluate",
        "serve",
        "train",
        "sweep cardinality",
        "convert-annotations"
      })
  void everyCommandThatReadsPicturesTakesTheSameOptions(String command) {
    assertThat(run((command + " --help").split(" ")).out())
        .contains("--max-pixels=N", "--truncated");
  }

  @Test
  void withoutACommandTheHelpIsShown() {
    Outcome outcome = run();
    assertThat(outcome.code()).isEqualTo(2);
    assertThat(outcome.err() + outcome.out()).contains("summary", "cardinality");
  }
}
