package org.resnext4j.training.sweep;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.knowm.xchart.BitmapEncoder;
import org.knowm.xchart.CategoryChart;
import org.knowm.xchart.CategoryChartBuilder;
import org.knowm.xchart.CategorySeries;
import org.resnext4j.models.weights.AtomicFile;
import org.resnext4j.training.run.RunReport;
import org.resnext4j.training.sweep.CardinalitySweep.Cell;
import org.resnext4j.training.sweep.CardinalitySweep.Row;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/** The report of a sweep: a table, the same results as data, and a plot. */
public final class SweepReport {

  /** Name of the table's file in the sweep's folder. */
  public static final String TABLE = "sweep.md";

  /** Name of the data's file in the sweep's folder. */
  public static final String DATA = "sweep.json";

  /** Name of the plot's file in the sweep's folder. */
  public static final String PLOT = "sweep.png";

  private static final JsonMapper JSON =
      JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

  private SweepReport() {}

  /**
   * Writes table, data and plot into the sweep's folder.
   *
   * @param folder folder of the sweep
   * @param cells the finished runs
   * @param rows the same runs by cardinality
   * @throws IOException if a file cannot be written
   */
  static void write(Path folder, List<Cell> cells, List<Row> rows) throws IOException {
    AtomicFile.write(folder.resolve(DATA), JSON.writeValueAsString(cells) + "\n");
    AtomicFile.write(folder.resolve(TABLE), table(rows));
    AtomicFile.write(
        folder.resolve(PLOT), RunReport.png(BitmapEncoder.getBufferedImage(plot(rows))));
  }

  /** The results as a table in Markdown. */
  public static String table(List<Row> rows) {
    StringBuilder table =
        new StringBuilder(
            """
            | C | d | parameters | multiply-adds | top-1 %, mean | ± deviation | each seed | training loss |
            |--:|--:|--:|--:|--:|--:|:--|--:|
            """);
    for (Row row : rows) {
      Cell first = row.cells().getFirst();
      table.append(
          String.format(
              Locale.ROOT,
              "| %d | %d | %.3f M | %.1f M | %.2f | %s | %s | %.4f |%n",
              first.cardinality(),
              first.width(),
              first.parameters() / 1e6,
              first.multiplyAdds() / 1e6,
              100 * row.mean(),
              row.cells().size() < 2
                  ? "–"
                  : String.format(Locale.ROOT, "%.2f", 100 * row.deviation()),
              String.join(
                  ", ",
                  row.cells().stream()
                      .map(c -> String.format(Locale.ROOT, "%.2f", 100 * c.accuracy()))
                      .toList()),
              row.cells().stream().mapToDouble(Cell::trainingLoss).average().orElseThrow()));
    }
    return table.toString();
  }

  private static CategoryChart plot(List<Row> rows) {
    CategoryChart chart =
        new CategoryChartBuilder()
            .width(640)
            .height(420)
            .title("Accuracy at about one complexity")
            .xAxisTitle("cardinality C × width d")
            .yAxisTitle("% right (top-1), mean ± deviation over seeds")
            .build();
    chart.getStyler().setLegendVisible(false);
    chart.getStyler().setLocale(Locale.ROOT);
    chart.getStyler().setDefaultSeriesRenderStyle(CategorySeries.CategorySeriesRenderStyle.Line);
    double[] means = rows.stream().mapToDouble(row -> 100 * row.mean()).toArray();
    double spread = rows.stream().mapToDouble(row -> 100 * row.deviation()).max().orElse(0);
    double lowest = Arrays.stream(means).min().orElse(0);
    double highest = Arrays.stream(means).max().orElse(100);
    chart.getStyler().setYAxisMin(Math.floor(lowest - spread - 0.5));
    chart.getStyler().setYAxisMax(Math.ceil(highest + spread + 0.5));
    chart.addSeries(
        "top-1",
        rows.stream()
            .map(row -> row.cells().getFirst())
            .map(cell -> "%d × %d".formatted(cell.cardinality(), cell.width()))
            .toList(),
        rows.stream().map(row -> 100 * row.mean()).toList(),
        rows.stream().map(row -> 100 * row.deviation()).toList());
    return chart;
  }
}
