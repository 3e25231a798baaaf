package org.resnext4j.evaluation.board;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.resnext4j.evaluation.board.ResultRecord.Cost;
import org.resnext4j.evaluation.board.ResultRecord.WeightsUsed;
import org.resnext4j.inference.catalogue.Catalogue;
import org.resnext4j.vision.metrics.Proportion;
import org.xml.sax.InputSource;

/** What the board says of published values and of records written by the test itself. */
final class ResultsBoardTest {

  private static final String ANY_HASH = "ab".repeat(32);
  private static final String TORCHVISION_V1 = "7cdf4587" + "0".repeat(56);

  @TempDir private Path folder;

  @Test
  void everyPublishedValueIsThereAndWhatNobodyMeasuredSaysSo() {
    ResultsBoard board = ResultsBoard.of(PublishedResults.load(), List.of());
    assertThat(board.rows()).hasSameSizeAs(PublishedResults.load().results());
    BoardRow row =
        row(board, "imagenet", "top-1 error", "resnext50_32x4d", "Xie et al., CVPR 2017");
    assertThat(row.publishedText()).isEqualTo("22.2");
    assertThat(row.measuredText()).isEqualTo("not measured");
    assertThat(row.source()).endsWith("Table 3");
    assertThat(row.modelTitle()).isEqualTo("ResNeXt-50 32×4d");
    assertThat(board.tasks().keySet())
        .containsExactly(
            "imagenet",
            "imagenet-5k",
            "cifar10",
            "cifar100",
            "vizwiz",
            "gashissdb",
            "coco-detection",
            "complexity");
  }

  @Test
  void complexityIsMeasuredByCounting() {
    ResultsBoard board = ResultsBoard.of(PublishedResults.load(), List.of());
    List<BoardRow> rows = board.tasks().get("complexity");
    // Most are published to one decimal, some of those cut off instead of rounded.
    assertThat(rows)
        .filteredOn(row -> row.measured().isPresent())
        .hasSize(10)
        .allSatisfy(row ->
            assertThat(row.measured().orElseThrow().measure().value())
                .isCloseTo(row.published().orElseThrow(), within(0.1)));
    assertThat(rows)
        .filteredOn(row -> row.measured().isEmpty())
        .singleElement()
        .satisfies(row -> assertThat(row.modelTitle()).isEqualTo("Wide ResNet-28-10"));
  }

  @Test
  void aMeasuredAccuracyAnswersAPublishedError() {
    ResultRecord record =
        record("imagenet", "ImageNet-1K validation", "224 of 256", "resnet50", ANY_HASH, 50_000)
            .build(Measure.of("top-1 accuracy", new Proportion(38_000, 50_000)));
    ResultsBoard board = ResultsBoard.of(PublishedResults.load(), List.of(record));
    BoardRow row = row(board, "imagenet", "top-1 error", "resnet50", "Xie");
    assertThat(row.measuredText()).isEqualTo("24.00 (23.63–24.38)");
    assertThat(board.rows())
        .as("the accuracy is not shown a second time")
        .hasSameSizeAs(PublishedResults.load().results());
  }

  @Test
  void aValueOfNamedWeightsTakesOnlyAMeasurementOfThose() {
    PublishedResults published = PublishedResults.load();
    Measure accuracy = Measure.of("top-1 accuracy", new Proportion(38_809, 50_000));
    ResultsBoard others =
        ResultsBoard.of(
            published,
            List.of(
                record(
                        "imagenet",
                        "ImageNet-1K validation",
                        "224 of 256",
                        "resnext50_32x4d",
                        ANY_HASH,
                        50_000)
                    .build(accuracy)));
    assertThat(
            row(
                    others,
                    "imagenet",
                    "top-1 accuracy",
                    "resnext50_32x4d",
                    "torchvision, IMAGENET1K_V1")
                .measuredText())
        .isEqualTo("not measured");
    ResultsBoard those =
        ResultsBoard.of(
            published,
            List.of(
                record(
                        "imagenet",
                        "ImageNet-1K validation",
                        "224 of 256",
                        "resnext50_32x4d",
                        TORCHVISION_V1,
                        50_000)
                    .build(accuracy)));
    assertThat(
            row(
                    those,
                    "imagenet",
                    "top-1 accuracy",
                    "resnext50_32x4d",
                    "torchvision, IMAGENET1K_V1")
                .measuredText())
        .startsWith("77.62 (");
  }

  @Test
  void theNewestOfSeveralMeasurementsIsShownAndAPartialOneSaysSo() {
    Builder builder = record("cifar10", "CIFAR-10 test", "32 of 32", "resnet20", ANY_HASH, 10_000);
    ResultRecord old = builder.build(Measure.of("top-1 accuracy", new Proportion(9_000, 10_000)));
    ResultRecord young =
        builder
            .later()
            .evaluated(1000)
            .build(Measure.of("top-1 accuracy", new Proportion(915, 1000)));
    ResultsBoard board = ResultsBoard.of(PublishedResults.load(), List.of(old, young));
    assertThat(
            board.rows().stream()
                .filter(r -> r.task().equals("cifar10") && r.model().equals("resnet20"))
                .map(BoardRow::measuredText))
        .contains("91.50 (89.61–93.07), 1000 of 10000 pictures")
        .noneMatch(text -> text.startsWith("90.00"));
  }

