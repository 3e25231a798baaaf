package org.resnext4j.cli.training;

import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.resnext4j.evaluation.board.Measure;
import org.resnext4j.evaluation.board.ResultRecord;
import org.resnext4j.evaluation.report.RunDetails;
import org.resnext4j.models.ProjectVersion;
import org.resnext4j.training.sweep.CardinalitySweep;

/**
 * Creates the board's records of a finished sweep: one record for each cardinality, with the mean
 * and the standard deviation of its seeds' accuracies. A record refers to the weights of all seeds
 * by the hash of the concatenated files.
 */
final class SweepRecords {

  private static final String TASK = "cardinality-sweep";

  private SweepRecords() {}

  static List<ResultRecord> of(
      CardinalitySweep.Plan plan, List<CardinalitySweep.Row> rows, Path folder, String command)
      throws IOException {
    String dataSet =
        "%s, %d pictures to learn from"
            .formatted(Path.of(plan.data()).getFileName(), plan.training().size());
    String setting = "recipe %s, %d epochs".formatted(plan.recipe().name(), plan.recipe().epochs());
    List<ResultRecord> records = new ArrayList<>();
    for (CardinalitySweep.Row row : rows) {
      CardinalitySweep.Cell first = row.cells().getFirst();
      RunDetails details =
          new RunDetails(
              TASK,
              first.model(),
              weights(row, folder),
              new ResultRecord.Cost(
                  first.parameters(),
                  first.multiplyAdds(),
                  plan.recipe().resolvedPreprocessing().crop()),
              command,
              ProjectVersion.text());
      records.add(details.record(dataSet, setting, plan.validation().size(), measures(plan, row)));
    }
    return records;
  }

  private static List<Measure> measures(CardinalitySweep.Plan plan, CardinalitySweep.Row row) {
    int pictures = plan.validation().size();
    List<Measure> measures = new ArrayList<>();
    measures.add(
        new Measure(
            "top-1 accuracy, mean of seeds", "%", 100 * row.mean(), Optional.empty(), pictures));
    if (row.cells().size() > 1) {
      measures.add(
          new Measure(
              "top-1 accuracy, deviation of seeds",
              "%",
              100 * row.deviation(),
              Optional.empty(),
              pictures));
    }
    return measures;
  }

  private static ResultRecord.WeightsUsed weights(CardinalitySweep.Row row, Path folder)
      throws IOException {
    String seeds =
        row.cells().stream()
            .map(cell -> Long.toString(cell.seed()))
            .collect(Collectors.joining(", "));
    List<InputStream> files = new ArrayList<>();
    for (CardinalitySweep.Cell cell : row.cells()) {
      files.add(Files.newInputStream(CardinalitySweep.modelFile(folder, cell)));
    }
    // The stream closes each file at its end, and the other files when it is closed.
    try (InputStream all = new SequenceInputStream(Collections.enumeration(files))) {
      return RunDetails.weights((row.cells().size() == 1 ? "seed " : "seeds ") + seeds, all);
    }
  }
}
