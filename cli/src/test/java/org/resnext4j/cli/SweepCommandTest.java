package org.resnext4j.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.resnext4j.evaluation.board.BoardRow;
import org.resnext4j.evaluation.board.Measure;
import org.resnext4j.evaluation.board.ResultRecord;
import org.resnext4j.evaluation.board.ResultsBoard;

/** {@code resnext sweep cardinality} on a few pictures, as far as the board. */
final class SweepCommandTest {

  @TempDir private Path folder;

  @Test
  void aFinishedSweepIsKeptForTheBoardARecordForEachCardinality() throws IOException {
    PictureFolder.write(folder.resolve("train"), 8, "dark", "light");
    PictureFolder.write(folder.resolve("val"), 5, "dark", "light");
    Path results = folder.resolve("results");
    String like =
        """
        {"name":"small","stem":"CIFAR","kind":"BOTTLENECK","stages":[1],"stemChannels":4,\
        "cardinality":4,"width":2,"shortcut":"PROJECTION","form":"GROUPED",\
        "inputChannels":3,"classes":2}\
        """;
    String[] words = {
      "sweep",
      "cardinality",
      "--data",
      folder.toString(),
      "--out",
      folder + "/sweep",
      "--like",
      like,
      "--cardinality",
      "1,4",
      "--seeds",
      "1,2",
      "--epochs",
      "1",
      "--set",
      "batch=4",
      "--set",
      "growth=[]",
      "--record",
      results.toString()
    };
    assertThat(Main.run(words)).isZero();
    List<BoardRow> rows = ResultsBoard.load(results).tasks().get("cardinality-sweep");
    assertThat(rows)
        .extracting(BoardRow::metric)
        .containsExactlyInAnyOrder(
            "top-1 accuracy, mean of seeds",
            "top-1 accuracy, deviation of seeds",
            "top-1 accuracy, mean of seeds",
            "top-1 accuracy, deviation of seeds");
    ResultRecord record = rows.getFirst().measured().orElseThrow().record().orElseThrow();
    assertThat(record.size()).isEqualTo(10);
    assertThat(record.weights().file()).isEqualTo("seeds 1, 2");
    assertThat(record.setting()).isEqualTo("recipe bundled, 1 epochs");
    assertThat(record.command())
        .contains("--like '" + like + "'")
        .doesNotContain(folder.toString());
    Measure mean = record.measure("top-1 accuracy, mean of seeds").orElseThrow();
    assertThat(mean.value()).isBetween(0.0, 100.0);
    assertThat(mean.pictures()).isEqualTo(10);
  }
}