  @Test
  void aRecordIsReadAsItWasWritten() throws IOException {
    ResultRecord record =
        record("folder", "pets & <others>", "224 of 256", "resnet50", ANY_HASH, 10)
            .evaluated(9)
            .build(
                Measure.of("top-1 accuracy", new Proportion(8, 9)),
                new Measure("log loss", "", 0.25, Optional.empty(), 9));
    Path file = record.save(folder);
    assertThat(file).hasFileName("folder-pets-others-resnet50-224-of-256-abababab.json");
    assertThat(ResultRecord.read(file)).isEqualTo(record);
    assertThat(ResultsBoard.load(folder).tasks().get("folder")).hasSize(2);
    assertThat(ResultsBoard.load(folder.resolve("nowhere")).rows())
        .hasSameSizeAs(PublishedResults.load().results());
  }

  @Test
  void whatIsNoRecordIsRefusedByName() throws IOException {
    Path file = Files.writeString(folder.resolve("broken.json"), "{\"task\": 1");
    assertThatThrownBy(() -> ResultsBoard.load(folder))
        .isInstanceOf(IOException.class)
        .hasMessageStartingWith(file + ": expected the JSON record of an evaluation");
  }

  @Test
  void picturesThatAreNotAccountedForAreRefused() {
    assertThatThrownBy(() ->
            new ResultRecord(
                "t",
                "d",
                "s",
                "m",
                new WeightsUsed("w", "a"),
                new Cost(1, 1, 1),
                10,
                7,
                1,
                1,
                List.of(),
                "c",
                "m",
                new LinkedHashMap<>(),
                Instant.EPOCH))
        .hasMessage("a record of 10 pictures accounts for 7 evaluated + 1 skipped + 1 failed");
  }

  @Test
  void markdownAndCsvHoldALineARow() {
    ResultsBoard board = board();
    long lines = BoardFormat.CSV.write(board).lines().count();
    assertThat(lines).isEqualTo(board.rows().size() + 1);
    assertThat(BoardFormat.CSV.write(board))
        .contains("\"Xie et al., CVPR 2017, arXiv:1611.05431, Table 3\"");
    assertThat(BoardFormat.MARKDOWN.write(board))
        .contains("| data set | setting | metric | model | published | measured |")
        .contains("| ImageNet-1K validation | 224 of 256 | top-1 error [%] |");
    assertThat(BoardFormat.TERMINAL.write(board)).contains("not measured");
  }

  @Test
  void pagesAreWellFormedAndEachTaskHasOneWithItsChart() throws Exception {
    Path index = new BoardPages(board()).write(folder);
    assertThat(index).exists();
    Map<String, String> pages = new BoardPages(board()).pages();
    assertThat(pages).containsKeys("index.html", "imagenet.html", "folder.html");
    for (Map.Entry<String, String> page : pages.entrySet()) {
      String svg = between(page.getValue(), "<svg", "</svg>");
      if (!svg.isEmpty()) {
        assertThat(parses(svg)).as("chart of " + page.getKey()).isTrue();
        assertThat(svg).contains("<title", "<desc", "role=\"img\"").doesNotContain("NaN");
      }
      assertThat(page.getValue()).doesNotContain("<others>");
    }
    assertThat(pages.get("imagenet.html"))
        .contains("class=\"published\"", "class=\"measured\"", "How it was measured");
    assertThat(between(pages.get("complexity.html"), "<svg", "</svg>")).isEmpty();
  }

  @Test
  void hashesOfPublishedWeightsAreThoseThatPullChecks() {
    Set<String> pulled =
        Catalogue.standard().entries().stream()
            .flatMap(weights -> weights.sha256().stream())
            .collect(Collectors.toSet());
    assertThat(PublishedResults.load().results())
        .flatExtracting(result -> result.sha256().stream().toList())
        .isNotEmpty()
        .isSubsetOf(pulled);
  }

  private static ResultsBoard board() {
    return ResultsBoard.of(
        PublishedResults.load(),
        List.of(
            record("imagenet", "ImageNet-1K validation", "224 of 256", "resnet50", ANY_HASH, 50_000)
                .build(Measure.of("top-1 accuracy", new Proportion(38_000, 50_000))),
            record("folder", "pets & <others>", "224 of 256", "resnet50", ANY_HASH, 10)
                .build(Measure.of("top-1 accuracy", new Proportion(8, 10)))));
  }

  private static boolean parses(String xml) throws Exception {
    DocumentBuilderFactory.newInstance()
        .newDocumentBuilder()
        .parse(new InputSource(new StringReader(xml)));
    return true;
  }

  private static String between(String text, String from, String to) {
    int start = text.indexOf(from);
    return start < 0 ? "" : text.substring(start, text.indexOf(to, start) + to.length());
  }

  private static BoardRow row(
      ResultsBoard board, String task, String metric, String model, String source) {
    return board.rows().stream()
        .filter(r -> r.task().equals(task) && r.metric().equals(metric))
        .filter(r -> r.model().equals(model) && r.source().startsWith(source))
        .findFirst()
        .orElseThrow();
  }

  private static Builder record(
      String task, String dataSet, String setting, String model, String hash, int size) {
    return new Builder(task, dataSet, setting, model, hash, size, size, Instant.EPOCH);
  }

  private record Builder(
      String task,
      String dataSet,
      String setting,
      String model,
      String hash,
      int size,
      int seen,
      Instant date) {

    Builder evaluated(int pictures) {
      return new Builder(task, dataSet, setting, model, hash, size, pictures, date);
    }

    Builder later() {
      return new Builder(task, dataSet, setting, model, hash, size, seen, date.plusSeconds(1));
    }

    ResultRecord build(Measure... measures) {
      return new ResultRecord(
          task,
          dataSet,
          setting,
          model,
          new WeightsUsed("weights.safetensors", hash),
          new Cost(25_557_032, 4_089_184_256L, 224),
          size,
          seen,
          size - seen,
          0,
          List.of(measures),
          "resnext evaluate " + task,
          "a machine",
          new LinkedHashMap<>(Map.of("java", "25")),
          date);
    }
  }
}
